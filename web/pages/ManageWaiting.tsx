import type { Problem } from '../../api/contract/problem.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { Empty, Skeleton } from '../ui/controls.tsx'

interface ManageWaitingProps {
  problem: Problem | null
  /** What it waits for, and what asks for it again. */
  words: { loading: string; retry: string }
  load: () => Promise<void>
}

/** A manage page of which nothing is here yet: on its way, or why not. */
export function ManageWaiting({ problem, words, load }: ManageWaitingProps) {
  const text = useText()
  return (
    <div className="manage-column">
      {problem ? (
        <Empty action={{ text: words.retry, onClick: () => void load() }}>{sentenceOf(text, problem)}</Empty>
      ) : (
        <Skeleton label={words.loading} lines={6} />
      )}
    </div>
  )
}
