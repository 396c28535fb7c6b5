import type { FigureGroup } from '../../api/contract/wall.ts'
import { dayTime, figure } from '../format.ts'
import { useGrids } from '../grids/store.ts'
import { useText } from '../locales/text.ts'
import { Instrument, insideOf, More } from './Instrument.tsx'
import { type Box, fitRows, shorten, widthOf } from './layout.ts'
import { useWall } from './store.ts'

export type Series = { name: string; unit: string; rows: readonly FigureGroup['rows'][number][] }

/** Rows of one name belong together: what is given for several periods is a series, in the order of the table. */
export function seriesOf(rows: FigureGroup['rows']): Series[] {
  const held = new Map<string, FigureGroup['rows'][number][]>()
  for (const row of rows) held.set(row.name, [...(held.get(row.name) ?? []), row])
  return [...held].map(([name, own]) => ({
    name,
    unit: own[0]?.unit ?? '',
    rows: own.some(({ period }) => period !== '')
      ? own.toSorted((a, b) => a.period.localeCompare(b.period, 'en', { numeric: true }))
      : own,
  }))
}

/** At most two digits behind the point, and none where the number is large. */
export const amount = (value: number): string =>
  Math.abs(value) >= 1000
    ? figure(Math.round(value))
    : value.toLocaleString('en-US', { maximumFractionDigits: Math.abs(value) >= 100 ? 1 : 2 })

/** One group of a town's own numbers, always with where they come from and of when they are. */
export function Figures({ box, group: name }: { box: Box; group: string | undefined }) {
  const text = useText()
  const group = useWall((state) => state.picture?.figures.find((one) => one.group === name))
  const ready = useWall((state) => state.picture !== null)
  const timeZone = useGrids((state) => state.town?.timeZone ?? 'UTC')
  const words = text.wall.figures
  const { width, height } = insideOf(box)
  const foot = 26
  const series = seriesOf(group?.rows ?? [])
  const room = height - foot
  return (
    <Instrument
      title={shorten(name ?? words.title, width, 18)}
      waits={!ready}
      empty={series.length === 0 && words.empty}
      testId="figures"
    >
      <div className="wall-figures" style={{ height: room }}>
        {series.length === 1 && series[0] && series[0].rows.length > 1 ? (
          <Course series={series[0]} width={width} height={room} />
        ) : (
          <Lines series={series} width={width} height={room} />
        )}
      </div>
      {group ? (
        <p className="figures-source">
          {shorten(words.source(group.source, dayTime(Date.parse(group.asOf), timeZone)), width, 16)}
        </p>
      ) : null}
    </Instrument>
  )
}

/** Several names: a row each with its newest value, a small course where there is one, and how near the target it is. */
function Lines({ series, width, height }: { series: readonly Series[]; width: number; height: number }) {
  const { shown, more, row: high } = fitRows(series.length, height, [34, 60])
  return (
    <>
      <ul
        className={`wall-rows is-figures ${series.some(({ rows }) => rows.length > 2) ? 'has-course' : ''}`}
      >
        {series.slice(0, shown).map(({ name, unit, rows }) => {
          const last = rows.at(-1)
          if (!last) return null
          if (last.value === null)
            return (
              <li key={name} className="is-text" style={{ height: high }}>
                <span>{shorten(name, width * 0.42, 16)}</span>
                <em>{shorten(last.text, width * 0.5, 16)}</em>
              </li>
            )
          const value = amount(last.value)
          const used = widthOf(value, 22) + widthOf(unit, 16) + 16
          const values = rows.map((one) => one.value ?? 0)
          const spark = rows.length > 2 ? 84 : 0
          return (
            <li key={name} style={{ height: high }}>
              <span>{shorten(name, width - used - spark - 16, 16)}</span>
              {spark > 0 ? <Spark values={values} /> : null}
              <b>
                {value}
                <small>{unit}</small>
              </b>
              {last.target === null ? null : <Target value={last.value} target={last.target} unit={unit} />}
            </li>
          )
        })}
      </ul>
      <More count={more} />
    </>
  )
}

/** A share is drawn of the whole; anything else is full at the target, and beyond it the mark stands inside. */
function Target({ value, target, unit }: { value: number; target: number; unit: string }) {
  const text = useText()
  const most = Math.max(value, target, unit === '%' ? 100 : Number.MIN_VALUE)
  return (
    <span className="figure-target" role="img" aria-label={text.wall.figures.target(amount(target))}>
      <i style={{ width: `${Math.max(0, (100 * value) / most)}%` }} />
      <u style={{ left: `${Math.max(0, (100 * target) / most)}%` }} />
    </span>
  )
}

function Spark({ values }: { values: readonly number[] }) {
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const at = (value: number, i: number) =>
    `${(2 + (i / (values.length - 1)) * 72).toFixed(1)},${(22 - ((value - low) / (high - low || 1)) * 18).toFixed(1)}`
  return (
    <svg className="spark" width="76" height="24" aria-hidden="true">
      <polyline points={values.map(at).join(' ')} />
    </svg>
  )
}

/** One name over several periods: the newest large, the course below it as bars from zero. */
function Course({
  series: { name, unit, rows },
  width,
  height,
}: {
  series: Series
  width: number
  height: number
}) {
  const last = rows.at(-1)
  const known = rows.filter((one) => one.value !== null)
  if (!last || last.value === null) return <Lines series={[{ name, unit, rows }]} {...{ width, height }} />
  const head = 72
  const chart = Math.max(0, height - head - 24)
  // The newest periods where there are more than can be told apart.
  const bars = known.slice(-Math.max(2, Math.floor(width / 14)))
  const most = Math.max(
    ...bars.map(({ value, target }) => Math.max(value ?? 0, target ?? 0)),
    Number.MIN_VALUE,
  )
  const slot = width / bars.length
  const tall = (value: number) => (Math.max(0, value) / most) * chart
  const widest = Math.max(...bars.map(({ period }) => widthOf(period, 16))) + 14
  const every = Math.max(1, Math.ceil(widest / slot))
  return (
    <>
      <p className="course">
        <span>{shorten(`${name} · ${last.period}`, width, 16)}</span>
        <b>
          {amount(last.value)}
          <small>{unit}</small>
        </b>
      </p>
      {chart >= 30 ? (
        <svg className="course-bars" width={width} height={chart + 24} aria-hidden="true">
          {bars.map(({ period, value, target }, i) => (
            <g key={period}>
              <rect
                x={i * slot + slot * 0.15}
                width={slot * 0.7}
                y={chart - tall(value ?? 0)}
                height={tall(value ?? 0)}
                className={i === bars.length - 1 ? 'is-last' : ''}
              />
              {target === null ? null : (
                <line
                  x1={i * slot + slot * 0.05}
                  x2={(i + 1) * slot - slot * 0.05}
                  y1={chart - tall(target)}
                  y2={chart - tall(target)}
                  className="is-target"
                />
              )}
              {(bars.length - 1 - i) % every === 0 && (i + 0.5) * slot - widest / 2 >= 0 ? (
                <text
                  x={i === bars.length - 1 ? width : (i + 0.5) * slot}
                  y={chart + 20}
                  textAnchor={i === bars.length - 1 ? 'end' : 'middle'}
                >
                  {period}
                </text>
              ) : null}
            </g>
          ))}
          <line x1={0} x2={width} y1={chart} y2={chart} className="chart-line" />
        </svg>
      ) : null}
    </>
  )
}
