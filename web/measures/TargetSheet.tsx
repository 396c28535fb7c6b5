import { useMemo, useState } from 'react'
import { measures } from '../../api/contract/measure-rules.ts'
import type { Target } from '../../api/contract/scoring.ts'
import { problemOf } from '../client.ts'
import { figure } from '../format.ts'
import { useMeasuresText } from '../locales/measures-text.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { useLeaveGuard } from '../ui/address.ts'
import { useMeasures } from './store.ts'
import { MeasureRows } from './TargetRows.tsx'
import {
  draftsOf,
  emptyDraft,
  faultsOf,
  refusalsOf,
  sameDrafts,
  type TargetDraft,
  targetsOf,
} from './target-draft.ts'

/** What is being written, what is wrong with it, and what came of sending it. */
function useTargets(targets: readonly Target[]) {
  const words = useMeasuresText().targets
  const text = useText()
  const save = useMeasures((state) => state.saveTargets)
  const held = useMemo(() => draftsOf(targets), [targets])
  const [drafts, setDrafts] = useState(held)
  const [begun, setBegun] = useState(held)
  // What is newer takes the place of what nobody has changed.
  if (held !== begun) {
    setBegun(held)
    if (sameDrafts(begun, drafts)) setDrafts(held)
  }
  const [refused, setRefused] = useState<ReadonlyMap<number, string>>(new Map())
  const [failure, setFailure] = useState('')
  const [done, setDone] = useState('')
  const [busy, setBusy] = useState(false)
  const changed = !sameDrafts(held, drafts)
  useLeaveGuard(changed)
  const faults = faultsOf(drafts)
  const change = (next: readonly TargetDraft[]) => {
    setDrafts([...next])
    setRefused(new Map())
    setFailure('')
    setDone('')
  }
  const send = async () => {
    const { targets: given, keys } = targetsOf(drafts)
    setBusy(true)
    setFailure('')
    try {
      await save(given)
      // What the server holds now is what is shown.
      setDrafts(draftsOf(useMeasures.getState().targets ?? []))
      setDone(words.saved(figure(given.length)))
    } catch (cause) {
      const problem = problemOf(cause)
      const lines = refusalsOf(problem, keys)
      setRefused(new Map([...lines].map(([key, said]) => [key, words.said[said] ?? said])))
      setFailure(lines.size > 0 ? words.refused : (words.problems[problem.code] ?? sentenceOf(text, problem)))
    }
    setBusy(false)
  }
  const told = (key: number) => {
    const fault = faults.get(key)
    return refused.get(key) ?? (fault ? words.faults[fault] : '')
  }
  return { drafts, change, send, told, faults, changed, failure, done, busy, discard: () => change(held) }
}

/** Targets of every measure: of the town, and of grids or squads that are to reach something else. */
export function TargetSheet({ targets, writes }: { targets: readonly Target[]; writes: boolean }) {
  const words = useMeasuresText().targets
  const { drafts, change, send, told, faults, changed, failure, done, busy, discard } = useTargets(targets)
  const nextKey = Math.max(0, ...drafts.map(({ key }) => key)) + 1
  const replace = (draft: TargetDraft) => change(drafts.map((one) => (one.key === draft.key ? draft : one)))
  // Who only reads is shown what there is.
  const shown = measures.filter(({ id }) => writes || targets.some((target) => target.measure === id))
  return (
    <form
      className="sheet"
      aria-label={words.title}
      data-testid="targets"
      onSubmit={(event) => {
        event.preventDefault()
        if (changed && faults.size === 0 && !busy) void send()
      }}
    >
      <header>
        <h3>{words.title}</h3>
      </header>
      <p className="hint">{writes ? words.lead : shown.length > 0 ? words.leadReads : words.noneSet}</p>
      <fieldset className="target-lines" disabled={busy}>
        {shown.map((measure) => (
          <MeasureRows
            key={measure.id}
            measure={measure}
            drafts={drafts.filter((draft) => draft.measure === measure.id)}
            told={told}
            writes={writes}
            onChange={replace}
            onAdd={() => change([...drafts, emptyDraft(measure.id, '?', nextKey)])}
            onRemove={(key) => change(drafts.filter((draft) => draft.key !== key))}
          />
        ))}
      </fieldset>
      {writes ? (
        <div className="target-foot">
          <p className="failure" role="alert" data-testid="targets-failure">
            {failure}
          </p>
          <p className="is-attention" role="status">
            {faults.size > 0 ? words.wrong(faults.size) : ''}
          </p>
          <p className="is-good" role="status" data-testid="targets-done">
            {done}
          </p>
          <div className="sheet-actions">
            <button
              type="submit"
              className="button is-primary"
              disabled={!changed || faults.size > 0 || busy}
              data-testid="targets-save"
            >
              {busy ? words.saving : words.save}
            </button>
            <button
              type="button"
              className="button"
              disabled={!changed || busy}
              onClick={discard}
              data-testid="targets-discard"
            >
              {words.discard}
            </button>
            {changed ? <span className="hint">{words.unsaved}</span> : null}
          </div>
        </div>
      ) : null}
    </form>
  )
}
