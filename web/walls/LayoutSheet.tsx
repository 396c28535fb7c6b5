import { useMemo, useState } from 'react'
import type { Wall } from '../../api/contract/wall.ts'
import { faultsOf, modules, usualLayout, type WallModule } from '../../api/contract/wall-rules.ts'
import { problemOf } from '../client.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { useWallsText } from '../locales/walls-text.ts'
import { useLeaveGuard } from '../ui/address.ts'
import { Segmented } from '../ui/controls.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Link } from '../ui/Link.tsx'
import { type Drawing, drawingOf, drawn, type Layout, redone, sameLayout, undone } from './arrange.ts'
import { LayoutEditor } from './LayoutEditor.tsx'
import { glassText } from './names.ts'
import { useWalls } from './store.ts'

const mostPanels = 40

/** The panels of one wall, module by module; whatever was drawn is saved together. */
export function LayoutSheet({ wall }: { wall: Wall }) {
  const text = useText()
  const all = useWallsText()
  const words = all.layout
  const { groups, update, load } = useWalls()
  const { profile } = wall
  const [module, setModule] = useState<WallModule>(wall.state.module)
  const [drawings, setDrawings] = useState<Partial<Record<WallModule, Drawing>>>({})
  /** The wall as it was when drawing began: somebody else's change since then is not written over in silence. */
  const [begun, setBegun] = useState(wall)
  const [status, setStatus] = useState<{ text: string; good: boolean } | null>(null)
  const [busy, setBusy] = useState(false)

  const usual = useMemo(
    () =>
      Object.fromEntries(
        modules.map((one) => [one, usualLayout(profile, one, groups[one] ?? [])]),
      ) as unknown as Record<WallModule, Layout>,
    [profile, groups],
  )
  const savedOf = (one: WallModule): Layout => wall.layouts[one] ?? usual[one]
  const nowOf = (one: WallModule): Layout => drawings[one]?.now ?? savedOf(one)
  const dirty = modules.filter((one) => !sameLayout(nowOf(one), savedOf(one)))
  const faulty = dirty.filter((one) => faultsOf(nowOf(one), profile).length > 0)
  const empty = dirty.some((one) => nowOf(one).length === 0)
  const full = dirty.some((one) => nowOf(one).length > mostPanels)
  useLeaveGuard(dirty.length > 0)

  const drawing = drawings[module] ?? drawingOf(savedOf(module))
  const draw = (next: Drawing) => {
    if (dirty.length === 0) setBegun(wall)
    setDrawings({ ...drawings, [module]: next })
    setStatus(null)
  }
  const names = (list: readonly WallModule[]) => list.map((one) => text.wall.modules[one]).join(all.and)
  const save = async () => {
    setBusy(true)
    const layouts = { ...wall.layouts }
    for (const one of dirty) {
      if (sameLayout(nowOf(one), usual[one])) delete layouts[one]
      else layouts[one] = [...nowOf(one)]
    }
    try {
      await update({ ...wall, version: begun.version }, { layouts })
      setDrawings({})
      setStatus({ text: words.saved, good: true })
    } catch (cause) {
      const problem = problemOf(cause)
      if (problem.code === 'version') {
        await load()
        const newest = useWalls.getState().walls?.find(({ id }) => id === wall.id)
        const other = newest && JSON.stringify(newest.profile) !== JSON.stringify(begun.profile)
        if (newest) setBegun(newest)
        setStatus({ text: words.version + (other ? words.profileChanged : ''), good: false })
      } else setStatus({ text: sentenceOf(text, problem), good: false })
    }
    setBusy(false)
  }
  const isUsual = sameLayout(nowOf(module), usual[module])
  const why = empty
    ? words.empty
    : full
      ? words.tooMany
      : faulty.length > 0
        ? words.faultsIn(names(faulty))
        : null
  return (
    <div className="manage-column is-wide walls-layout">
      <h2>
        {words.title(wall.name)} <small>{glassText(all, profile)}</small>
      </h2>
      <p className="lead">{words.lead}</p>
      <div className="layout-bar">
        <Link to="/manage/walls" className="button">
          {words.back}
        </Link>
        <Segmented<WallModule>
          label={words.modules}
          value={module}
          onChange={setModule}
          options={modules.map((value) => ({
            value,
            text: `${text.wall.modules[value]}${dirty.includes(value) ? ' *' : ''}`,
          }))}
        />
        <span className="layout-steps">
          <StepButton
            label={`${words.undo} (Ctrl+Z)`}
            disabled={drawing.past.length === 0}
            onClick={() => draw(undone(drawing))}
            testId="layout-undo"
          />
          <StepButton
            label={`${words.redo} (Ctrl+Shift+Z)`}
            disabled={drawing.future.length === 0}
            onClick={() => draw(redone(drawing))}
            testId="layout-redo"
          />
        </span>
        <button
          type="button"
          className="button"
          disabled={isUsual}
          onClick={() => draw(drawn(drawing, usual[module]))}
          data-testid="layout-usual"
        >
          {isUsual ? words.isUsual : words.usual}
        </button>
        <button
          type="button"
          className="button is-primary"
          disabled={dirty.length === 0 || why !== null || busy}
          onClick={() => void save()}
          data-testid="layout-save"
        >
          {busy ? words.saving : words.save}
        </button>
      </div>
      <p
        className={why !== null || (status && !status.good) ? 'is-attention' : 'is-good'}
        role="status"
        data-testid="layout-status"
      >
        {status && !status.good ? status.text : (why ?? status?.text ?? '\u00a0')}
      </p>
      <LayoutEditor key={module} {...{ profile, drawing, groups }} onDraw={draw} />
    </div>
  )
}

interface StepButtonProps {
  label: string
  disabled: boolean
  onClick: () => void
  testId: string
}
function StepButton({ label, disabled, onClick, testId }: StepButtonProps) {
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={onClick}
      data-testid={testId}
    >
      <Icon name="undo" />
    </button>
  )
}
