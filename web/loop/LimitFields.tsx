import { IconButton } from '../ui/controls.tsx'
import { type ClassDraft, mostStages } from './class-draft.ts'
import { LimitField } from './LimitField.tsx'
import { useLoopText } from './words.ts'

type Limits = Pick<ClassDraft, 'file' | 'dispatch' | 'handle' | 'check'>

/** The limits of every stage in their order; the handling may have several, each with its name. */
export function LimitFields({
  draft,
  onChange,
}: {
  draft: Limits
  onChange: (part: Partial<Limits>) => void
}) {
  const words = useLoopText()
  const { classes, stages } = words
  const { handle } = draft
  const set = (at: number, part: Partial<ClassDraft['handle'][number]>) =>
    onChange({ handle: handle.map((one, i) => (i === at ? { ...one, ...part } : one)) })
  const last = handle.at(-1)
  const single = (stage: 'file' | 'dispatch' | 'check') => (
    <div className="limit-row">
      <span>{stages[stage]}</span>
      <LimitField
        what={stages[stage]}
        limit={draft[stage]}
        onChange={(limit) => onChange({ [stage]: limit })}
        testId={`limit-${stage}`}
      />
    </div>
  )
  return (
    <fieldset className="loop-group">
      <legend>{classes.limits}</legend>
      {single('file')}
      {single('dispatch')}
      {handle.map((one, i) => (
        <div key={i} className="limit-row">
          <span>{i === 0 ? stages.handle : ''}</span>
          {handle.length > 1 ? (
            <input
              aria-label={classes.stageName(i + 1)}
              placeholder={classes.stageNameHint}
              maxLength={40}
              autoComplete="off"
              value={one.name}
              onChange={(event) => set(i, { name: event.target.value })}
              data-testid={`stage-name-${i}`}
            />
          ) : null}
          <LimitField
            what={handle.length > 1 ? `${stages.handle} ${i + 1}` : stages.handle}
            limit={one}
            onChange={(limit) => set(i, limit)}
            testId={`limit-handle-${i}`}
          />
          {handle.length > 1 ? (
            <IconButton
              icon="close"
              label={classes.dropStage(i + 1)}
              onClick={() => onChange({ handle: handle.filter((_, other) => other !== i) })}
            />
          ) : null}
        </div>
      ))}
      <div className="limit-row">
        <span />
        <button
          type="button"
          className="text-button"
          disabled={handle.length >= mostStages}
          onClick={() =>
            onChange({ handle: [...handle, { name: '', amount: '1', kind: last?.kind ?? 'work' }] })
          }
          data-testid="stage-add"
        >
          {classes.addStage}
        </button>
      </div>
      {single('check')}
      <p className="hint">{classes.limitsHint}</p>
    </fieldset>
  )
}
