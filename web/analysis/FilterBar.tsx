import { useMemo } from 'react'
import { useGrids } from '../grids/store.ts'
import { useAnalysisText } from '../locales/analysis-text.ts'
import { Segmented } from '../ui/controls.tsx'
import { firstDay, isSpan, lastDay, lengthOf, presets, type Span, spanOf } from './days.ts'
import { todayIn, useAnalysis } from './store.ts'
import { otherSpan, type Versus, withSpan } from './view.ts'

const kinds = ['none', 'before', 'year', 'span', 'grid'] as const

/** The time, what it is compared with, and the level of the grids. */
export function FilterBar() {
  const words = useAnalysisText()
  const { view, show, timeZone } = useAnalysis()
  const today = todayIn(timeZone)
  const preset = presets.find((one) => {
    const span = spanOf(one, today)
    return span.from === view.from && span.to === view.to
  })
  const other = otherSpan(view)
  const { vs } = view
  const versus = (next: Versus) => show((one) => ({ ...one, vs: next }))
  return (
    <div className="analysis-filters" role="group" aria-label={words.range.label}>
      <label>
        <span>{words.range.label}</span>
        <select
          value={preset ?? 'own'}
          onChange={(event) => {
            const chosen = presets.find((one) => one === event.target.value)
            if (chosen) show((one) => withSpan(one, spanOf(chosen, today)))
          }}
          data-testid="range"
        >
          {presets.map((one) => (
            <option key={one} value={one}>
              {words.range.presets[one]}
            </option>
          ))}
          <option value="own" disabled>
            {words.range.own}
          </option>
        </select>
      </label>
      <Dates
        span={view}
        from={words.range.from}
        to={words.range.to}
        onChange={(span) => show((one) => withSpan(one, span))}
        testId="range"
      />
      <span className="hint">{words.range.days(lengthOf(view))}</span>
      <label>
        <span>{words.versus.label}</span>
        <select
          value={vs.kind}
          onChange={(event) => {
            const kind = kinds.find((one) => one === event.target.value) ?? 'none'
            if (kind === 'span') versus({ kind, ...(other ?? { from: view.from, to: view.to }) })
            else if (kind === 'grid') versus({ kind, gridId: firstGrid(view.level) })
            else versus({ kind })
          }}
          data-testid="versus"
        >
          {kinds.map((one) => (
            <option key={one} value={one}>
              {words.versus.kinds[one]}
            </option>
          ))}
        </select>
      </label>
      {vs.kind === 'span' ? (
        <Dates
          span={vs}
          from={words.versus.from}
          to={words.versus.to}
          onChange={(span) => versus({ kind: 'span', ...span })}
          testId="versus"
        />
      ) : vs.kind === 'grid' ? (
        <GridSelect gridId={vs.gridId} onChange={(gridId) => versus({ kind: 'grid', gridId })} />
      ) : other ? (
        <span className="hint" data-testid="other-span">
          {other.from} – {other.to}
        </span>
      ) : null}
      <Segmented
        label={words.level.label}
        value={String(view.level)}
        options={(['1', '2', '3'] as const).map((level) => ({
          value: level as string,
          text: words.level.of(Number(level)),
        }))}
        onChange={(level) => show((one) => ({ ...one, level: level === '2' ? 2 : level === '3' ? 3 : 1 }))}
      />
    </div>
  )
}

const firstGrid = (level: number): number =>
  [...useGrids.getState().grids.values()].find((grid) => grid.level === level)?.id ?? 0

interface DatesProps {
  span: Span
  from: string
  to: string
  onChange: (span: Span) => void
  testId: string
}
function Dates({ span, from, to, onChange, testId }: DatesProps) {
  // The other end gives way, so that whichever is changed first may go past it.
  const change = (next: Partial<Span>) => {
    const whole = { from: span.from, to: span.to, ...next }
    const one = next.from ?? next.to ?? ''
    // While a year is being typed it is the year 2, then 20, then 202.
    const asked = whole.from > whole.to ? { from: one, to: one } : whole
    if (isSpan(asked)) onChange(asked)
  }
  return (
    <span className="dates">
      <input
        type="date"
        aria-label={from}
        value={span.from}
        min={firstDay}
        max={lastDay}
        onChange={(event) => change({ from: event.target.value })}
        data-testid={`${testId}-from`}
      />
      –
      <input
        type="date"
        aria-label={to}
        value={span.to}
        min={firstDay}
        max={lastDay}
        onChange={(event) => change({ to: event.target.value })}
        data-testid={`${testId}-to`}
      />
    </span>
  )
}

function GridSelect({ gridId, onChange }: { gridId: number; onChange: (gridId: number) => void }) {
  const words = useAnalysisText()
  const grids = useGrids((state) => state.grids)
  const level = useAnalysis((state) => state.view.level)
  const list = useMemo(() => {
    const own = grids.get(gridId)
    const same = [...grids.values()].filter((grid) => grid.level === (own?.level ?? level))
    return same.sort((a, b) => a.name.localeCompare(b.name, 'zh'))
  }, [grids, gridId, level])
  return (
    <select
      aria-label={words.versus.grid}
      value={gridId}
      onChange={(event) => onChange(Number(event.target.value))}
      data-testid="versus-grid"
    >
      {list.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  )
}
