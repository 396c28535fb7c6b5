import type { GridCounts } from '../../api/contract/grid.ts'
import { openStates, type State } from '../../api/contract/lifecycle.ts'
import { figure } from '../format.ts'
import { useText } from '../locales/text.ts'
import { Panel, Skeleton } from '../ui/controls.tsx'

interface SituationPanelProps {
  counts: GridCounts | undefined
  reportedToday: number
  closedToday: number
  /** Reported today against yesterday until the same time of day; null while unknown. */
  delta: number | null
  /** Open incidents of the focus by state. */
  byState: ReadonlyMap<State, number>
  stage: State | null
  loading: boolean
  date: string
  onStage: (stage: State | null) => void
}

/** How today stands, of the grid in focus. Each figure says what it counts. */
export function SituationPanel({
  counts,
  reportedToday,
  closedToday,
  delta,
  byState,
  stage,
  loading,
  date,
  onStage,
}: SituationPanelProps) {
  const text = useText()
  const words = text.situation
  const most = Math.max(1, ...byState.values())
  const figures = [
    {
      name: words.open,
      value: counts?.openIncidents ?? 0,
      hint: words.openHint,
      tone: '',
      unit: text.units.cases,
    },
    {
      name: words.overdue,
      value: counts?.overdueIncidents ?? 0,
      hint: words.overdueHint,
      tone: counts?.overdueIncidents ? 'is-urgent' : '',
      unit: text.units.cases,
    },
    {
      name: words.officers,
      value: counts?.officers ?? 0,
      hint: words.officersHint,
      tone: '',
      unit: text.units.officers,
    },
    {
      name: words.reported,
      value: reportedToday,
      hint: words.reportedHint,
      tone: '',
      unit: text.units.cases,
    },
    {
      name: words.closed,
      value: closedToday,
      hint: words.closedHint,
      tone: closedToday > 0 ? 'is-good' : '',
      unit: text.units.cases,
    },
  ]
  return (
    <Panel title={words.title} aside={date} className="situation" testId="situation">
      {loading ? (
        <Skeleton lines={7} label={text.common.loading} />
      ) : (
        <>
          <div className="figures">
            {figures.map(({ name, value, hint, tone, unit }) => (
              <div
                className="figure"
                key={name}
                title={hint}
                data-long={figure(value).length > 4 || undefined}
              >
                <b className={tone}>
                  {figure(value)}
                  {unit ? <small>{unit}</small> : null}
                </b>
                <span>
                  {name}
                  {name === words.reported && delta !== null ? (
                    <em data-testid="delta">
                      {words.versus}{' '}
                      {delta === 0 ? words.same : `${delta > 0 ? '▲ +' : '▼ −'}${figure(Math.abs(delta))}`}
                    </em>
                  ) : null}
                </span>
              </div>
            ))}
          </div>
          <ul className="stages" aria-label={words.byState}>
            {openStates.map((state) => {
              const value = byState.get(state) ?? 0
              return (
                <li key={state}>
                  <button
                    type="button"
                    aria-pressed={stage === state}
                    title={words.filterBy(text.states[state])}
                    data-testid={`stage-${state}`}
                    onClick={() => onStage(stage === state ? null : state)}
                  >
                    <span>{text.states[state]}</span>
                    <i aria-hidden="true" style={{ width: `${(100 * value) / most}%` }} />
                    <b className={value === 0 ? 'is-zero' : ''}>{value}</b>
                  </button>
                </li>
              )
            })}
          </ul>
        </>
      )}
    </Panel>
  )
}
