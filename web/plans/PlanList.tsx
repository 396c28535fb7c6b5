import { useState } from 'react'
import type { Plan, PlanState } from '../../api/contract/plan.ts'
import { dayDate, dayTime, duration, figure } from '../format.ts'
import { usePlansText } from '../locales/plans-text.ts'
import { useText } from '../locales/text.ts'
import { go } from '../ui/address.ts'
import { useNow } from '../ui/clock.ts'
import { Empty, Skeleton } from '../ui/controls.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Icon } from '../ui/Icon.tsx'
import { DifferenceChips } from './DifferenceChips.tsx'
import { DraftDialog } from './DraftDialog.tsx'
import { usePlans } from './store.ts'

const groups: readonly PlanState[] = ['draft', 'in-force', 'scheduled', 'past']

interface PlanListProps {
  timeZone: string
  mayEdit: boolean
}

/** All plans of the grid: the one that rules, drafts, what is to come and what was. */
export function PlanList({ timeZone, mayEdit }: PlanListProps) {
  const words = usePlansText()
  const { plans, openId } = usePlans()
  const [basedOn, setBasedOn] = useState<Plan | 'in-force' | null>(null)
  const [asked, setAsked] = useState<Plan | null>(null)
  if (!plans) return <Skeleton label={words.loading} lines={8} />
  const inForce = plans.find(({ state }) => state === 'in-force')
  if (!inForce)
    return (
      <Empty action={{ text: words.toImport, onClick: () => go('/manage/import') }}>{words.noGrids}</Empty>
    )
  return (
    <>
      <header className="plan-list-head">
        <h2>{words.list.title}</h2>
        {mayEdit ? (
          <button
            type="button"
            className="button is-primary"
            onClick={() => setBasedOn('in-force')}
            data-testid="new-draft"
          >
            <Icon name="plus" />
            {words.list.create}
          </button>
        ) : null}
        <p>{words.list.lead}</p>
      </header>
      <div className="plan-list scroll">
        {groups.map((state) => {
          const shown = plans.filter((one) => one.state === state)
          if (shown.length === 0 && state !== 'draft') return null
          return (
            <section key={state} aria-label={words.list.groups[state]}>
              <h3>{words.list.groups[state]}</h3>
              {shown.length === 0 ? <p className="hint">{words.list.noDrafts}</p> : null}
              <ul>
                {shown.map((plan) => (
                  <PlanCard
                    key={plan.id}
                    plan={plan}
                    timeZone={timeZone}
                    mayEdit={mayEdit}
                    open={plan.id === openId}
                    onAsk={() => setAsked(plan)}
                    onReuse={() => setBasedOn(plan)}
                  />
                ))}
              </ul>
            </section>
          )
        })}
      </div>
      {basedOn === null ? null : (
        <DraftDialog base={basedOn === 'in-force' ? inForce : basedOn} onClose={() => setBasedOn(null)} />
      )}
      {asked ? <WithdrawDialog plan={asked} onClose={() => setAsked(null)} /> : null}
    </>
  )
}

interface PlanCardProps extends PlanListProps {
  plan: Plan
  open: boolean
  onAsk: () => void
  onReuse: () => void
}

function PlanCard({ plan, timeZone, mayEdit, open, onAsk, onReuse }: PlanCardProps) {
  const words = usePlansText()
  const { list } = words
  const look = usePlans((state) => state.look)
  const { state, name, createdBy, createdAt, revision, grids } = plan
  const editing = state === 'draft' && mayEdit
  return (
    <li className="plan-card" aria-current={open ? 'true' : undefined} data-testid={`plan-${plan.id}`}>
      <button type="button" className="plan-card-head" onClick={() => void look(plan.id)}>
        <b>{name}</b>
        <span className={`plan-state is-${state}`}>{words.states[state]}</span>
        <span className="hint">
          {list.grids(figure(grids))}
          {' · '}
          {state === 'draft'
            ? `${list.by(createdBy, dayTime(Date.parse(createdAt), timeZone))} · ${revision === 0 ? list.noEdits : list.edits(figure(revision))}`
            : null}
          {state === 'scheduled' && plan.effectiveAt ? (
            <Countdown at={plan.effectiveAt} timeZone={timeZone} />
          ) : null}
          {state === 'in-force' && plan.effectiveAt
            ? list.since(dayDate(Date.parse(plan.effectiveAt), timeZone))
            : null}
          {state === 'past' && plan.effectiveAt && plan.endedAt
            ? list.span(
                dayDate(Date.parse(plan.effectiveAt), timeZone),
                dayDate(Date.parse(plan.endedAt), timeZone),
              )
            : null}
        </span>
      </button>
      {open ? (
        <>
          {plan.note ? <p>{plan.note}</p> : null}
          <DifferenceChips />
          <div className="plan-card-actions">
            <button
              type="button"
              className={`button is-small ${editing ? 'is-primary' : ''}`}
              onClick={() => go(`/manage/grids/${plan.id}`)}
              data-testid="open-plan"
            >
              {editing ? list.open : list.view}
            </button>
            {mayEdit && state === 'past' ? (
              <button type="button" className="button is-small" onClick={onReuse}>
                {list.reuse}
              </button>
            ) : null}
            {mayEdit && (state === 'draft' || state === 'scheduled') ? (
              <button type="button" className="button is-small" onClick={onAsk} data-testid="withdraw">
                {state === 'draft' ? list.discard : list.unschedule}
              </button>
            ) : null}
          </div>
        </>
      ) : null}
    </li>
  )
}

function Countdown({ at, timeZone }: { at: string; timeZone: string }) {
  const { list } = usePlansText()
  const { units } = useText()
  const left = Date.parse(at) - useNow(1000)
  return (
    <span title={dayTime(Date.parse(at), timeZone)}>
      {list.startsAt(dayTime(Date.parse(at), timeZone))}
      {' · '}
      {left > 0 ? list.startsIn(duration(left, units)) : list.startsNow}
    </span>
  )
}

function WithdrawDialog({ plan, onClose }: { plan: Plan; onClose: () => void }) {
  const words = usePlansText()
  const { withdraw, look } = usePlans()
  const draft = plan.state === 'draft'
  const asking = draft ? words.discard : words.unschedule
  const act = async () => {
    if (!(await withdraw(plan.id))) return
    if (draft) await look(usePlans.getState().plans?.find(({ state }) => state === 'in-force')?.id ?? null)
    onClose()
  }
  return (
    <Dialog
      title={asking.title}
      closeLabel={words.close}
      onClose={onClose}
      actions={
        <>
          <button type="button" className="button" onClick={onClose}>
            {words.cancel}
          </button>
          <button
            type="button"
            className="button is-primary"
            onClick={() => void act()}
            data-testid="confirm"
          >
            {asking.confirm}
          </button>
        </>
      }
    >
      <p>{asking.text(plan.name, figure(plan.revision))}</p>
    </Dialog>
  )
}
