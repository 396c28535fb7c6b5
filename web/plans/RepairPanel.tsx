import { useEffect } from 'react'
import type { PlanProblem } from '../../api/contract/plan-check.ts'
import { figure } from '../format.ts'
import { usePlansText } from '../locales/plans-text.ts'
import { IconButton } from '../ui/controls.tsx'
import { Progress } from '../ui/Progress.tsx'
import { useBench } from './bench.ts'
import { type Repair, useChecks } from './checks.ts'
import { boxAround, type Features } from './feature.ts'
import { squareText } from './ProblemsPanel.tsx'
import { goToProblem } from './pointer.ts'
import { codesInWords, refusalInWords } from './speak.ts'
import { usePlans } from './store.ts'

/** A proposed repair, to be looked at on the map and line by line before it is accepted. */
export function RepairPanel() {
  const words = usePlansText()
  const { repairing, repair, dismiss, failure } = useChecks()
  if (repair) return <Proposal repair={repair} />
  const failed = repairing && repairing.state !== 'running'
  return (
    <div className="panel-body" data-testid="repair">
      <h3>{words.repair.title}</h3>
      {failed || !repairing ? (
        <>
          <p className="failure">
            {failure ? refusalInWords(failure, words) : (repairing?.problem ?? words.repair.none)}
          </p>
          <button type="button" className="button" onClick={dismiss}>
            {words.close}
          </button>
        </>
      ) : (
        <Progress label={words.repair.working} share={repairing.share}>
          {words.repair.working}
        </Progress>
      )}
    </div>
  )
}

function Proposal({ repair }: { repair: Repair }) {
  const words = usePlansText()
  const { problems, accept, dismiss, failure } = useChecks()
  const { open, take } = usePlans()
  const { compare, look } = useBench()
  const { changed, removed, told, left } = repair
  useEffect(() => {
    compare({ changed, removed })
    const box = changed.length <= 12 ? boxAround(changed.map(({ geometry }) => geometry)) : null
    if (box) look({ to: 'box', box })
    return () => compare(null)
  }, [changed, removed, compare, look])
  const byId = new Map(problems.map((one) => [one.id, one]))
  const acceptAll = async () => {
    const accepted = open && (await accept(open.revision))
    if (accepted) take(accepted)
  }
  const nothing = changed.length === 0 && removed.length === 0
  return (
    <div className="panel-body" data-testid="repair">
      <header className="panel-title">
        <h3>{words.repair.title}</h3>
        <IconButton icon="close" label={words.repair.dismiss} onClick={dismiss} />
      </header>
      <p className="hint">{nothing ? words.repair.none : words.repair.lead}</p>
      {failure ? <p className="failure">{refusalInWords(failure, words)}</p> : null}
      {told.length > 0 ? (
        <>
          <p>
            <b>{words.repair.told(figure(told.length))}</b>
            {' · '}
            {words.repair.changes(figure(changed.length))}
          </p>
          <ul className="problem-list">
            {told.slice(0, shownMost).map(({ problemId, action }) => {
              const problem = byId.get(problemId)
              return problem ? (
                <RepairRow
                  key={problemId}
                  problem={problem}
                  said={sayTold(problem, action, words, open?.features)}
                />
              ) : null
            })}
          </ul>
        </>
      ) : null}
      {left.length > 0 ? (
        <>
          <p>
            <b>{words.repair.left(figure(left.length))}</b>
          </p>
          <ul className="problem-list">
            {left.slice(0, shownMost).map(({ problemId, reason }) => {
              const problem = byId.get(problemId)
              return problem ? (
                <RepairRow key={problemId} problem={problem} said={words.repair.reasons[reason]} />
              ) : null
            })}
          </ul>
        </>
      ) : null}
      <div className="panel-actions">
        <button type="button" className="button" onClick={dismiss} data-testid="dismiss-repair">
          {words.repair.dismiss}
        </button>
        <button
          type="button"
          className="button is-primary"
          disabled={nothing}
          onClick={() => void acceptAll()}
          data-testid="accept-repair"
        >
          {words.repair.accept}
        </button>
      </div>
      {nothing ? null : <p className="hint">{words.repair.undoable}</p>}
    </div>
  )
}

const shownMost = 200

type Words = ReturnType<typeof usePlansText>
function sayTold(
  { proposal }: PlanProblem,
  action: keyof Words['repair']['actions'],
  words: Words,
  features: Features | undefined,
): string {
  const name = proposal ? features?.get(proposal.uid)?.properties.name : undefined
  const what = words.repair.actions[action]
  if (proposal?.action === 'recode') return `${what} → ${proposal.code}`
  if (proposal?.action === 'set-level') return `${what} → ${words.levelShort[proposal.level]}`
  return name ? `${what} → ${name}` : what
}

function RepairRow({ problem, said }: { problem: PlanProblem; said: string }) {
  const words = usePlansText()
  const features = usePlans((state) => state.open?.features)
  const names = problem.uids.flatMap((uid) => features?.get(uid)?.properties.name ?? [])
  return (
    <li className={`is-${problem.severity}`}>
      <button type="button" onClick={() => goToProblem(problem.id)}>
        <b>
          {words.problems.kinds[problem.kind]}
          <small>{words.levelShort[problem.level]}</small>
          {problem.areaM2 === undefined ? null : (
            <small>{words.problems.m2(squareText(problem.areaM2))}</small>
          )}
        </b>
        <span>{said}</span>
        <span className="hint">{codesInWords(names, words)}</span>
      </button>
    </li>
  )
}
