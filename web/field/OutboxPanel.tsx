import { useState } from 'react'
import { dayTime, figure } from '../format.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import type { Dictionary } from '../locales/zh-CN.ts'
import { Empty } from '../ui/controls.tsx'
import { Icon } from '../ui/Icon.tsx'
import { type Entry, type Standing, standingOf } from './outbox-order.ts'
import { useWork } from './work.ts'

/** A refusal in the reader's words where there are some for its code; otherwise the server's sentence. */
const refusalOf = (text: Dictionary, { problem }: Entry): string =>
  problem ? (text.incidents.refusals[problem.code] ?? sentenceOf(text, problem)) : ''

/** What an entry is, in a word. */
function nameOf(text: Dictionary, { command }: Entry): string {
  if (command.kind === 'transition') return text.actions[command.body.action]
  if (command.kind === 'ask') return text.incidents.askFor(text.actions[command.body.action])
  return text.street.outbox.kinds[command.kind === 'upload' ? command.medium.kind : 'report']
}

/** Uploads are told of with what brings them. */
const shownOf = (entries: readonly Entry[]): Entry[] =>
  entries.filter(
    ({ command, key, state }) =>
      command.kind !== 'upload' ||
      state === 'refused' ||
      !entries.some((other) => 'media' in other.command && other.command.media.includes(key)),
  )

/** In the header: whether all has arrived, how much waits, whether something was refused. */
export function OutboxChip() {
  const words = useText().street.outbox
  const { entries, online } = useWork()
  const shown = shownOf(entries)
  const standings = shown.map((entry) => standingOf(entry, entries))
  const refused = standings.filter((one) => one === 'refused').length
  const waits = standings.filter((one) => one === 'waits' || one === 'held').length
  const state = refused > 0 ? 'refused' : waits > 0 ? 'waits' : online ? 'sent' : 'offline'
  return (
    <a className={`outbox-chip is-${state}`} href="#outbox" data-testid="outbox-chip" data-state={state}>
      <Icon name={state === 'sent' ? 'check' : state === 'refused' ? 'warning' : 'upload'} />
      {refused > 0
        ? words.refused(refused)
        : waits > 0
          ? words.waits(waits, online)
          : online
            ? words.sent
            : words.offline}
    </a>
  )
}

/** All that waits and what became of the rest; what was refused is put right here. */
export function OutboxPanel() {
  const text = useText()
  const words = text.street.outbox
  const { entries, online, durable, send } = useWork()
  const shown = shownOf(entries).toReversed()
  const waits = shown.some((entry) => standingOf(entry, entries) === 'waits')
  return (
    <section className="field-sheet" aria-label={words.title} data-testid="outbox">
      <h2>{words.title}</h2>
      <p>{online ? words.lead : words.leadOffline}</p>
      {durable ? null : <p className="note is-attention">{words.volatile}</p>}
      {waits ? (
        <button type="button" className="button is-large" onClick={() => void send()} data-testid="send-now">
          {words.now}
        </button>
      ) : null}
      {shown.length === 0 ? (
        <Empty>{words.empty}</Empty>
      ) : (
        <ul className="work-list">
          {shown.map((entry) => (
            <OutboxLine key={entry.key} entry={entry} />
          ))}
        </ul>
      )}
    </section>
  )
}

const marks: Record<Standing, 'check' | 'upload' | 'history' | 'warning'> = {
  sent: 'check',
  waits: 'upload',
  held: 'history',
  refused: 'warning',
}

/** One entry: what, when, how it stands, and what may be done about it. */
export function OutboxLine({ entry, titled = true }: { entry: Entry; titled?: boolean }) {
  const text = useText()
  const words = text.street.outbox
  const { entries, progress, town, retry, discard } = useWork()
  const [asking, setAsking] = useState(false)
  const standing = standingOf(entry, entries)
  const { command } = entry
  const uploads = 'media' in command ? entries.filter(({ key }) => command.media.includes(key)) : []
  const own = command.kind === 'upload' ? [entry] : uploads
  const bytes = own.reduce((sum, { command: one }) => sum + (one.kind === 'upload' ? one.medium.bytes : 0), 0)
  const arrived = own.reduce(
    (sum, { key, state, command: one }) =>
      sum + (one.kind !== 'upload' ? 0 : state === 'sent' ? one.medium.bytes : (progress[key] ?? 0)),
    0,
  )
  return (
    <li className={`outbox-line is-${standing}`} data-testid="outbox-line" data-standing={standing}>
      <p>
        <Icon name={marks[standing]} />
        <b>{nameOf(text, entry)}</b> {titled ? entry.title : ''}
      </p>
      <small>
        {words.standing[standing]} · {dayTime(entry.at, town?.timeZone ?? 'UTC')}
        {entry.answer?.number ? ` · ${entry.answer.number}` : ''}
        {uploads.length > 0 ? ` · ${words.files(uploads.length)}` : ''}
        {standing === 'waits' && arrived > 0 && bytes > 0
          ? ` · ${words.percent(figure(Math.floor((arrived / bytes) * 100)))}`
          : ''}
      </small>
      {standing === 'refused' ? (
        <>
          <p className="work-refusal" role="alert">
            {refusalOf(text, entry)}
          </p>
          {asking ? (
            <div className="work-actions">
              <button type="button" className="button" onClick={() => setAsking(false)}>
                {words.keep}
              </button>
              <button
                type="button"
                className="button is-urgent"
                onClick={() => void discard(entry.key)}
                data-testid="discard-sure"
              >
                {words.discardSure}
              </button>
            </div>
          ) : (
            <div className="work-actions">
              <button type="button" className="button" onClick={() => setAsking(true)} data-testid="discard">
                {words.discard}
              </button>
              <button
                type="button"
                className="button"
                onClick={() => void retry(entry.key)}
                data-testid="retry"
              >
                {words.retry}
              </button>
            </div>
          )}
        </>
      ) : null}
    </li>
  )
}
