import { useState } from 'react'
import type { IncidentClass } from '../../api/contract/incident.ts'
import { Empty, Segmented } from '../ui/controls.tsx'
import { TextField } from '../ui/fields.tsx'
import { Catalogues } from './Catalogues.tsx'
import { ClassDialog } from './ClassDialog.tsx'
import { ClassTree } from './ClassTree.tsx'
import { findClasses, isSystemClass, treeOf } from './class-draft.ts'
import { useLoopText } from './words.ts'

const shows = ['active', 'all', 'out'] as const

const inUse = (one: IncidentClass) => one.active || isSystemClass(one)

/** The catalogue of the town, and those it may take over. */
export function ClassesPanel({ classes }: { classes: readonly IncidentClass[] }) {
  const words = useLoopText().classes
  const [typed, setTyped] = useState('')
  const [show, setShow] = useState<(typeof shows)[number]>('active')
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set())
  const [asked, setAsked] = useState<{ cls: IncidentClass | null; parent?: IncidentClass } | null>(null)
  const tree = treeOf(classes)
  const shown = tree
    .map(({ major, minors }) => ({
      major,
      minors: minors.filter((one) => show === 'all' || inUse(one) === (show === 'active')),
    }))
    .filter(
      ({ major, minors }) => show === 'all' || inUse(major) === (show === 'active') || minors.length > 0,
    )
  const found = findClasses(shown, typed)
  const majors = found.map(({ major }) => major.code)
  const isFolded = majors.length > 0 && majors.every((code) => folded.has(code))
  const clear = () => {
    setTyped('')
    setShow('all')
  }
  return (
    <div className="loop-body">
      <section className="sheet" aria-label={words.columns.name}>
        <header className="loop-tools">
          <TextField
            label={words.search}
            placeholder={words.searchHint}
            value={typed}
            onChange={setTyped}
            testId="class-search"
          />
          <Segmented
            label={words.show}
            value={show}
            onChange={setShow}
            options={shows.map((value) => ({ value, text: words.shows[value] }))}
          />
          <span className="loop-count">
            {words.count(
              found.length,
              found.reduce((sum, { minors }) => sum + minors.length, 0),
            )}
          </span>
          <button
            type="button"
            className="text-button"
            onClick={() => setFolded(isFolded ? new Set() : new Set(majors))}
          >
            {isFolded ? words.unfoldAll : words.foldAll}
          </button>
          <button
            type="button"
            className="button is-primary"
            onClick={() => setAsked({ cls: null })}
            data-testid="class-add"
          >
            {words.add}
          </button>
        </header>
        {classes.length === 0 ? (
          <Empty>{words.none}</Empty>
        ) : found.length === 0 ? (
          <Empty action={{ text: words.clear, onClick: clear }}>{words.noneFound}</Empty>
        ) : (
          <ClassTree
            tree={found}
            folded={typed ? new Set() : folded}
            onFold={(code) => setFolded(folded.symmetricDifference(new Set([code])))}
            onChange={(cls) => setAsked({ cls })}
            onAdd={(parent) => setAsked({ cls: null, parent })}
          />
        )}
      </section>
      <Catalogues classes={classes} />
      {asked ? <ClassDialog {...asked} classes={classes} onClose={() => setAsked(null)} /> : null}
    </div>
  )
}
