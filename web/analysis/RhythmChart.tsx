import { type MouseEvent, memo, useMemo, useRef, useState } from 'react'
import { useAnalysisText } from '../locales/analysis-text.ts'
import { usePreferences } from '../ui/preferences.ts'
import { sequential, type ThemeName, themes } from '../ui/tokens.ts'
import type { ChartsProps } from './BarCharts.tsx'
import { ChartFrame } from './ChartFrame.tsx'
import { useNames } from './names.ts'
import { type Drawing, escaped, fonts } from './pictures.ts'
import { cssAt } from './ramp.ts'
import { useAnalysis } from './store.ts'
import { count } from './values.ts'
import { keysOf, toggled } from './view.ts'

const hours = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0'))
interface Cell {
  key: string
  cases: number
  color: string
  faded: boolean
}
const gap = 0.06

/** When in the week cases are reported. */
export function RhythmChart({ now, caption }: ChartsProps) {
  const words = useAnalysisText()
  const theme = usePreferences((state) => state.theme)
  const chosen = useAnalysis((state) => keysOf(state.view, 'hourOfWeek'))
  const names = useNames()
  const box = useRef<HTMLDivElement>(null)
  const [pointed, setPointed] = useState<string | null>(null)
  const sums = now.by.hourOfWeek
  const { cells, top } = useMemo(() => {
    const keys = Array.from({ length: 168 }, (_, i) => `${Math.floor(i / 24) + 1}-${hours[i % 24]}`)
    const all = keys.map((key) => sums?.get(key)?.cases ?? 0)
    const most = Math.max(1, ...all)
    const colors = [themes[theme].line, ...sequential[theme]]
    const made = keys.map(
      (key, i): Cell => ({
        key,
        cases: all[i] ?? 0,
        color: cssAt(colors, (all[i] ?? 0) / most),
        faded: chosen.length > 0 && !chosen.includes(key),
      }),
    )
    const best = all.indexOf(Math.max(...all))
    return { cells: made, top: (all[best] ?? 0) > 0 ? (keys[best] ?? null) : null }
  }, [sums, chosen, theme])
  const say = (key: string) =>
    `${names('hourOfWeek', key)}  ${words.casesOf(count(sums?.get(key)?.cases ?? 0))}`
  const told = top ? `${words.charts.best} ${say(top)}` : words.map.none
  const keyAt = (event: MouseEvent<SVGSVGElement>): string => {
    const { left, top: above, width, height } = event.currentTarget.getBoundingClientRect()
    const hour = Math.min(23, Math.floor(((event.clientX - left) / width) * 24))
    const weekday = Math.min(6, Math.floor(((event.clientY - above) / height) * 7))
    return `${Math.max(0, weekday) + 1}-${hours[Math.max(0, hour)]}`
  }
  const weekdays = words.weekdays.slice(1)
  return (
    <ChartFrame
      title={words.charts.hourOfWeek}
      testId="rhythm"
      aside={pointed ? say(pointed) : told}
      caption={caption}
      drawing={() => box.current && rhythmDrawing(cells, weekdays, theme, box.current)}
    >
      <div ref={box} className="rhythm">
        {weekdays.map((name, i) => (
          <span key={name} className="rhythm-day" style={{ gridRow: i + 1 }}>
            {name}
          </span>
        ))}
        <svg
          viewBox="0 0 24 7"
          preserveAspectRatio="none"
          role="img"
          aria-label={`${words.charts.hourOfWeek}. ${told}`}
          onMouseMove={(event) => setPointed(keyAt(event))}
          onMouseLeave={() => setPointed(null)}
          onClick={(event) => {
            const key = keyAt(event)
            useAnalysis.getState().show((one) => toggled(one, 'hourOfWeek', key))
          }}
        >
          <Cells cells={cells} />
        </svg>
        <p className="rhythm-hours" aria-hidden="true">
          {hours.map((hour, i) => (i % 3 === 0 ? <span key={hour}>{hour}</span> : null))}
        </p>
      </div>
    </ChartFrame>
  )
}

const Cells = memo(function Cells({ cells }: { cells: readonly Cell[] }) {
  return cells.map(({ key, color, faded }, i) => (
    <rect
      key={key}
      x={(i % 24) + gap / 2}
      y={Math.floor(i / 24) + gap}
      width={1 - gap}
      height={1 - 2 * gap}
      fill={color}
      opacity={faded ? 0.25 : undefined}
    />
  ))
})

const [left, below] = [44, 22]
/** The week as a drawing of its own, to be saved. */
function rhythmDrawing(
  cells: readonly Cell[],
  weekdays: readonly string[],
  theme: ThemeName,
  { clientWidth: width, clientHeight: height }: HTMLElement,
): Drawing {
  const [wide, high] = [(width - left) / 24, (height - below) / 7]
  const said = (text: string, x: number, y: number) =>
    `<text x="${x}" y="${y}" font-family="${escaped(fonts)}" font-size="13" fill="${themes[theme].text2}">${escaped(text)}</text>`
  const rects = cells.map(({ color, faded }, i) => {
    const [x, y] = [left + (i % 24) * wide, Math.floor(i / 24) * high]
    return `<rect x="${x + 0.5}" y="${y + 1}" width="${wide - 1}" height="${high - 2}" fill="${color}" opacity="${faded ? 0.25 : 1}"/>`
  })
  const days = weekdays.map((name, i) => said(name, 0, (i + 0.62) * high))
  const marks = hours.map((hour, i) => (i % 3 === 0 ? said(hour, left + i * wide, height - 4) : ''))
  return { svg: [...rects, ...days, ...marks].join('\n'), width, height }
}
