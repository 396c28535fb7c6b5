import { useEffect, useState } from 'react'
import type { Followed } from '../../api/contract/citizen.ts'
import type { Problem } from '../../api/contract/problem.ts'
import { problemOf } from '../client.ts'
import { dayTime } from '../format.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { Empty, Facts, Skeleton } from '../ui/controls.tsx'
import { useCitizen } from './store.ts'

/** How far along, of four stages as a citizen sees them. */
const stageOf: Partial<Record<Followed['state'], number>> = {
  reported: 0,
  filed: 0,
  dispatched: 1,
  handling: 2,
  suspended: 2,
  split: 2,
  handled: 2,
  checked: 2,
  closed: 3,
  evaluated: 3,
  archived: 3,
}
const lookMs = 30_000

/** What became of a report: steps in plain words, photographs before and after, and the citizen's own word. */
export function FollowReport({ code }: { code: string }) {
  const text = useText()
  const words = text.report.follow
  const { followed, town, follow } = useCitizen()
  const [problem, setProblem] = useState<Problem | null>(null)
  const [turn, setTurn] = useState(0)
  const report = followed[code]
  useEffect(() => {
    let gone = false
    const look = () =>
      void follow(code).then(
        () => !gone && setProblem(null),
        (cause: unknown) => !gone && setProblem(problemOf(cause)),
      )
    look()
    const tick = setInterval(() => document.visibilityState === 'visible' && look(), lookMs)
    addEventListener('online', look)
    return () => {
      gone = true
      clearInterval(tick)
      removeEventListener('online', look)
    }
  }, [code, turn, follow])
  if (!report)
    return problem ? (
      <Empty action={{ text: text.report.retry, onClick: () => setTurn(turn + 1) }}>
        {problem.status === 404
          ? words.notFound
          : problem.status === 0
            ? words.offline
            : sentenceOf(text, problem)}
      </Empty>
    ) : (
      <Skeleton label={words.loading} lines={6} />
    )
  const zone = town?.timeZone ?? 'UTC'
  const stage = stageOf[report.state]
  const photosOf = (moments: readonly string[]) =>
    report.photos.filter(({ moment }) => moments.includes(moment))
  return (
    <article className="follow" data-testid="followed" data-state={report.state}>
      <section className="field-sheet">
        <h1>{report.description || report.className}</h1>
        {stage === undefined ? null : (
          <ol className="follow-stages">
            {words.stages.map((name, i) => (
              <li
                key={name}
                className={i < stage || stage === 3 ? 'is-done' : i === stage ? 'is-now' : ''}
                aria-current={i === stage ? 'step' : undefined}
              >
                {name}
              </li>
            ))}
          </ol>
        )}
        <Facts
          facts={[
            [words.number, report.number],
            [words.place, report.address || `${report.lng.toFixed(5)}, ${report.lat.toFixed(5)}`],
            [words.at, dayTime(Date.parse(report.reportedAt), zone)],
          ]}
        />
        {problem?.status === 0 ? <p className="note is-attention">{words.offline}</p> : null}
      </section>
      {(
        [
          [words.before, photosOf(['found', 'other'])],
          [words.after, photosOf(['handled', 'checked'])],
        ] as const
      ).map(([title, photos]) =>
        photos.length === 0 ? null : (
          <section key={title} className="field-sheet">
            <h2>{title}</h2>
            <ul className="follow-photos">
              {photos.map(({ id }, i) => (
                <li key={id}>
                  <a
                    href={`/api/citizen/reports/${code}/photos/${id}?size=full`}
                    target="_blank"
                    rel="noreferrer"
                  >
                    <img
                      src={`/api/citizen/reports/${code}/photos/${id}`}
                      alt={`${title} ${words.photo(i + 1)}`}
                      loading="lazy"
                    />
                  </a>
                </li>
              ))}
            </ul>
          </section>
        ),
      )}
      {report.mayRate ? <RateForm code={code} /> : null}
      {report.satisfied === null ? null : (
        <section className="field-sheet" data-testid="rated">
          <h2>{words.rated(report.satisfied)}</h2>
          {report.comment ? <p>{report.comment}</p> : null}
          <p className="hint">{words.thanks}</p>
        </section>
      )}
      <section className="field-sheet">
        <h2>{words.steps}</h2>
        <ol className="case-story">
          {report.steps.map(({ event, at }, i) => (
            <li key={`${event}${i}`}>
              <b>{words.events[event] ?? event}</b>
              <small>{dayTime(Date.parse(at), zone)}</small>
            </li>
          ))}
        </ol>
      </section>
    </article>
  )
}

/** The citizen's word: kept once, so it is asked before it is sent. */
function RateForm({ code }: { code: string }) {
  const text = useText()
  const words = text.report.follow
  const { rate, follow } = useCitizen()
  const [satisfied, setSatisfied] = useState<boolean | null>(null)
  const [comment, setComment] = useState('')
  const [reopen, setReopen] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)
  const send = async () => {
    if (satisfied === null) return
    setBusy(true)
    try {
      await rate(code, { satisfied, comment: comment.trim(), reopen: !satisfied && reopen })
    } catch (cause) {
      const said = problemOf(cause)
      setProblem(said)
      setBusy(false)
      // The first try arrived though its answer was lost, or it was rated elsewhere.
      if (said.code === 'rated') await follow(code).catch(() => {})
    }
  }
  return (
    <section className="field-sheet" data-testid="rate">
      <h2>{words.rate}</h2>
      <div className="work-actions">
        <button
          type="button"
          className="button is-large"
          aria-pressed={satisfied === true}
          onClick={() => setSatisfied(true)}
          data-testid="rate-yes"
        >
          {words.yes}
        </button>
        <button
          type="button"
          className="button is-large"
          aria-pressed={satisfied === false}
          onClick={() => setSatisfied(false)}
          data-testid="rate-no"
        >
          {words.no}
        </button>
      </div>
      {satisfied === null ? null : (
        <>
          <label className="work-field">
            {words.comment}
            <textarea
              aria-label={words.comment}
              rows={2}
              maxLength={500}
              value={comment}
              onChange={(event) => setComment(event.target.value)}
              data-testid="rate-comment"
            />
          </label>
          {satisfied ? null : (
            <label className="work-check">
              <input
                type="checkbox"
                checked={reopen}
                onChange={(event) => setReopen(event.target.checked)}
                data-testid="rate-reopen"
              />
              <span>{words.reopen}</span>
            </label>
          )}
          <button
            type="button"
            className="button is-primary is-large"
            disabled={busy}
            onClick={() => void send()}
            data-testid="rate-send"
          >
            {words.submit}
          </button>
        </>
      )}
      {problem ? (
        <p className="work-refusal" role="alert">
          {sentenceOf(text, problem)}
        </p>
      ) : null}
    </section>
  )
}
