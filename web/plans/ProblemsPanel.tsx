import { useState } from 'react'
import type { PlanProblem } from '../../api/contract/plan-check.ts'
import { problemKinds } from '../../api/contract/plan-check.ts'
import { figure } from '../format.ts'
import { usePlansText } from '../locales/plans-text.ts'
import { Empty } from '../ui/controls.tsx'
import { SelectField } from '../ui/fields.tsx'
import { Progress } from '../ui/Progress.tsx'
import { shownProblems, useChecks } from './checks.ts'
import type { Level } from './feature.ts'
import { levels } from './layer.ts'
import { goToProblem } from './pointer.ts'
import { RepairPanel } from './RepairPanel.tsx'
import { codesInWords, refusalInWords } from './speak.ts'
import { usePlans } from './store.ts'

const page = 60

/** What the check has found: counted, filtered, each a click away from its spot on the map; and its repairs. */
export function ProblemsPanel({ editing }: { editing: boolean }) {
  const words = usePlansText()
  const checks = useChecks()
  const revision = usePlans((state) => state.open?.revision)
  const { job, problems, repairing, repair, failure, run, stop } = checks
  if (repair || repairing) return <RepairPanel />
  const checked = job?.state === 'done' || problems.length > 0
  const stale = checked && checks.revision !== revision
  return (
    <div className="panel-body" data-testid="problems">
      {failure ? <p className="failure">{refusalInWords(failure, words)}</p> : null}
      {job?.state === 'running' ? (
        <div className="panel-part">
          <Progress label={words.problems.running} share={job.share}>
            {words.problems.running}
          </Progress>
          <button type="button" className="button is-small" onClick={() => void stop()}>
            {words.problems.stop}
          </button>
        </div>
      ) : (
        <>
          {checked && !stale ? null : <p>{stale ? words.problems.stale : words.problems.never}</p>}
          {job?.state === 'failed' ? <p className="failure">{job.problem ?? words.problems.failed}</p> : null}
          {job?.state === 'cancelled' ? <p>{words.problems.stopped}</p> : null}
          {editing && (!checked || stale) ? (
            <button
              type="button"
              className="button is-primary"
              onClick={() => void run()}
              data-testid="run-check"
            >
              {checked ? words.problems.again : words.problems.run}
            </button>
          ) : null}
        </>
      )}
      {checked && job?.state !== 'running' ? <Found editing={editing && !stale} /> : null}
    </div>
  )
}

function Found({ editing }: { editing: boolean }) {
  const words = usePlansText()
  const checks = useChecks()
  const { problems, level, kind, filter, propose } = checks
  const [more, setMore] = useState(page)
  if (problems.length === 0) return <Empty>{words.problems.none}</Empty>
  const errors = problems.filter(({ severity }) => severity === 'error').length
  const kinds = problemKinds.flatMap((one) => {
    const found = problems.filter((problem) => problem.kind === one)
    return found.length > 0 ? [{ kind: one, found }] : []
  })
  const shown = shownProblems(checks)
  const mendable = shown.filter(({ proposal }) => proposal)
  return (
    <>
      <p className="problem-count" data-testid="problem-count">
        {words.problems.count(figure(errors), figure(problems.length - errors))}
      </p>
      <ul className="problem-kinds" aria-label={words.problems.kindLabel}>
        {kinds.map((one) => (
          <li key={one.kind}>
            <button
              type="button"
              aria-pressed={kind === one.kind}
              onClick={() => filter({ kind: kind === one.kind ? null : one.kind })}
            >
              <i className={`is-${one.found[0]?.severity}`} />
              {words.problems.kinds[one.kind]}
              <b>{figure(one.found.length)}</b>
            </button>
          </li>
        ))}
      </ul>
      <SelectField
        label={words.problems.levelLabel}
        value={String(level ?? '')}
        onChange={(value) => filter({ level: value === '' ? null : (Number(value) as Level) })}
        options={[
          { value: '', text: words.problems.allLevels },
          ...levels.map((one) => ({ value: String(one), text: words.level[one] ?? '' })),
        ]}
      />
      {editing && mendable.length > 0 ? (
        <button
          type="button"
          className="button"
          onClick={() => void propose(mendable.map(({ id }) => id))}
          data-testid="repair-all"
        >
          {kind
            ? words.problems.repairKind(words.problems.kinds[kind], figure(mendable.length))
            : words.problems.repairAll(figure(mendable.length))}
        </button>
      ) : null}
      <ul className="problem-list">
        {shown.slice(0, more).map((problem) => (
          <ProblemRow key={problem.id} problem={problem} editing={editing} />
        ))}
      </ul>
      {shown.length > more ? (
        <button type="button" className="button" onClick={() => setMore(more + page)}>
          {words.problems.more(figure(Math.min(page, shown.length - more)))}
        </button>
      ) : null}
    </>
  )
}

function ProblemRow({ problem, editing }: { problem: PlanProblem; editing: boolean }) {
  const words = usePlansText()
  const { chosen, propose } = useChecks()
  const features = usePlans((state) => state.open?.features)
  const { id, kind, severity, level, uids, areaM2, widthMeters, proposal } = problem
  const names = uids.flatMap((uid) => features?.get(uid)?.properties.name ?? [])
  const open = chosen === id
  return (
    <li className={`is-${severity}`} aria-current={open ? 'true' : undefined}>
      <button type="button" onClick={() => goToProblem(id)}>
        <b>
          {words.problems.kinds[kind]}
          <small>{words.levelShort[level]}</small>
        </b>
        <span>{codesInWords(names, words)}</span>
        {areaM2 === undefined ? null : (
          <span className="hint">
            {words.problems.m2(squareText(areaM2))}
            {widthMeters === undefined ? '' : ` · ${words.problems.width(widthMeters.toFixed(1))}`}
          </span>
        )}
      </button>
      {open && editing ? (
        proposal ? (
          <button
            type="button"
            className="button is-small"
            onClick={() => void propose([id])}
            data-testid="repair-one"
          >
            {words.problems.repairOne}
          </button>
        ) : (
          <p className="hint">{words.repair.reasons['no-proposal']}</p>
        )
      ) : null}
    </li>
  )
}

export const squareText = (squareMeters: number) =>
  squareMeters < 10 ? squareMeters.toFixed(1) : figure(Math.round(squareMeters))
