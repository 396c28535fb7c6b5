import { type ReactNode, useEffect, useRef, useState } from 'react'
import type { Problem } from '../../api/contract/problem.ts'
import { countedAt, useAnalysis } from '../analysis/store.ts'
import { useStudyText } from '../locales/study-text.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { Empty, Skeleton } from '../ui/controls.tsx'
import { type Question, useAnswer } from './answers.ts'

/** How far below the edge a panel begins to ask. */
const ahead = '500px'

function useNear() {
  const box = useRef<HTMLElement>(null)
  const [near, setNear] = useState(false)
  useEffect(() => {
    if (!box.current || near) return
    const watch = new IntersectionObserver(
      (entries) => entries.some(({ isIntersecting }) => isIntersecting) && setNear(true),
      { rootMargin: ahead },
    )
    watch.observe(box.current)
    return () => watch.disconnect()
  }, [near])
  return { box, near }
}

interface StudyPanelProps<T> {
  title: string
  testId: string
  question: Question
  aside?: ReactNode
  /** What it draws brings its own title. */
  titled?: boolean
  children: (value: T) => ReactNode
}

/** One question of the study: asked when somebody comes near, with its skeleton, its failure and its answer. */
export function StudyPanel<T>(props: StudyPanelProps<T>) {
  const { title, testId, question, aside, titled = false, children } = props
  const words = useStudyText()
  const { box, near } = useNear()
  const { answer, again } = useAnswer<T>(testId, question, near, useAnalysis(countedAt))
  const told = answer.state === 'told'
  return (
    <section
      ref={box}
      className={`study-panel is-${testId} ${told && titled ? 'is-bare' : ''}`}
      aria-label={title}
      aria-busy={answer.state === 'asked'}
      data-testid={`study-${testId}`}
      data-state={answer.state}
    >
      {told && titled ? null : (
        <header>
          <h3>{title}</h3>
          {aside}
        </header>
      )}
      {answer.state === 'told' ? (
        children(answer.value)
      ) : answer.state === 'failed' ? (
        <Failed problem={answer.problem} again={again} />
      ) : (
        <Skeleton label={words.loading(title)} lines={6} />
      )}
    </section>
  )
}

function Failed({ problem, again }: { problem: Problem; again: () => void }) {
  const words = useStudyText()
  const text = useText()
  const [field] = problem.fields ?? []
  const own = problem.status === 422 && field ? words.refused[field.path] : undefined
  return (
    <div role="alert" data-testid="study-failed">
      <Empty action={{ text: words.retry, onClick: again }}>
        {words.failed} {own ?? sentenceOf(text, problem)}
      </Empty>
    </div>
  )
}
