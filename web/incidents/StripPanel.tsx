import type { IncidentClass } from '../../api/contract/incident.ts'
import { dayDate, dayOnly, dayTime, figure, hourMinute, monthOnly } from '../format.ts'
import { familyName, useText } from '../locales/text.ts'
import { Segmented } from '../ui/controls.tsx'
import { HourChart } from '../ui/HourChart.tsx'
import { usePreferences } from '../ui/preferences.ts'
import { binSize, type Range, type Span, snap, spans } from './range.ts'

interface StripPanelProps {
  bins: ArrayLike<number>
  window: Range
  brush: Range | null
  span: Span
  total: number
  classes: ReadonlyMap<string, IncidentClass>
  families: ReadonlySet<string>
  classCode: string | null
  heat: boolean
  now: number
  timeZone: string
  onSpan: (span: Span) => void
  onBrush: (brush: Range | null) => void
  onFamily: (family: string) => void
  onClass: (classCode: string | null) => void
  onHeat: () => void
}

const hour = 3_600_000

/** Marks at round hours of a day, or at every day's beginning. */
function marksOf(window: Range, timeZone: string): { at: number; text: string }[] {
  const days = (window.to - window.from) / (24 * hour)
  const step = days <= 1 ? 3 * hour : days <= 8 ? 24 * hour : Math.max(5, Math.ceil(days / 8)) * 24 * hour
  const marks: { at: number; text: string }[] = []
  for (let at = window.from; at < window.to; at += step) {
    marks.push({
      at,
      text:
        days <= 1 ? hourMinute(at, timeZone) : days <= 32 ? dayOnly(at, timeZone) : monthOnly(at, timeZone),
    })
  }
  return marks
}

/** The rhythm of the cases: how many when, and which of them the map counts. */
export function StripPanel(props: StripPanelProps) {
  const { bins, window, brush, span, families, timeZone } = props
  const text = useText()
  const words = text.strip
  const names = [...new Set([...props.classes.values()].map(({ family }) => family))]
  const language = usePreferences((state) => state.language)
  const inFamilies = [...props.classes.values()].filter(
    ({ family }) => families.size === 0 || families.has(family),
  )
  const long = window.to - window.from > 32 * 24 * hour
  const at = (ms: number) => (long ? dayDate(ms, timeZone) : dayTime(ms, timeZone))
  const chosen = brush ?? window
  return (
    <section className="panel strip" aria-label={words.title} data-testid="strip">
      <header className="strip-head">
        <h2>
          {words.title} <small>{words.per(binSize(window) / hour)}</small>
        </h2>
        <p className="strip-range" data-testid="time-range">
          {at(chosen.from)} – {at(chosen.to)} · <b>{words.total(figure(props.total))}</b>
          {brush ? (
            <button type="button" className="text-button" onClick={() => props.onBrush(null)}>
              {words.clearBrush}
            </button>
          ) : (
            <span className="hint"> {words.hint}</span>
          )}
        </p>
        <Segmented
          label={words.spanLabel}
          value={span}
          onChange={props.onSpan}
          options={spans.map((value) => ({ value, text: words.spans[value] }))}
        />
        <button
          type="button"
          className="button is-small"
          aria-pressed={props.heat}
          data-testid="layer-heat"
          onClick={props.onHeat}
        >
          {words.heat}
        </button>
      </header>
      <div className="family-chips" role="group" aria-label={text.incidents.family}>
        {names.map((family) => (
          <button
            key={family}
            type="button"
            aria-pressed={families.has(family)}
            onClick={() => props.onFamily(family)}
          >
            {familyName(text, family)}
          </button>
        ))}
        <select
          aria-label={words.oneClass}
          data-testid="class-filter"
          value={props.classCode ?? ''}
          onChange={(event) => props.onClass(event.target.value || null)}
        >
          <option value="">{words.allFamilies}</option>
          {inFamilies.map(({ code, name, nameEn }) => (
            <option key={code} value={code}>
              {(language === 'en' && nameEn) || name}
            </option>
          ))}
        </select>
      </div>
      <HourChart
        bins={bins}
        window={window}
        selected={brush}
        now={props.now}
        marks={marksOf(window, timeZone)}
        onSelect={(a, b) => props.onBrush(snap(window, a, b))}
        onClear={() => props.onBrush(null)}
        words={{
          start: words.brushStart,
          end: words.brushEnd,
          now: words.now,
          at,
          describe: (from, to, count) =>
            `${at(from)} – ${long ? at(to) : hourMinute(to, timeZone)} · ${words.total(figure(count))}`,
        }}
      />
    </section>
  )
}
