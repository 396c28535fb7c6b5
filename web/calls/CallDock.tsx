import { type ReactNode, useEffect } from 'react'
import { sentenceOf, useText } from '../locales/text.ts'
import { IconButton } from '../ui/controls.tsx'
import { Icon } from '../ui/Icon.tsx'
import { usePreferences } from '../ui/preferences.ts'
import { InCall } from './InCall.tsx'
import { startRinging, wakeRinging } from './ringing.ts'
import { isRung, useCalls } from './store.ts'
import './calls.css'

/** What was said at the end is gone after so long; a missed call stays until somebody has seen it. */
const endedMs = 6000

/** Calls of this page, over whatever face it shows: the ringing, the call, and how it ended. */
export function CallDock({ accountId }: { accountId: number }) {
  const words = useText().calls
  const { call, elsewhere, ending, problem, busy, follow, dismiss } = useCalls()
  const rung = useCalls(isRung)
  useEffect(() => follow(accountId), [accountId, follow])
  useEffect(wakeRinging, [])
  const muted = usePreferences((state) => state.muted)
  const waits = call !== null && !rung && call.answeredAt === null
  useEffect(() => {
    if (rung || waits) return startRinging(waits || muted)
  }, [rung, waits, muted])
  useEffect(() => {
    if (!ending || ending.missed) return
    const timer = setTimeout(dismiss, endedMs)
    return () => clearTimeout(timer)
  }, [ending, dismiss])
  if (call && rung && !busy) return <Ringing />
  if (call) return <InCall />
  if (busy) return <Note>{words.preparing}</Note>
  if (elsewhere) return <Elsewhere />
  return ending || problem ? <Ended /> : null
}

function Note({ children }: { children: ReactNode }) {
  return (
    <section className="call-dock is-note" role="status" data-testid="call-note">
      {children}
    </section>
  )
}

function Ringing() {
  const text = useText()
  const words = text.calls
  const { call, answer, hangUp } = useCalls()
  if (!call) return null
  const caller = call.people.find(({ accountId }) => accountId === call.startedBy)
  const isVideo = call.kind === 'video'
  return (
    <section
      className="call-dock is-ringing"
      role="alertdialog"
      aria-label={words.title}
      data-testid="call-ringing"
    >
      <div className="call-who">
        <span className="call-face" aria-hidden="true">
          {caller?.name.slice(0, 1)}
        </span>
        <p>
          <span>{(call.toDesk ? words.ringingFromStreet : words.ringing)[call.kind]}</span>
          <b>{caller?.name}</b>
          <span>{caller ? text.roles[caller.role] : ''}</span>
        </p>
      </div>
      <div className="call-answers">
        <button
          type="button"
          className="call-round is-end"
          onClick={() => void hangUp()}
          data-testid="call-decline"
        >
          <Icon name="hangUp" />
          <span>{words.decline}</span>
        </button>
        <button
          type="button"
          className="call-round is-answer"
          onClick={() => void answer(false)}
          data-testid="call-answer-voice"
        >
          <Icon name="phone" />
          <span>{isVideo ? words.answerVoice : words.answer}</span>
        </button>
        {isVideo ? (
          <button
            type="button"
            className="call-round is-answer"
            onClick={() => void answer(true)}
            data-testid="call-answer"
          >
            <Icon name="video" />
            <span>{words.answerVideo}</span>
          </button>
        ) : null}
      </div>
    </section>
  )
}

/** The account is in a call whose page was closed or loaded anew. */
function Elsewhere() {
  const words = useText().calls
  const { elsewhere, accountId, takeOver, hangUp } = useCalls()
  const others = elsewhere?.people.filter((one) => one.accountId !== accountId).map(({ name }) => name)
  return (
    <Note>
      <p>{words.elsewhere(others?.join('、') ?? '')}</p>
      <button
        type="button"
        className="button is-primary"
        onClick={() => void takeOver()}
        data-testid="call-return"
      >
        {words.takeOver}
      </button>
      <button type="button" className="button" onClick={() => void hangUp()}>
        {words.hangUp}
      </button>
    </Note>
  )
}

function Ended() {
  const text = useText()
  const words = text.calls
  const { ending, problem, dismiss } = useCalls()
  const said = ending ? words.ended[ending.outcome] : undefined
  const told = ending?.missed
    ? words.missedFrom(ending.who)
    : typeof said === 'function'
      ? said(ending?.who ?? '')
      : said
  return (
    <Note>
      <Icon name={problem || ending?.missed ? 'warning' : 'phone'} />
      <p data-testid="call-ended" data-outcome={ending?.outcome ?? problem?.code}>
        {problem ? (words.problems[problem.code] ?? sentenceOf(text, problem)) : told}
      </p>
      <IconButton icon="close" label={text.common.close} onClick={dismiss} />
    </Note>
  )
}
