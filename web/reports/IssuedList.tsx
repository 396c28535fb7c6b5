import { useState } from 'react'
import type { Report } from '../../api/contract/report.ts'
import { download } from '../client.ts'
import { dayTime } from '../format.ts'
import { useReportsText } from '../locales/reports-text.ts'
import { Empty } from '../ui/controls.tsx'
import { tell } from '../ui/notices.ts'
import { PromisesDialog } from './PromisesDialog.tsx'
import { useReports } from './store.ts'

/** What was issued: its files, whether it comes out the same again, and who has got it. */
export function IssuedList({
  reports,
  timeZone,
  writes,
}: {
  reports: readonly Report[]
  timeZone: string
  writes: boolean
}) {
  const words = useReportsText()
  const own = words.list
  const [promising, setPromising] = useState<Report | null>(null)
  return (
    <section className="sheet" aria-label={own.title}>
      <header>
        <h3>{own.title}</h3>
      </header>
      {reports.length === 0 ? (
        <Empty>{words.none}</Empty>
      ) : (
        <div className="table-frame" tabIndex={0} role="region" aria-label={own.title}>
          <table className="table" data-testid="reports">
            <thead>
              <tr>
                {[
                  own.name,
                  own.period,
                  own.place,
                  own.made,
                  own.files,
                  words.promises.title,
                  own.mail,
                  own.check,
                ].map((name) => (
                  <th key={name}>{name}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {reports.map((one) => (
                <tr key={one.id} data-testid="report">
                  <td className="wraps">
                    <b>{one.title}</b>
                  </td>
                  <td>
                    {one.from} – {one.to}
                  </td>
                  <td>{one.gridName ?? words.form.town}</td>
                  <td>
                    {dayTime(Date.parse(one.madeAt), timeZone)} {own.by(one.madeBy, one.scheduled)}
                  </td>
                  <td>
                    {one.files.map(({ format, bytes, sha256 }) => (
                      <button
                        key={format}
                        type="button"
                        className="button is-small"
                        title={`${Math.ceil(bytes / 1000)} kB · SHA-256 ${sha256}`}
                        onClick={() => void download(`/api/reports/${one.id}/files/${format}`).catch(tell)}
                        data-testid={`report-${format}`}
                      >
                        {format.toUpperCase()}
                      </button>
                    ))}
                  </td>
                  <td>
                    <button
                      type="button"
                      className="button is-small"
                      aria-label={words.promises.of(one.title)}
                      onClick={() => setPromising(one)}
                      data-testid="report-promises"
                    >
                      {words.promises.open}
                    </button>
                  </td>
                  <td className="wraps">
                    <Mails report={one} writes={writes} />
                  </td>
                  <td>
                    <Proof id={one.id} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {promising ? (
        <PromisesDialog {...{ report: promising, timeZone, writes }} onClose={() => setPromising(null)} />
      ) : null}
    </section>
  )
}

function Mails({ report, writes }: { report: Report; writes: boolean }) {
  const own = useReportsText().list
  const { mail, mailTo } = useReports()
  const of = (state: string) => report.mails.filter((one) => one.state === state)
  const [sent, waiting, failed] = [of('sent'), of('waiting'), of('failed')]
  if (report.mails.length === 0) return <>—</>
  const missing = [...waiting, ...failed].map(({ recipient }) => recipient)
  return (
    <>
      {sent.length > 0 ? <span>{own.sent(sent.length)} </span> : null}
      {waiting.length > 0 ? <span>{own.waiting(waiting.length)} </span> : null}
      {failed.length > 0 ? (
        <span
          className="is-attention"
          title={failed.map((one) => `${one.recipient}: ${one.problem}`).join('\n')}
        >
          {own.failed(failed.length)}{' '}
        </span>
      ) : null}
      {mail && writes && missing.length > 0 ? (
        <button
          type="button"
          className="button is-small"
          onClick={() => void mailTo(report.id, missing).catch(tell)}
        >
          {own.again}
        </button>
      ) : null}
    </>
  )
}

function Proof({ id }: { id: number }) {
  const own = useReportsText().list
  const check = useReports((state) => state.check)
  const [state, setState] = useState<'idle' | 'making' | 'same' | 'different'>('idle')
  const prove = async () => {
    setState('making')
    try {
      const { files } = await check(id)
      setState(files.every(({ same }) => same) ? 'same' : 'different')
    } catch (cause) {
      tell(cause)
      setState('idle')
    }
  }
  if (state === 'same' || state === 'different')
    return (
      <span
        className={state === 'same' ? 'is-good' : 'is-attention'}
        role="status"
        data-testid="report-proof"
      >
        {own[state]}
      </span>
    )
  return (
    <button
      type="button"
      className="button is-small"
      disabled={state === 'making'}
      onClick={() => void prove()}
      data-testid="report-check"
    >
      {state === 'making' ? own.checking : own.check}
    </button>
  )
}
