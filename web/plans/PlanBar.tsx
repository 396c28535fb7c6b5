import type { PlanEdit } from '../../api/contract/plan.ts'
import { figure } from '../format.ts'
import { usePlansText } from '../locales/plans-text.ts'
import { Segmented } from '../ui/controls.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Link } from '../ui/Link.tsx'
import { undo } from './acts.ts'
import { useBench } from './bench.ts'
import { useChecks } from './checks.ts'
import type { Level } from './feature.ts'
import { levels } from './layer.ts'
import { editInWords } from './speak.ts'
import { nextSteps, type OpenPlan, usePlans } from './store.ts'
import { ToolIcon } from './ToolIcon.tsx'

interface PlanBarProps {
  open: OpenPlan
  editing: boolean
  onPublish: () => void
}

/** Which plan this is, on which level one works, and the steps back and forth. */
export function PlanBar({ open, editing, onPublish }: PlanBarProps) {
  const words = usePlansText()
  const { bar } = words
  const { busy, step } = usePlans()
  const { level, showLevel, open: openPanel, steps, sketch } = useBench()
  const { run, job } = useChecks()
  const { plan, edits } = open
  const next = nextSteps(edits)
  const said = (edit: PlanEdit | undefined, say: (what: string, who: string) => string, otherwise: string) =>
    edit ? say(editInWords(edit.summary, words), edit.actorName) : otherwise
  const inHand = steps.length > 0 || sketch !== null
  const undoText = said(next.undo, bar.undoWhat, bar.nothingToUndo)
  const redoText = said(next.redo, bar.redoWhat, bar.nothingToRedo)
  return (
    <header className="plan-bar">
      <Link to="/manage/grids" className="icon-button is-back" label={words.list.backLabel} testId="to-list">
        <Icon name="chevron" />
      </Link>
      <div className="plan-bar-name">
        <h2 title={plan.name}>{plan.name}</h2>
        <span className={`plan-state is-${plan.state}`}>{words.states[plan.state]}</span>
        {editing ? (
          <span className="hint" role="status">
            {busy === null ? bar.saved : bar.saving}
          </span>
        ) : (
          <span className="hint">{words.list.grids(figure(open.features.size))}</span>
        )}
      </div>
      <Segmented
        label={words.levelLabel}
        value={String(level)}
        onChange={(value) => showLevel(Number(value) as Level)}
        options={levels.map((value) => ({ value: String(value), text: words.levelShort[value] ?? '' }))}
      />
      {editing ? (
        <div className="plan-bar-actions">
          <button
            type="button"
            className="button is-small"
            disabled={busy !== null || (!next.undo && !inHand)}
            title={inHand ? bar.undo : undoText}
            aria-label={inHand ? bar.undo : undoText}
            onClick={undo}
            data-testid="undo"
          >
            <ToolIcon name="undo" />
            <span>{bar.undo}</span>
          </button>
          <button
            type="button"
            className="button is-small"
            disabled={busy !== null || !next.redo}
            title={redoText}
            aria-label={redoText}
            onClick={() => void step('redo')}
            data-testid="redo"
          >
            <ToolIcon name="redo" />
            <span>{bar.redo}</span>
          </button>
          <button
            type="button"
            className="button is-small"
            disabled={job?.state === 'running'}
            onClick={() => {
              openPanel('problems')
              void run()
            }}
            data-testid="check"
          >
            <Icon name="check" />
            <span>{bar.check}</span>
          </button>
          <button
            type="button"
            className="button is-small is-primary"
            onClick={onPublish}
            data-testid="publish"
          >
            {bar.publish}
          </button>
        </div>
      ) : null}
    </header>
  )
}
