import { useEffect } from 'react'
import type { StormProposal } from '../../api/contract/dispatch.ts'
import { clock, duration } from '../format.ts'
import { useQueue } from '../incidents/queue-store.ts'
import { useText } from '../locales/text.ts'
import { Empty, IconButton, Skeleton } from '../ui/controls.tsx'
import { useNews } from './news.ts'
import { itemsOf, pickedOf, useStorm } from './storm.ts'
import './storm.css'

/** After the last thing that happened; and however quiet it is. */
const quietMs = 5000
const againMs = 20_000

/** Many cases at once: who would go where, accepted in whole or in part. */
export function StormPanel({ timeZone }: { timeZone: string }) {
  const text = useText()
  const words = text.storm
  const storm = useStorm()
  const { proposal, asking, failure, answer, sending, ask, stop, pickAll, send } = storm
  useRenewal(ask)
  const items = itemsOf(storm)
  const picked = pickedOf(storm)
  return (
    <section
      className="panel queue storm"
      data-covers="left"
      aria-label={words.title}
      id="queue"
      tabIndex={-1}
      data-testid="storm"
    >
      <header className="storm-head">
        <div>
          <h2>{words.title}</h2>
          <p className="hint">{words.lead}</p>
        </div>
        <IconButton icon="close" label={words.close} onClick={stop} testId="storm-close" />
      </header>
      {failure ? (
        <Empty action={{ text: words.again, onClick: () => void ask() }}>{words.failed(failure)}</Empty>
      ) : null}
      {proposal ? (
        <>
          <StormFigures proposal={proposal} timeZone={timeZone} />
          {answer ? <StormOutcome /> : null}
          {items.length > 0 ? (
            <StormTable />
          ) : (
            <Empty>{proposal.items.length + proposal.left.length === 0 ? words.empty : words.nobody}</Empty>
          )}
          <Left left={proposal.left} />
        </>
      ) : asking ? (
        <Skeleton lines={12} label={words.asking} />
      ) : null}
      <footer className="storm-actions">
        {items.length > 0 ? (
          <>
            <label>
              <input
                type="checkbox"
                checked={picked.length === items.length}
                onChange={({ target }) => pickAll(target.checked)}
              />
              {words.pickAll}
            </label>
            <button
              type="button"
              className="button is-primary"
              disabled={picked.length === 0 || sending}
              onClick={() => void send()}
              data-testid="storm-send"
            >
              {sending
                ? words.sending
                : picked.length === items.length
                  ? words.acceptAll(picked.length)
                  : words.accept(picked.length)}
            </button>
          </>
        ) : null}
        <button type="button" className="button" disabled={asking} onClick={() => void ask()}>
          {words.again}
        </button>
        {storm.dropped.size > 0 ? (
          <p>
            {words.dropped(storm.dropped.size)}
            <button type="button" className="text-button" onClick={storm.restore}>
              {words.restore}
            </button>
          </p>
        ) : null}
      </footer>
    </section>
  )
}

/** Works it out anew some seconds after the last thing that happened to squads, roads or cases. */
function useRenewal(ask: () => Promise<void>): void {
  useEffect(() => {
    let quiet: ReturnType<typeof setTimeout> | undefined
    const renew = () => void (useStorm.getState().sending ? undefined : ask())
    const unsubscribe = useNews.subscribe(() => {
      clearTimeout(quiet)
      quiet = setTimeout(renew, quietMs)
    })
    const timer = setInterval(renew, againMs)
    return () => {
      unsubscribe()
      clearTimeout(quiet)
      clearInterval(timer)
    }
  }, [ask])
}

