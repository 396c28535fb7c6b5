import { lazy, Suspense, useState } from 'react'
import { sentenceOf, useText } from '../locales/text.ts'
import { Distance } from './Distance.tsx'
import { useSquadTasks } from './squads.ts'
import { nextStep, steps, taskOf } from './task.ts'
import { WayApps } from './WayApps.tsx'
import { useWork } from './work.ts'

const WayMap = lazy(() => import('./WayMap.tsx').then((made) => ({ default: made.WayMap })))

/** What I am on, on every tab: how far it is, the way there, and the step that comes next. */
export function TaskBar() {
  const text = useText()
  const words = text.street.squad
  const { assignments, busy, refusal, step } = useSquadTasks()
  const { town, online } = useWork()
  const [navigating, setNavigating] = useState(false)
  const [opened, setOpened] = useState(false)
  const [leaving, setLeaving] = useState(false)
  const task = taskOf(assignments)
  if (!task) return null
  const next = nextStep(task)
  const reached = steps.indexOf(task.state as (typeof steps)[number])
  const failure = refusal?.id === task.id ? refusal.problem : null
  const go = (state: (typeof steps)[number]) => {
    setLeaving(false)
    void step(task.id, state)
  }
  return (
    <section className="task" aria-label={words.task} data-testid="task" data-state={task.state}>
      <a href={`#case-${task.incidentId}`} className="task-what" data-testid="task-case">
        <b>{task.title}</b>
        <span>
          {task.state === 'onscene' ? words.there : <Distance assignment={task} />}
          {task.address ? ` · ${task.address}` : ''}
        </span>
      </a>
      <ol className="task-steps" aria-label={words.stepsLabel}>
        {steps.map((one, i) => (
          <li
            key={one}
            className={i <= reached ? 'is-done' : ''}
            aria-current={i === reached ? 'step' : undefined}
          >
            {words.steps[one]}
          </li>
        ))}
      </ol>
      {failure || !online ? (
        <p className="work-refusal" role="alert">
          {failure && failure.status !== 0 ? sentenceOf(text, failure) : words.stepOffline}
        </p>
      ) : null}
      {leaving ? <p className="hint">{words.leaveHint}</p> : null}
      <div className="task-buttons">
        {leaving ? (
          <button type="button" className="button is-large" onClick={() => setLeaving(false)}>
            {text.common.cancel}
          </button>
        ) : (
          <button
            type="button"
            className="button is-large"
            aria-expanded={navigating}
            onClick={() => {
              setOpened(online)
              setNavigating(online || !navigating)
            }}
            data-testid="navigate"
          >
            {words.navigate}
          </button>
        )}
        {next ? (
          <button
            type="button"
            className="button is-primary is-large"
            disabled={busy === task.id}
            onClick={() => (next === 'done' && !leaving ? setLeaving(true) : go(next))}
            data-testid={`step-${next}`}
          >
            {busy === task.id ? words.sending : leaving ? words.leaveSure : words.stepButtons[next]}
          </button>
        ) : null}
      </div>
      {/* The map comes over the network; other apps have maps of their own. */}
      {navigating && !online && !opened ? <WayApps task={task} /> : null}
      {navigating && town && (online || opened) ? (
        <Suspense fallback={null}>
          <WayMap task={task} town={town} onClose={() => setNavigating(false)} />
        </Suspense>
      ) : null}
    </section>
  )
}
