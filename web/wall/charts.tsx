import { figure, hourMinute } from '../format.ts'
import { useGrids } from '../grids/store.ts'
import { useText } from '../locales/text.ts'
import { serverNow } from '../realtime.ts'
import { Instrument, insideOf } from './Instrument.tsx'
import type { Box } from './layout.ts'
import { useBehindCases } from './list.ts'
import { usePicture } from './picture.ts'
import { useReplaying } from './replay.ts'
import { useWall } from './store.ts'

// The panels that are drawings: plain SVG, redrawn with the picture and not otherwise.

const axis = 24
const unit = 34

/** A round number at or above `most` for the top of a scale: 1, 2, 5, 10, 20, 50 … */
export function roundTop(most: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, most)))
  return ([1, 2, 5].find((step) => step * power >= most) ?? 10) * power
}

/** The day hour by hour: reported as bars, the usual as a line over them, closed as a thin one; now marked. */
export function Rhythm({ box }: { box: Box }) {
  const text = useText()
  const picture = usePicture((one) => one)
  const replaying = useReplaying()
  const timeZone = useGrids((state) => state.town?.timeZone ?? 'UTC')
  const words = text.wall.rhythm
  const { width, height } = insideOf(box)
  const hours = picture?.rhythm ?? []
  const plot = { width: width - unit, height: Math.max(20, height - axis) }
  const top = roundTop(
    Math.max(...hours.map(({ reported, usual, closed }) => Math.max(reported, usual, closed)), 4),
  )
  const x = (hour: number) => unit + (hour / 24) * plot.width
  const y = (value: number) => plot.height * (1 - value / top)
  const [hour = 0, minute = 0] = hourMinute(picture ? Date.parse(picture.at) : serverNow(), timeZone)
    .split(':')
    .map(Number)
  const now = hour + minute / 60
  const slot = plot.width / 24
  const every = slot * 3 > 64 ? 3 : 6
  const steps = hours.map(
    ({ hour: at, usual }) => `H${x(at).toFixed(1)}V${y(usual).toFixed(1)}H${x(at + 1).toFixed(1)}`,
  )
  const points = hours
    .filter(({ hour: at }) => at <= now)
    .map((one) => `${Math.min(x(now), x(one.hour) + slot / 2).toFixed(1)},${y(one.closed).toFixed(1)}`)
  const sum = hours.reduce((all, { reported }) => all + reported, 0)
  const nowX = Math.min(unit + plot.width - 30, Math.max(unit + 30, x(now)))
  return (
    <Instrument
      title={replaying ? text.wall.past.rhythm : words.title}
      waits={!picture}
      aside={
        <span className="rhythm-legend">
          <i className="is-bar" />
          {words.reported}
          {replaying ? null : (
            <>
              <i className="is-usual" />
              {words.usual}
            </>
          )}
          <i className="is-closed" />
          {words.closed}
        </span>
      }
      testId="rhythm"
    >
      <svg className="rhythm" width={width} height={height} role="img" aria-label={words.label(figure(sum))}>
        <line x1={unit} x2={width} y1={y(top)} y2={y(top)} className="chart-line" />
        <line x1={unit} x2={width} y1={y(top / 2)} y2={y(top / 2)} className="chart-line" />
        <line x1={unit} x2={width} y1={y(0)} y2={y(0)} className="chart-line" />
        <text x={unit - 8} y={y(top) + 12} textAnchor="end">
          {figure(top)}
        </text>
        <text x={unit - 8} y={y(0)} textAnchor="end">
          0
        </text>
        {hours.map(({ hour: at, reported }) => (
          <rect
            key={at}
            x={x(at) + slot * 0.14}
            width={slot * 0.72}
            y={y(reported)}
            height={plot.height - y(reported)}
            className={Math.floor(now) === at ? 'rhythm-bar is-now' : 'rhythm-bar'}
          />
        ))}
        {steps.length > 0 && !replaying ? (
          <path d={`M${x(0)},${y(hours[0]?.usual ?? 0)}${steps.join('')}`} className="rhythm-usual" />
        ) : null}
        {points.length > 1 ? <polyline points={points.join(' ')} className="rhythm-closed" /> : null}
        {Array.from({ length: 24 / every + 1 }, (_, i) => i * every)
          .filter((at) => Math.abs(x(at) - nowX) > 56)
          .map((at) => (
            <text
              key={at}
              x={x(at)}
              y={height - 4}
              textAnchor={at === 24 ? 'end' : at === 0 ? 'start' : 'middle'}
            >
              {`${at}:00`}
            </text>
          ))}
        <line x1={x(now)} x2={x(now)} y1={0} y2={plot.height} className="rhythm-now" />
        <text x={nowX} y={height - 4} textAnchor="middle" className="rhythm-now-text">
          {replaying && picture ? hourMinute(Date.parse(picture.at), timeZone) : words.now}
        </text>
      </svg>
    </Instrument>
  )
}

/** How content people were in 30 days, and day by day. */
export function Satisfaction({ box }: { box: Box }) {
  const text = useText()
  const satisfaction = useWall((state) => state.picture?.satisfaction)
  const behind = useBehindCases()
  const words = text.wall.satisfaction
  const { width, height } = insideOf(box)
  const { rated = 0, satisfied = 0, days = [] } = satisfaction ?? {}
  const chart = Math.max(0, height - 96 - axis)
  const most = Math.max(1, ...days.map((day) => day.rated))
  const slot = width / Math.max(1, days.length)
  const tall = (count: number) => (count / most) * chart
  const [first, last] = [days[0]?.day, days.at(-1)?.day]
  return (
    <Instrument
      title={words.title}
      aside={words.head}
      waits={!satisfaction}
      empty={rated === 0 && words.empty}
      testId="satisfaction"
    >
      <button type="button" className="satisfaction" onClick={() => behind.rated(words.title)}>
        <b>
          {rated > 0 ? ((100 * satisfied) / rated).toFixed(1) : '—'}
          <small>%</small>
        </b>
        <span>{words.of(figure(satisfied), figure(rated))}</span>
      </button>
      {chart >= 40 && first && last ? (
        <svg
          className="satisfaction-days"
          width={width}
          height={chart + axis}
          role="img"
          aria-label={words.days}
        >
          {days.map((day, i) => (
            <g key={day.day}>
              <rect
                x={i * slot + slot * 0.14}
                width={slot * 0.72}
                y={chart - tall(day.rated)}
                height={tall(day.rated)}
                className="is-rated"
              />
              <rect
                x={i * slot + slot * 0.14}
                width={slot * 0.72}
                y={chart - tall(day.satisfied)}
                height={tall(day.satisfied)}
                className="is-satisfied"
              />
            </g>
          ))}
          <line x1={0} x2={width} y1={chart} y2={chart} className="chart-line" />
          <text x={0} y={chart + 19}>
            {first.slice(5)}
          </text>
          <text x={width} y={chart + 19} textAnchor="end">
            {last.slice(5)}
          </text>
        </svg>
      ) : null}
    </Instrument>
  )
}
