import { useEffect, useState } from 'react'
import type { ReportRun } from '../../api/contract/report.ts'
import { useGrids } from '../grids/store.ts'
import { useReportsText } from '../locales/reports-text.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { useSession } from '../people/store.ts'
import { IssuedList } from '../reports/IssuedList.tsx'
import { MakeDialog } from '../reports/MakeDialog.tsx'
import { ScheduleSheet } from '../reports/ScheduleSheet.tsx'
import { useReports } from '../reports/store.ts'
import { TemplateSheet } from '../reports/TemplateSheet.tsx'
import { tell } from '../ui/notices.ts'
import { Progress } from '../ui/Progress.tsx'
import { ManageWaiting } from './ManageWaiting.tsx'
import '../reports/reports.css'

/** While one is made the page looks often, otherwise now and then. */
const lookMs = { busy: 800, quiet: 10_000 }

/** Briefings: what was issued, what is being made, when they make themselves, and their templates. */
export function ManageReports() {
  const words = useReportsText()
  const text = useText()
  const { reports, runs, mail, problem, load } = useReports()
  const role = useSession((state) => state.me?.role)
  const timeZone = useGrids((state) => state.town?.timeZone ?? 'UTC')
  const [making, setMaking] = useState(false)
  const busy = runs.some(({ state }) => state !== 'failed')
  useEffect(() => {
    void load()
    const timer = setInterval(
      () => document.visibilityState === 'visible' && void load(),
      busy ? lookMs.busy : lookMs.quiet,
    )
    return () => clearInterval(timer)
  }, [load, busy])
  if (!reports) return <ManageWaiting {...{ problem, words, load }} />
  const writes = role === 'leader' || role === 'admin'
  return (
    <div className="manage-column is-wide">
      <h2>{words.title}</h2>
      <p className="lead">{words.lead}</p>
      {problem ? (
        <p className="note is-attention" role="status">
          {words.stale} {sentenceOf(text, problem)}
        </p>
      ) : null}
      {writes ? (
        <div className="sheet-actions">
          <button
            type="button"
            className="button is-primary"
            onClick={() => setMaking(true)}
            data-testid="report-make"
          >
            {words.make}
          </button>
        </div>
      ) : null}
      {runs.length > 0 ? (
        <section className="sheet" aria-label={words.runs.title}>
          <header>
            <h3>{words.runs.title}</h3>
          </header>
          {runs.map((run) => (
            <Making key={run.id} run={run} writes={writes} />
          ))}
        </section>
      ) : null}
      <IssuedList {...{ reports, timeZone, writes }} />
      <ScheduleSheet {...{ timeZone, writes }} />
      <TemplateSheet writes={role === 'admin'} />
      <p className="hint" data-testid="mail-state">
        {mail ? words.mailOn : words.mailOff}
      </p>
      {making ? <MakeDialog onClose={() => setMaking(false)} /> : null}
    </div>
  )
}

function Making({ run, writes }: { run: ReportRun; writes: boolean }) {
  const words = useReportsText()
  const retry = useReports((state) => state.retry)
  const name = `${words.kinds[run.kind]} ${run.from} – ${run.to}`
  if (run.state === 'failed')
    return (
      <p className="note is-attention" role="alert">
        {name}：{words.runs.failed} {run.problem}{' '}
        {writes ? (
          <button type="button" className="button is-small" onClick={() => void retry(run.id).catch(tell)}>
            {words.runs.again}
          </button>
        ) : null}
      </p>
    )
  return (
    <Progress label={name} share={run.state === 'waiting' ? null : run.progress}>
      {name} · {run.step ? (words.runs.steps[run.step] ?? run.step) : words.runs.waiting}
    </Progress>
  )
}
