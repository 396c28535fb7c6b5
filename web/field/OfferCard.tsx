import { useEffect, useRef, useState } from 'react'
import type { OwnAssignment } from '../../api/contract/assignment.ts'
import { sosClass } from '../../api/contract/squad-rules.ts'
import { ClassMark } from '../incidents/ClassMark.tsx'
import { sentenceOf, useText } from '../locales/text.ts'
import { useNow } from '../ui/clock.ts'
import { usePreferences } from '../ui/preferences.ts'
import { Distance } from './Distance.tsx'
import { ringOffer, wakeOfferRing } from './offer-ring.ts'
import { useSquadTasks } from './squads.ts'
import { useField } from './store.ts'
import { leftOf, offerOf } from './task.ts'
import { useWork } from './work.ts'

/** Rings over whatever is shown while somebody asks me to go; says what became of an offer that is gone. */
export function OfferCard() {
  const { assignments, lost, follow } = useSquadTasks()
  useEffect(() => follow(), [follow])
  useEffect(wakeOfferRing, [])
  const offer = offerOf(assignments)
  if (offer) return <Offer key={offer.id} offer={offer} more={assignments.filter(isOffered).length - 1} />
  return lost ? <Lost offer={lost} /> : null
}
const isOffered = ({ state }: OwnAssignment) => state === 'offered'

function Offer({ offer, more }: { offer: OwnAssignment; more: number }) {
  const text = useText()
  const words = text.street.squad
  const { busy, refusal, answer, refresh } = useSquadTasks()
  const online = useWork((state) => state.online)
  const skew = useField((state) => state.skew)
  const muted = usePreferences((state) => state.muted)
  const [declining, setDeclining] = useState(false)
  const card = useRef<HTMLElement>(null)
  const left = leftOf(offer, useNow(1000), skew)
  const whole = Date.parse(offer.lapsesAt) - Date.parse(offer.offeredAt)
  const over = left === 0
  useEffect(() => (over || declining ? undefined : ringOffer(muted)), [muted, over, declining])
  useEffect(() => card.current?.focus(), [])
  useEffect(() => {
    if (over) void refresh()
  }, [over, refresh])
  const sending = busy === offer.id
  const failure = refusal?.id === offer.id ? refusal.problem : null
  const isSos = offer.classCode === sosClass
  return (
    <div className="offer-veil" data-testid="offer">
      <section
        ref={card}
        className={`offer is-${isSos ? 'urgent' : offer.severity}`}
        role="alertdialog"
        aria-labelledby="offer-title"
        aria-describedby="offer-where"
        tabIndex={-1}
      >
        <header>
          <b>{isSos ? words.sosOffer : words.offer}</b>
          <span role="timer" data-testid="offer-left">
            {over ? words.over : words.left(Math.ceil(left / 1000))}
          </span>
        </header>
        <div className="offer-clock" aria-hidden="true">
          <i style={{ transform: `scaleX(${left / whole})` }} />
        </div>
        <What offer={offer} />
        <p id="offer-where" className="offer-where">
          <b>{offer.address || words.noAddress}</b>
          <Distance assignment={offer} />
        </p>
        {more > 0 ? <p className="hint">{words.moreOffers(more)}</p> : null}
        {online ? null : (
          <p className="work-refusal" role="alert" data-testid="offer-offline">
            {words.offline}
          </p>
        )}
        {failure ? (
          <p className="work-refusal" role="alert">
            {failure.status === 0 ? words.notArrived : sentenceOf(text, failure)}
          </p>
        ) : null}
        {declining ? (
          <Decline
            busy={sending}
            onSend={(reason) => void answer(offer.id, false, reason)}
            onClose={() => setDeclining(false)}
          />
        ) : (
          <div className="offer-answers">
            <button
              type="button"
              className="button is-large"
              disabled={sending}
              onClick={() => setDeclining(true)}
              data-testid="offer-decline"
            >
              {words.decline}
            </button>
            <button
              type="button"
              className="button is-primary is-large"
              disabled={sending || over}
              onClick={() => void answer(offer.id, true)}
              data-testid="offer-accept"
            >
              {sending ? words.sending : words.accept}
            </button>
          </div>
        )}
      </section>
    </div>
  )
}

function What({ offer }: { offer: OwnAssignment }) {
  const text = useText()
  const classes = useWork((state) => state.classes)
  const english = usePreferences(({ language }) => language === 'en')
  const cls = classes.find(({ code }) => code === offer.classCode)
  const name = (english && cls?.nameEn) || cls?.name || offer.classCode
  const others = offer.officers.length
  return (
    <div className="case-head">
      <ClassMark className={cls?.name ?? ''} light="none" label="" />
      <div>
        <h1 id="offer-title">{offer.title}</h1>
        <p>
          <em className={`severity is-${offer.severity}`}>{text.street.squad.severities[offer.severity]}</em>
          <span>{name}</span>
          <span>{offer.number}</span>
        </p>
        <p>
          <span>{offer.lead ? text.street.squad.lead : text.street.squad.support}</span>
          {others > 1 ? (
            <span>{text.street.squad.together(offer.officers.map((one) => one.name).join('、'))}</span>
          ) : null}
        </p>
      </div>
    </div>
  )
}

interface DeclineProps {
  busy: boolean
  onSend: (reason: string) => void
  onClose: () => void
}

function Decline({ busy, onSend, onClose }: DeclineProps) {
  const text = useText()
  const words = text.street.squad
  const [reason, setReason] = useState('')
  const [refusal, setRefusal] = useState(false)
  const submit = () => (reason.trim() ? onSend(reason.trim()) : setRefusal(true))
  return (
    <form
      className="work-form offer-decline"
      aria-label={words.whyDecline}
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <div className="reason-chips" role="group" aria-label={words.usualReasons}>
        {words.reasons.map((one) => (
          <button
            key={one}
            type="button"
            className="button"
            aria-pressed={reason === one}
            onClick={() => setReason(one)}
          >
            {one}
          </button>
        ))}
      </div>
      <label className="work-field">
        {words.whyDecline}
        <input
          value={reason}
          maxLength={500}
          onChange={(event) => setReason(event.target.value)}
          data-testid="decline-reason"
        />
      </label>
      {refusal && !reason.trim() ? (
        <p className="work-refusal" role="alert">
          {words.needReason}
        </p>
      ) : null}
      <div className="work-actions">
        <button type="button" className="button is-large" onClick={onClose}>
          {text.common.cancel}
        </button>
        <button
          type="submit"
          className="button is-primary is-large"
          disabled={busy}
          data-testid="decline-send"
        >
          {busy ? words.sending : words.declineSend}
        </button>
      </div>
    </form>
  )
}

function Lost({ offer }: { offer: OwnAssignment }) {
  const words = useText().street.squad
  const dismiss = useSquadTasks((state) => state.dismiss)
  return (
    <div className="offer-lost" role="status" data-testid="offer-lost">
      <p>
        <b>{words.lost}</b>
        <span>{`${offer.number} ${offer.title}`}</span>
      </p>
      <button type="button" className="button" onClick={dismiss}>
        {words.understood}
      </button>
    </div>
  )
}
