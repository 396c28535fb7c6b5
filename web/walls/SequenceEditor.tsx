import { useState } from 'react'
import type { Problem } from '../../api/contract/problem.ts'
import type { Wall, WallSequence } from '../../api/contract/wall.ts'
import { problemOf } from '../client.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { useWallsText } from '../locales/walls-text.ts'
import { useLeaveGuard } from '../ui/address.ts'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { TextField } from '../ui/fields.tsx'
import { lengthOf, minutesText, reordered } from './playing.ts'
import { type Draft, StepRow, soundSeconds } from './SequenceStep.tsx'
import { useWalls } from './store.ts'

type Change = Draft['change']
let next = 1
const draftOf = ({ seconds, change }: WallSequence['steps'][number]): Draft => ({
  key: next++,
  seconds: String(seconds),
  change,
  gridTyped: null,
})
const usualSeconds = 30
const stepsOf = (drafts: readonly Draft[]) =>
  drafts.map(({ seconds, change }) => ({ seconds: soundSeconds(seconds) ? Number(seconds) : 0, change }))

/** What a wall shows now as a step: where it looks, not what it plays. */
function shownBy({ state }: Wall): Change {
  const { sequence: _sequence, replay: _replay, language: _language, theme: _theme, ...shown } = state
  return shown
}

interface SequenceEditorProps {
  /** Null for a new one. */
  sequence: WallSequence | null
  /** The wall whose picture can be taken as a step. */
  lead: Wall | null
  onClose: () => void
}

/** The steps of a sequence, in order, each with how long it stays and what it changes. */
export function SequenceEditor({ sequence, lead, onClose }: SequenceEditorProps) {
  const text = useText()
  const all = useWallsText()
  const words = all.sequence
  const { saveSequence, removeSequence } = useWalls()
  const [name, setName] = useState(sequence?.name ?? '')
  const [drafts, setDrafts] = useState<readonly Draft[]>(() =>
    sequence
      ? sequence.steps.map(draftOf)
      : [draftOf({ seconds: usualSeconds, change: { module: 'dispatch' } })],
  )
  const [begun] = useState(() => JSON.stringify(stepsOf(drafts)))
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [removing, setRemoving] = useState(false)
  const steps = stepsOf(drafts)
  const total = lengthOf(steps)
  const unsaved = name !== (sequence?.name ?? '') || JSON.stringify(steps) !== begun
  useLeaveGuard(unsaved)
  const bad = drafts.some(({ seconds }) => !soundSeconds(seconds))
  const lost = drafts.find(({ gridTyped }) => gridTyped !== null)
  const change = (key: number, to: Partial<Draft>) =>
    setDrafts(drafts.map((one) => (one.key === key ? { ...one, ...to } : one)))
  const insert = (at: number, step: Draft) => setDrafts([...drafts.slice(0, at), step, ...drafts.slice(at)])
  const save = async () => {
    setBusy(true)
    setProblem(null)
    try {
      await saveSequence({ id: sequence?.id ?? null, name: name.trim(), steps })
      onClose()
    } catch (cause) {
      setProblem(problemOf(cause))
      setBusy(false)
    }
  }
  return (
    <section className="sheet sequence-editor" aria-label={words.new} data-testid="sequence-editor">
      <header>
        <h3>{sequence ? words.edit(sequence.name) : words.new}</h3>
        <p className="hint">{words.total(drafts.length, minutesText(total))}</p>
      </header>
      <TextField
        label={words.name}
        hint={words.nameHint}
        needed={words.needed}
        value={name}
        maxLength={60}
        onChange={setName}
        testId="sequence-name"
      />
      <div className="sequence-length" role="img" aria-label={words.preview}>
        {steps.map(({ seconds, change: { module } }, i) => (
          <span
            key={drafts[i]?.key}
            style={{ flexGrow: seconds }}
            title={`${words.step(i + 1)} · ${seconds} ${words.seconds}`}
          >
            {i + 1}
            {module ? ` ${text.wall.modules[module]}` : ''}
          </span>
        ))}
      </div>
      <ol className="sequence-steps">
        {drafts.map((draft, i) => (
          <StepRow
            key={draft.key}
            {...{ draft }}
            at={i}
            last={drafts.length - 1}
            onChange={(to) => change(draft.key, to)}
            onMove={(to) => setDrafts(reordered(drafts, i, to))}
            onCopy={() => insert(i + 1, { ...draft, key: next++ })}
            onRemove={() => setDrafts(drafts.filter(({ key }) => key !== draft.key))}
          />
        ))}
      </ol>
      <div className="sheet-actions">
        <button
          type="button"
          className="button is-small"
          disabled={drafts.length >= 60}
          onClick={() =>
            insert(drafts.length, draftOf({ seconds: usualSeconds, change: { module: 'grid' } }))
          }
          data-testid="step-add"
        >
          {words.add}
        </button>
        {lead ? (
          <button
            type="button"
            className="button is-small"
            disabled={drafts.length >= 60}
            onClick={() => insert(drafts.length, draftOf({ seconds: usualSeconds, change: shownBy(lead) }))}
            data-testid="step-take"
          >
            {words.take(lead.name)}
          </button>
        ) : null}
      </div>
      {bad ? <p className="is-attention">{words.wrong}</p> : null}
      {lost ? <p className="is-attention">{words.noGrid(lost.gridTyped ?? '')}</p> : null}
      <p className="failure" role="alert">
        {problem ? (problem.code === 'name' ? words.taken : sentenceOf(text, problem)) : ''}
      </p>
      <div className="sheet-actions">
        <button
          type="button"
          className="button is-primary"
          disabled={busy || name.trim() === '' || drafts.length === 0 || bad || lost !== undefined}
          onClick={() => void save()}
          data-testid="sequence-save"
        >
          {busy ? words.busy : words.save}
        </button>
        <button type="button" className="button" onClick={onClose}>
          {all.cancel}
        </button>
        {sequence ? (
          <button
            type="button"
            className="text-button sequence-remove"
            onClick={() => setRemoving(true)}
            data-testid="sequence-remove"
          >
            {words.remove1}
          </button>
        ) : null}
      </div>
      {removing && sequence ? (
        <ConfirmDialog
          title={words.removeTitle(sequence.name)}
          closeLabel={all.close}
          keep={words.keep}
          confirm={words.remove1}
          testId="remove-sequence"
          onConfirm={async () => {
            await removeSequence(sequence.id)
            onClose()
          }}
          onClose={() => setRemoving(false)}
        >
          <p>{words.removeText}</p>
        </ConfirmDialog>
      ) : null}
    </section>
  )
}
