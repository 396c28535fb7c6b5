import { useEffect } from 'react'
import { useGrids } from '../grids/store.ts'
import { useFiguresText } from '../locales/figures-text.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { Empty } from '../ui/controls.tsx'
import { Link } from '../ui/Link.tsx'
import { FigureForm } from '../walls/FigureForm.tsx'
import { FigureSources } from '../walls/FigureSources.tsx'
import { FigureTable } from '../walls/FigureTable.tsx'
import { useFigures } from '../walls/figure-store.ts'
import { ManageWaiting } from './ManageWaiting.tsx'
import '../walls/figures.css'

/** Often enough to see an answer come in. */
const lookMs = 10_000

/** A town's own numbers; `rest` is `new`, or the id of the address that is changed. */
export function ManageFigures({ rest }: { rest: string }) {
  const words = useFiguresText()
  const text = useText()
  const { sources, problem, load } = useFigures()
  const timeZone = useGrids((state) => state.town?.timeZone ?? 'UTC')
  useEffect(() => {
    void load()
    const timer = setInterval(() => document.visibilityState === 'visible' && void load(), lookMs)
    return () => clearInterval(timer)
  }, [load])
  if (!sources) return <ManageWaiting {...{ problem, words, load }} />
  const chosen = sources.find(({ id }) => String(id) === rest) ?? null
  if (chosen || rest === 'new') return <FigureForm key={rest} source={chosen} />
  if (rest !== '')
    return (
      <div className="manage-column">
        <Empty>{words.form.gone}</Empty>
        <div className="sheet-actions">
          <Link to="/manage/figures" className="button">
            {words.form.back}
          </Link>
        </div>
      </div>
    )
  return (
    <div className="manage-column is-wide">
      <h2>{words.title}</h2>
      <p className="lead">{words.lead}</p>
      {problem ? (
        <p className="note is-attention" role="status">
          {words.stale} {sentenceOf(text, problem)}
        </p>
      ) : null}
      <FigureSources {...{ sources, timeZone }} />
      <FigureTable timeZone={timeZone} />
    </div>
  )
}
