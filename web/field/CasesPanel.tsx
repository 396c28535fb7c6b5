import { useEffect, useState } from 'react'
import type { Me } from '../../api/contract/account.ts'
import type { OwnAssignment } from '../../api/contract/assignment.ts'
import { duration, hourMinute } from '../format.ts'
import { ClassMark } from '../incidents/ClassMark.tsx'
import { lightOf } from '../incidents/light.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { useNow } from '../ui/clock.ts'
import { Empty, Segmented, Skeleton } from '../ui/controls.tsx'
import { byPress, type Expected, expect, type Share, shareOf } from './expect.ts'
import { useSquadTasks } from './squads.ts'
import { useWork } from './work.ts'

const shownAtFirst = 50

/** Cases that are mine to handle, and all that is open in my grids, the most pressing first. */
export function CasesPanel({ me }: { me: Me }) {
  const text = useText()
  const words = text.street.cases
  const { cases, casesAt, entries, town, unitId, online, problem, load } = useWork()
  const [share, setShare] = useState<Share>('mine')
  const [most, setMost] = useState(shownAtFirst)
  const assignments = useSquadTasks((state) => state.assignments)
  useEffect(() => void load(), [load])
  if (!cases)
    return problem ? (
      <Empty action={{ text: text.common.retry, onClick: () => void load() }}>
        {online ? sentenceOf(text, problem) : words.neverLoaded}
      </Empty>
    ) : (
      <Skeleton label={words.loading} lines={6} />
    )
  const all = cases.map((one) => expect(one, entries, me))
  const mine = { officerId: me.officerId, unitId }
  const of = (wanted: Share) => all.filter(({ incident }) => shareOf(incident, mine) === wanted)
  const shown = of(share).sort((a, b) => byPress(a.incident, b.incident))
  // What I am sent to may lie outside my grids, where no list of mine reaches.
  const sent = assignments.filter(
    ({ incidentId }) => !of('mine').some(({ incident }) => incident.id === incidentId),
  )
  return (
    <section className="cases" aria-label={words.title} data-testid="cases">
      {sent.length > 0 ? <SentLines sent={sent} /> : null}
      <Segmented
        label={words.title}
        value={share}
        onChange={setShare}
        options={[
          { value: 'mine', text: words.mine, count: of('mine').length },
          { value: 'grid', text: words.grid, count: of('grid').length },
        ]}
      />
      {online || casesAt === null ? null : (
        <p className="note is-attention">{words.asOf(hourMinute(casesAt, town?.timeZone ?? 'UTC'))}</p>
      )}
      {shown.length === 0 ? (
        <div className="field-sheet">
          <Empty>{share === 'mine' ? words.noneMine : words.noneGrid}</Empty>
        </div>
      ) : (
        <ul className="case-list">
          {shown.slice(0, most).map((one) => (
            <CaseLine key={one.incident.id} expected={one} />
          ))}
        </ul>
      )}
      {shown.length > most ? (
        <button type="button" className="button is-large" onClick={() => setMost(most + shownAtFirst)}>
          {words.more(shown.length - most)}
        </button>
      ) : null}
    </section>
  )
}

function SentLines({ sent }: { sent: readonly OwnAssignment[] }) {
  const text = useText()
  const classes = useWork((state) => state.classes)
  return (
    <ul className="case-list" aria-label={text.street.squad.sentToMe} data-testid="sent-to-me">
      {sent.map((one) => {
        const name = classes.find(({ code }) => code === one.classCode)?.name ?? one.classCode
        return (
          <li key={one.id}>
            <a
              href={`#case-${one.incidentId}`}
              className="case-line is-sent"
              data-testid={`sent-${one.incidentId}`}
            >
              <ClassMark className={name} light="none" label={name} />
              <span>
                <b>{one.title}</b>
                <small>
                  {text.street.squad.sentToMe}
                  {one.address ? ` · ${one.address}` : ''}
                </small>
              </span>
              <span className="case-left">{text.street.sos.squadStates[one.state]}</span>
            </a>
          </li>
        )
      })}
    </ul>
  )
}

function CaseLine({ expected: { incident, pending } }: { expected: Expected }) {
  const text = useText()
  const words = text.street.cases
  const classes = useWork((state) => state.classes)
  const now = useNow(30_000)
  const name = classes.find(({ code }) => code === incident.classCode)?.name ?? incident.classCode
  const refused = pending.some(({ standing }) => standing === 'refused')
  const waits = pending.some(({ standing }) => standing === 'waits')
  return (
    <li>
      <a href={`#case-${incident.id}`} className="case-line" data-testid={`case-${incident.id}`}>
        <ClassMark className={name} light={lightOf(incident, now)} label={name} />
        <span>
          <b>{incident.title}</b>
          <small>
            {text.states[incident.state]}
            {incident.address ? ` · ${incident.address}` : ''}
          </small>
          {refused || waits ? (
            <em className={refused ? 'is-refused' : 'is-waiting'}>
              {refused ? words.conflict : words.waits}
            </em>
          ) : null}
        </span>
        <TimeLeft incident={incident} />
      </a>
    </li>
  )
}

/** What is left of the time allowed, or how long it is over. */
export function TimeLeft({ incident }: { incident: Expected['incident'] }) {
  const text = useText()
  const words = text.street.cases
  const now = useNow(30_000)
  if (!incident.dueAt || incident.state === 'suspended') return null
  const left = Date.parse(incident.dueAt) - now
  const light = lightOf(incident, now)
  return (
    <span className={`case-left is-${light}`}>
      {left < 0 ? words.over(duration(-left, text.units)) : words.left(duration(left, text.units))}
    </span>
  )
}
