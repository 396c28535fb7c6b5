import { useId, useState } from 'react'
import type { Problem } from '../../api/contract/problem.ts'
import type { Wall, WallSequence } from '../../api/contract/wall.ts'
import { modules, type WallModule } from '../../api/contract/wall-rules.ts'
import { problemOf } from '../client.ts'
import { useGrids } from '../grids/store.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { useWallsText } from '../locales/walls-text.ts'
import { useLeaveGuard } from '../ui/address.ts'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { IconButton } from '../ui/controls.tsx'
import { TextField } from '../ui/fields.tsx'
import { lengthOf, minutesText, reordered } from './playing.ts'
import { useWalls } from './store.ts'

type Change = WallSequence['steps'][number]['change']
/** While it is edited, seconds are what somebody has typed, and a step has a name of its own. */
interface Draft {
  key: number
  seconds: string
  change: Change
  /** Typed, and no grid (yet). */
  gridTyped: string | null
}
let next = 1
const draftOf = ({ seconds, change }: WallSequence['steps'][number]): Draft => ({
  key: next++,
  seconds: String(seconds),
  change,
  gridTyped: null,
})
const usualSeconds = 30
const soundSeconds = (typed: string) =>
  /^\d{1,4}$/.test(typed.trim()) && Number(typed) >= 3 && Number(typed) <= 3600
const stepsOf = (drafts: readonly Draft[]) =>
  drafts.map(({ seconds, change }) => ({ seconds: soundSeconds(seconds) ? Number(seconds) : 0, change }))
const without = (change: Change, field: keyof Change): Change => {
  const { [field]: _gone, ...rest } = change
  return rest
}

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

interface StepRowProps {
  draft: Draft
  at: number
  last: number
  onChange: (to: Partial<Draft>) => void
  onMove: (to: number) => void
  onCopy: () => void
  onRemove: () => void
}
function StepRow({ draft, at, last, onChange, onMove, onCopy, onRemove }: StepRowProps) {
  const text = useText()
  const words = useWallsText().sequence
  const { seconds, change } = draft
  const put = (more: Change) => onChange({ change: { ...change, ...more } })
  const also = Object.keys(words.parts).filter((part) => {
    const value = change[part as keyof Change]
    return (
      value !== undefined && value !== null && !(typeof value === 'object' && Object.keys(value).length === 0)
    )
  })
  return (
    <li data-testid="step">
      <b title={words.step(at + 1)}>{at + 1}</b>
      <label>
        <span>{words.stay}</span>
        <input
          inputMode="numeric"
          value={seconds}
          maxLength={4}
          aria-label={`${words.step(at + 1)} · ${words.stay} (${words.secondsHint})`}
          aria-invalid={!soundSeconds(seconds)}
          onChange={(event) => onChange({ seconds: event.target.value })}
          data-testid="step-seconds"
        />
        {words.seconds}
      </label>
      <label>
        <span>{words.module}</span>
        <select
          value={change.module ?? ''}
          onChange={(event) => {
            const module = event.target.value
            onChange({
              change: module === '' ? without(change, 'module') : { ...change, module: module as WallModule },
            })
          }}
          data-testid="step-module"
        >
          <option value="">{words.same}</option>
          {modules.map((one) => (
            <option key={one} value={one}>
              {text.wall.modules[one]}
            </option>
          ))}
        </select>
      </label>
      <GridField {...{ draft, onChange }} />
      <label>
        <span>{words.tour}</span>
        <select
          value={change.tour === undefined ? '' : String(change.tour)}
          onChange={({ target: { value } }) =>
            value === '' ? onChange({ change: without(change, 'tour') }) : put({ tour: value === 'true' })
          }
        >
          <option value="">{words.same}</option>
          <option value="true">{words.on}</option>
          <option value="false">{words.off}</option>
        </select>
      </label>
      {also.length > 0 ? (
        <p className="step-also">
          <span>{words.also}</span>
          {also.map((part) => (
            <button
              key={part}
              type="button"
              aria-label={words.drop(words.parts[part] ?? part)}
              title={words.drop(words.parts[part] ?? part)}
              onClick={() => onChange({ change: without(change, part as keyof Change) })}
            >
              {words.parts[part]} ×
            </button>
          ))}
        </p>
      ) : null}
      {Object.keys(change).length === 0 ? <p className="step-also is-attention">{words.nothing}</p> : null}
      <span className="step-moves">
        <span className="is-up">
          <IconButton
            icon="chevron"
            label={words.up}
            onClick={() => at > 0 && onMove(at - 1)}
            testId="step-up"
          />
        </span>
        <IconButton
          icon="down"
          label={words.down}
          onClick={() => at < last && onMove(at + 1)}
          testId="step-down"
        />
        <IconButton icon="copy" label={words.copy} onClick={onCopy} />
        <IconButton icon="close" label={words.remove} onClick={onRemove} testId="step-remove" />
      </span>
    </li>
  )
}

const offered = 12

/** A grid by name; empty leaves it as it is, the town's own name is the whole town. */
function GridField({ draft, onChange }: Pick<StepRowProps, 'draft' | 'onChange'>) {
  const all = useWallsText()
  const words = all.sequence
  const { grids } = useGrids()
  const list = useId()
  const { change, gridTyped } = draft
  const { gridId } = change
  const shown =
    gridTyped ??
    (gridId === undefined
      ? ''
      : gridId === null
        ? all.steer.town
        : (grids.get(gridId)?.name ?? String(gridId)))
  const type = (typed: string) => {
    const wanted = typed.trim()
    if (wanted === '') return onChange({ change: without(change, 'gridId'), gridTyped: null })
    // A place of its own would hide the grid.
    const rest = without(change, 'camera')
    if (wanted === all.steer.town)
      return onChange({ change: { ...rest, gridId: null, camera: null }, gridTyped: null })
    const found = [...grids.values()].find(
      ({ name, code, level }) => level > 0 && (name === wanted || code === wanted),
    )
    if (found) onChange({ change: { ...rest, gridId: found.id, camera: null }, gridTyped: null })
    else onChange({ gridTyped: typed })
  }
  const near = [...grids.values()]
    .filter(({ level, name, code }) => level > 0 && `${name} ${code}`.includes(shown.trim()))
    .slice(0, offered)
  return (
    <label>
      <span>{words.grid}</span>
      <input
        value={shown}
        placeholder={words.same}
        list={list}
        autoComplete="off"
        spellCheck={false}
        maxLength={60}
        aria-invalid={gridTyped !== null}
        onChange={(event) => type(event.target.value)}
        data-testid="step-grid"
      />
      <datalist id={list}>
        <option value={all.steer.town} />
        {near.map(({ id, name, code }) => (
          <option key={id} value={name}>
            {code}
          </option>
        ))}
      </datalist>
    </label>
  )
}
