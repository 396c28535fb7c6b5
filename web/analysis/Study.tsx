import { useMemo } from 'react'
import type { Problem } from '../../api/contract/problem.ts'
import type { Town } from '../../api/contract/town.ts'
import { useGrids } from '../grids/store.ts'
import { useAnalysisText } from '../locales/analysis-text.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { Empty } from '../ui/controls.tsx'
import { Progress } from '../ui/Progress.tsx'
import { Picture } from './Picture.tsx'
import { useSide } from './sides.ts'
import { useAnalysis } from './store.ts'
import { otherQuestion, questionOf, type Source } from './study.ts'

interface StudyProps {
  town: Town
  source: Source
  /** The cases it is compared with; null while they are not here, or where there is nothing to compare with. */
  other: Source | null
  /** When they were counted: hours since 1970 by the town's wall clock. */
  until: number
  /** The same instant, to the millisecond: what was asked for before is not shown any more. */
  at: number
}

/** Everything that follows from the cases and what is chosen of them, wherever they are. */
export function Study({ town, source, other, until, at }: StudyProps) {
  const words = useAnalysisText()
  const grids = useGrids((state) => state.grids)
  // What only colours, sorts or names the same cases counts nothing anew.
  const { from, to, vs, level, by, chosen } = useAnalysis((state) => state.view)
  const question = useMemo(
    () => questionOf({ ...useAnalysis.getState().view, from, to, level, by, chosen }),
    [from, to, level, by, chosen],
  )
  const opposing = useMemo(() => {
    const same = { ...useAnalysis.getState().view, from, to, vs, chosen }
    return other ? otherQuestion(same, grids) : null
  }, [other, from, to, vs, chosen, grids])
  const now = useSide(source, question, until, at)
  const opposite = useSide(other, opposing, until, at)
  const failed = now.problem ? now : opposite.problem ? opposite : null
  if (!now.side)
    return (
      <div className="analysis-empty" data-testid="study-waiting">
        {failed?.problem ? (
          <Failure problem={failed.problem} retry={failed.retry} />
        ) : (
          <Progress label={words.loading} share={null}>
            {words.asking}
          </Progress>
        )}
      </div>
    )
  const pending = now.pending || opposite.pending
  // Nothing is compared with what something else was asked of.
  const against = pending || failed ? null : opposite.side
  return (
    <div className="analysis-study" aria-busy={pending} data-testid="study">
      {pending ? (
        <p className="analysis-working" role="status">
          <span className="visually-hidden">{words.asking}</span>
        </p>
      ) : null}
      {failed?.problem ? (
        <div className="note is-attention" role="alert" data-testid="study-failed">
          <Failure problem={failed.problem} retry={failed.retry} />
        </div>
      ) : null}
      <Picture town={town} now={now.side} opposite={against} />
    </div>
  )
}

/** Why the server did not answer, in a sentence, and what can be done. */
function Failure({ problem, retry }: { problem: Problem; retry: () => void }) {
  const words = useAnalysisText()
  const text = useText()
  // The only bound of what is asked here is how many cases the server may hold.
  const said = problem.status === 422 ? words.tooLarge : `${words.failed} ${sentenceOf(text, problem)}`
  return <Empty action={{ text: words.retry, onClick: retry }}>{said}</Empty>
}
