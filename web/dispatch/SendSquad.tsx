import { type FormEvent, useEffect, useRef, useState } from 'react'
import type { Assignment } from '../../api/contract/assignment.ts'
import type { Incident } from '../../api/contract/incident.ts'
import type { Problem } from '../../api/contract/problem.ts'
import { problemOf } from '../client.ts'
import { isSos } from '../incidents/sos.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import type { Dictionary } from '../locales/zh-CN.ts'
import { Candidates } from './Candidates.tsx'
import { useRecommendation } from './recommendation.ts'
import { holdersIn, useSquads } from './squads.ts'

/** A refusal in the reader's language, with who was faster where it says so. */
function whyRefused(text: Dictionary, problem: Problem): string {
  const words = text.squads
  if (problem.code === 'version') return words.moved
  if (problem.code === 'twice') return words.twice
  const holders = problem.code === 'taken' ? holdersIn(problem) : []
  if (holders.length === 0) return sentenceOf(text, problem)
  return holders.map(({ name, number, by }) => words.holder(name, number, by)).join(words.and)
}

interface SendSquadProps {
  incident: Incident
  /** The one that this squad takes the place of. */
  insteadOf?: Assignment | undefined
  /** Counts up with each wish by key to send whoever is first. */
  wish: number
  /** Whose way is to be shown. */
  onPoint: (officerId: number | undefined) => void
  onSent: () => void
  onCancel?: (() => void) | undefined
}

/** Who goes: one of the recommended squads with its people, sent by name. */
export function SendSquad({ incident, insteadOf, wish, onPoint, onSent, onCancel }: SendSquadProps) {
  const text = useText()
  const words = text.squads
  const { answer, failure, again } = useRecommendation(incident.id, wish)
  const [unitId, setUnitId] = useState(0)
  const [reason, setReason] = useState('')
  const [missing, setMissing] = useState(false)
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState<Problem | null>(null)
  const button = useRef<HTMLButtonElement>(null)
  const chosen = answer?.candidates.find((one) => one.unitId === unitId)
  const first = answer?.candidates[0]?.unitId
  const going = answer?.network === 'roads' ? chosen?.officers[0]?.officerId : undefined
  useEffect(() => onPoint(going), [going, onPoint])
  const wanted = useRef(false)
  useEffect(() => {
    if (wish === 0 || first === undefined) return
    // Once: a later answer may have another first, and nobody is swapped under a finger.
    wanted.current = true
    queueMicrotask(() => setUnitId((held) => held || first))
  }, [wish, first])
  useEffect(() => {
    if (wanted.current && unitId !== 0) button.current?.focus()
    wanted.current = false
  }, [unitId])
  const send = async (interrupt: boolean) => {
    if (!chosen) return
    setBusy(true)
    setRefused(null)
    try {
      await useSquads.getState().send(incident.id, {
        unitId: chosen.unitId,
        officerIds: chosen.officers.map(({ officerId }) => officerId),
        version: incident.version,
        ...(interrupt && { interrupt }),
        ...(insteadOf && { insteadOf: insteadOf.id, reason: reason.trim() }),
      })
      onSent()
    } catch (cause) {
      setRefused(problemOf(cause))
      again()
    } finally {
      setBusy(false)
    }
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const lacks = insteadOf !== undefined && reason.trim() === ''
    setMissing(lacks)
    // For a colleague in danger whoever is first leaves what they are on: the list has said so.
    if (!lacks) void send(isSos(incident))
  }
  const names = chosen?.officers.map(({ name }) => name).join(words.and) ?? ''
  return (
    <form className="send-squad" onSubmit={submit} noValidate data-testid="send-squad">
      <Candidates {...{ answer, failure }} value={unitId} onChange={setUnitId} />
      {insteadOf && chosen ? (
        <label>
          {words.why}
          <input
            name="reason"
            maxLength={1000}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        </label>
      ) : null}
      {missing ? (
        <p className="failure" role="alert">
          {words.whyNeeded}
        </p>
      ) : null}
      {refused ? (
        <div className="refused" role="alert" data-testid="send-refused">
          <p>
            {refused.code === 'taken' ? <b>{words.taken}</b> : null} {whyRefused(text, refused)}
          </p>
          {refused.code === 'taken' && chosen ? (
            <button type="button" className="button is-small" disabled={busy} onClick={() => void send(true)}>
              {words.pull}
            </button>
          ) : null}
        </div>
      ) : null}
      <div className="card-actions">
        {answer && answer.candidates.length > 0 ? (
          <button
            ref={button}
            type="submit"
            className="button is-primary"
            disabled={busy || !chosen}
            title={words.next}
            data-testid="send"
          >
            {chosen ? words.send(chosen.unitName, names) : words.sendNone}
            {chosen ? null : <kbd>d</kbd>}
          </button>
        ) : null}
        {onCancel ? (
          <button type="button" className="button is-small" onClick={onCancel}>
            {text.common.cancel}
          </button>
        ) : null}
      </div>
    </form>
  )
}
