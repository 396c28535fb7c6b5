import type { CallEntry } from '../../api/contract/call.ts'
import { dayTime, elapsed } from '../format.ts'
import { useText } from '../locales/text.ts'
import { Icon } from '../ui/Icon.tsx'
import { Link } from '../ui/Link.tsx'
import { type CallParty, calledIn, callerOf, cameTo, type missedAmong, officerOf } from './log.ts'
import { useCalls } from './store.ts'

interface CallTableProps {
  calls: readonly CallEntry[]
  missed: ReturnType<typeof missedAmong>
  timeZone: string
}

/** Calls with officers: who, with whom, when, how long, how it ended; the case of each, and a call back. */
export function CallTable({ calls, missed, timeZone }: CallTableProps) {
  const words = useText().calls.log
  const heads = [words.when, words.who, words.whom, words.long, words.how, words.about]
  return (
    <div className="table-frame is-tall" tabIndex={0} role="region" aria-label={words.title}>
      <table className="table call-log" data-testid="call-log">
        <thead>
          <tr>
            {heads.map((name) => (
              <th key={name}>{name}</th>
            ))}
            <th>
              <span className="visually-hidden">{words.again}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {calls.map((call) => (
            <Line key={call.id} {...{ call, timeZone }} missed={missed.get(call.id)} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Line({
  call,
  missed,
  timeZone,
}: Pick<CallTableProps, 'timeZone'> & { call: CallEntry; missed: 'waits' | 'settled' | undefined }) {
  const words = useText().calls.log
  const { answeredAt, endedAt, outcome, incidentId, toDesk } = call
  const lasted = answeredAt && endedAt ? elapsed(Date.parse(endedAt) - Date.parse(answeredAt)) : '–'
  const called = calledIn(call)
  const said = missed ? words.missed[missed] : outcome === null ? words.going : words.outcomes[outcome]
  return (
    <tr data-testid="call-line" data-outcome={outcome ?? 'going'} data-missed={missed}>
      <td>{dayTime(Date.parse(call.startedAt), timeZone)}</td>
      <td>
        <span className={`call-way ${missed === 'waits' ? 'is-urgent' : ''}`}>
          <Icon name={missed ? 'callMissed' : toDesk ? 'callIn' : 'callOut'} />
          <Party one={callerOf(call)} name={call.startedBy} />
        </span>
      </td>
      <td className="wraps">
        {called.length === 0
          ? words.desk
          : called.map((one) => <Party key={one.accountId} one={one} name={one.name} />)}
      </td>
      <td>{lasted}</td>
      <td className={missed === 'waits' ? 'is-urgent' : outcome === null ? 'is-good' : ''}>
        {`${words.kinds[call.kind]} · ${said}`}
      </td>
      <td>{incidentId === null ? '–' : <Link to={`/dispatch?id=${incidentId}`}>{words.open}</Link>}</td>
      <td className="is-number">
        <CallBack call={call} urgent={missed === 'waits'} />
      </td>
    </tr>
  )
}

/** A name with its role; of somebody who did not come, also why not. */
function Party({ one, name }: { one: CallParty | undefined; name: string }) {
  const text = useText()
  const why = one && !cameTo(one.state) ? text.calls.log.states[one.state] : undefined
  return (
    <span className="call-party">
      {name}
      {one ? <small>{why ? `${text.roles[one.role]} · ${why}` : text.roles[one.role]}</small> : null}
    </span>
  )
}

function CallBack({ call, urgent }: { call: CallEntry; urgent: boolean }) {
  const words = useText().calls.log
  const { call: current, busy, ring } = useCalls()
  const { officerId, name = '' } = officerOf(call) ?? {}
  if (!officerId || call.endedAt === null) return null
  const { kind, incidentId } = call
  return (
    <button
      type="button"
      className={`button is-small ${urgent ? 'is-primary' : ''}`}
      aria-label={words.callBack(name)}
      disabled={busy || current !== null}
      onClick={() => void ring(kind, { officerId, ...(incidentId === null ? {} : { incidentId }) })}
      data-testid="call-back"
    >
      <Icon name={kind === 'video' ? 'video' : 'phone'} /> {call.toDesk ? words.back : words.again}
    </button>
  )
}