function StormFigures({ proposal, timeZone }: { proposal: StormProposal; timeZone: string }) {
  const text = useText()
  const words = text.storm
  const { renewed, asking } = useStorm()
  const { at, network, items, people, meanSeconds, greedySeconds } = proposal
  const saved = greedySeconds - meanSeconds
  return (
    <div className="storm-figures" role="status">
      {items.length > 0 ? (
        <p>
          <b data-testid="storm-mean">{words.mean(duration(meanSeconds * 1000, text.units))}</b>
          {saved >= 30 ? (
            <span className="is-good">{words.faster(duration(saved * 1000, text.units))}</span>
          ) : saved > -30 && items.length > 1 ? (
            <span>{words.heavierFirst}</span>
          ) : null}
        </p>
      ) : null}
      <p className="hint">
        {[
          words.items(items.length, people),
          words.asOf(clock(Date.parse(at), timeZone)),
          asking ? words.asking : renewed ? words.recomputed : '',
          network === 'roads' ? '' : words.crow,
        ]
          .filter(Boolean)
          .join(' · ')}
      </p>
    </div>
  )
}

function StormTable() {
  const text = useText()
  const words = text.storm
  const storm = useStorm()
  const open = useQueue((state) => state.open)
  return (
    <div className="storm-table">
      <table>
        <thead>
          <tr>
            <th scope="col">
              <span className="visually-hidden">{words.columns.pick}</span>
            </th>
            <th scope="col">{words.columns.case}</th>
            <th scope="col">{words.columns.severity}</th>
            <th scope="col">{words.columns.squad}</th>
            <th scope="col" className="is-figure">
              {words.columns.minutes}
            </th>
            <th />
          </tr>
        </thead>
        <tbody>
          {itemsOf(storm).map((one) => (
            <tr
              key={one.incidentId}
              data-testid="storm-item"
              className={storm.unpicked.has(one.incidentId) ? 'is-off' : ''}
              onPointerEnter={() => storm.point(one.incidentId)}
              onPointerLeave={() => storm.point(null)}
            >
              <td>
                <input
                  type="checkbox"
                  aria-label={words.pick(one.title)}
                  checked={!storm.unpicked.has(one.incidentId)}
                  onChange={() => storm.pick(one.incidentId)}
                />
              </td>
              <td>
                <button type="button" className="storm-case" onClick={() => open(one.incidentId)}>
                  {one.title}
                  <small>{one.number}</small>
                </button>
              </td>
              <td>
                <span className={`badge is-${one.severity}`}>{text.incidents.severities[one.severity]}</span>
              </td>
              <td>
                {one.unitName}
                <small>{one.officers.map(({ name }) => name).join(text.squads.and)}</small>
              </td>
              <td className="is-figure">{duration(one.seconds * 1000, text.units)}</td>
              <td>
                <IconButton
                  icon="close"
                  label={words.drop(one.title)}
                  onClick={() => storm.drop(one.incidentId)}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** What became of each that was sent. */
function StormOutcome() {
  const words = useText().storm
  const { answer, titles } = useStorm()
  const open = useQueue((state) => state.open)
  if (!answer) return null
  return (
    <div className="storm-outcome" role="status" aria-label={words.result} data-testid="storm-outcome">
      <p>
        <b className="is-good">{words.done(answer.done.length)}</b>
        {answer.refused.length > 0 ? (
          <b className="is-attention">{words.refused(answer.refused.length)}</b>
        ) : null}
      </p>
      {answer.refused.length > 0 ? (
        <ul>
          {answer.refused.map(({ incidentId, detail }) => (
            <li key={incidentId}>
              <button type="button" className="text-button" onClick={() => open(incidentId)}>
                {titles.get(incidentId) ?? incidentId}
              </button>
              {detail}
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  )
}

/** The cases that nobody is proposed for, each with why. */
function Left({ left }: { left: StormProposal['left'] }) {
  const words = useText().storm
  const open = useQueue((state) => state.open)
  if (left.length === 0) return null
  return (
    <details className="storm-left reasons" data-testid="storm-left">
      <summary>{words.left(left.length)}</summary>
      <ul>
        {left.map(({ incidentId, title, why }) => (
          <li key={incidentId}>
            <button type="button" className="text-button" onClick={() => open(incidentId)}>
              {title}
            </button>
            {words.why[why]}
          </li>
        ))}
      </ul>
    </details>
  )
}
