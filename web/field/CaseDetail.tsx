import { useEffect, useState } from 'react'
import type { Me } from '../../api/contract/account.ts'
import type { Problem } from '../../api/contract/problem.ts'
import { problemOf } from '../client.ts'
import { dayTime, duration } from '../format.ts'
import { ClassMark } from '../incidents/ClassMark.tsx'
import { lightOf } from '../incidents/light.ts'
import { Photographs } from '../incidents/Photographs.tsx'
import { actionOf } from '../incidents/story.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { useNow } from '../ui/clock.ts'
import { Empty, Facts } from '../ui/controls.tsx'
import { usePreferences } from '../ui/preferences.ts'
import { CaseActions } from './CaseActions.tsx'
import { TimeLeft } from './CasesPanel.tsx'
import { expect } from './expect.ts'
import { OutboxLine } from './OutboxPanel.tsx'
import { useWork } from './work.ts'

/** One case: what and where, its photographs, what was done, what waits on this phone, and what to do next. */
export function CaseDetail({ id, me }: { id: number; me: Me }) {
  const text = useText()
  const words = text.street.cases
  const { cases, details, classes, entries, town, online, loadDetail } = useWork()
  const language = usePreferences((state) => state.language)
  const [problem, setProblem] = useState<Problem | null>(null)
  const now = useNow(30_000)
  const detail = details[id]
  const known = cases?.find((one) => one.id === id) ?? detail
  const version = cases?.find((one) => one.id === id)?.version
  const sent = entries.filter(({ state }) => state === 'sent').length
  useEffect(() => {
    let gone = false
    loadDetail(id).then(
      () => !gone && setProblem(null),
      (cause: unknown) => !gone && setProblem(problemOf(cause)),
    )
    return () => {
      gone = true
    }
    // Again when the list says that it has moved on, when something has arrived, and when the line is back.
  }, [id, version, sent, online, loadDetail])
  if (!known)
    return (
      <Empty>
        {problem ? (problem.status === 0 ? words.notHere : sentenceOf(text, problem)) : words.loading}
      </Empty>
    )
  const { incident, pending } = expect(known, entries, me)
  const cls = classes.find(({ code }) => code === incident.classCode)
  const zone = town?.timeZone ?? 'UTC'
  const media = detail?.media ?? []
  const asked = (detail?.requests ?? []).filter(({ state }) => state === 'pending')
  return (
    <article className="case" data-testid="case" data-state={incident.state}>
      <a className="button case-back" href="#cases">
        ‹ {words.back}
      </a>
      <section className="field-sheet">
        <header className="case-head">
          <ClassMark className={cls?.name ?? ''} light={lightOf(incident, now)} label="" />
          <div>
            <h1>{incident.title}</h1>
            <p>
              <b>{text.states[incident.state]}</b>
              {pending.some(({ standing }) => standing === 'waits') ? (
                <em className="is-waiting">{words.waits}</em>
              ) : null}
              <TimeLeft incident={incident} />
            </p>
          </div>
        </header>
        {incident.supervised ? <p className="note is-attention">{words.supervised}</p> : null}
        {incident.description ? <p>{incident.description}</p> : null}
        <Facts
          facts={[
            [words.number, incident.number],
            [words.class, (language === 'en' && cls?.nameEn) || cls?.name || incident.classCode],
            [
              words.address,
              <a key="go" href={`geo:${incident.lat},${incident.lng}`} className="case-place">
                {incident.address || `${incident.lng.toFixed(5)}, ${incident.lat.toFixed(5)}`}
              </a>,
            ],
            [words.reported, dayTime(Date.parse(incident.reportedAt), zone)],
            ...(incident.dueAt ? [[words.due, dayTime(Date.parse(incident.dueAt), zone)] as const] : []),
            ...(incident.returns > 0 ? [[words.returns, String(incident.returns)] as const] : []),
          ]}
        />
        {media.length > 0 ? (
          online ? (
            <Photographs media={media} timeZone={zone} />
          ) : (
            <p className="hint">{words.photosOffline(media.length)}</p>
          )
        ) : null}
      </section>
      {pending.length > 0 ? (
        <section className="field-sheet" aria-label={words.onPhone} data-testid="case-pending">
          <h2>{words.onPhone}</h2>
          <ul className="work-list">
            {pending.map(({ entry }) => (
              <OutboxLine key={entry.key} entry={entry} titled={false} />
            ))}
          </ul>
        </section>
      ) : null}
      {asked.length > 0 ? (
        <p className="note">{words.asked(asked.map(({ action }) => text.actions[action]).join('、'))}</p>
      ) : null}
      {pending.some(({ standing }) => standing === 'refused') ? (
        <p className="note is-attention">{words.conflictFirst}</p>
      ) : (
        <CaseActions incident={incident} cls={cls} me={me} media={media} />
      )}
      {detail ? (
        <section className="field-sheet" aria-label={words.story}>
          <h2>{words.story}</h2>
          <ol className="case-story">
            {detail.timeline.map((event) => {
              const action = actionOf(event.event)
              const said = event.data.note ?? event.data.reason
              const note = typeof said === 'string' ? said : ''
              return (
                <li key={event.seq}>
                  <b>
                    {action
                      ? text.actions[action]
                      : (words.events[event.event.replace('incident:', '')] ??
                        text.squads.told[event.event]?.(
                          text.squads.callKinds[String(event.data.kind)] ?? '',
                          duration(Number(event.data.seconds ?? 0) * 1000, text.units),
                        ) ??
                        event.event)}
                  </b>{' '}
                  {event.actorName}
                  <small>
                    {dayTime(Date.parse(event.at), zone)}
                    {note ? ` · ${note}` : ''}
                  </small>
                </li>
              )
            })}
          </ol>
        </section>
      ) : (
        <p className="hint">{online ? words.loading : words.notRead}</p>
      )}
    </article>
  )
}
