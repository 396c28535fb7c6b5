import { useAnalysisText } from '../locales/analysis-text.ts'
import { useText } from '../locales/text.ts'
import type { Ground } from './ground.ts'
import { useAnalysis } from './store.ts'
import type { WhereTold } from './use-where.ts'
import { count, enough, measureOf, write } from './values.ts'
import { useWhere } from './where-store.ts'

/** What the colours of the grids stand for, in classes with their unit. */
export function MapLegend({ ground }: { ground: Ground }) {
  const words = useAnalysisText().map
  const { units } = useText()
  const { shown, level } = useAnalysis((state) => state.view)
  const measure = measureOf(shown)
  const levelName = useAnalysisText().level.of(level)
  const say = (value: number) => write(measure, value, units)
  return (
    <div className="map-legend" data-testid="map-legend">
      <p>{measure ? levelName : [levelName, words.units[shown]].filter(Boolean).join(' · ')}</p>
      <p>
        {ground.classes.map(({ from, to, color }) => (
          <span key={to} className="legend-class">
            <i style={{ background: color }} /> {say(from) === say(to) ? say(to) : `${say(from)}–${say(to)}`}
          </span>
        ))}
        {ground.classes.length === 0 ? words.none : null}
      </p>
      {ground.few > 0 ? (
        <p className="hint">
          {words.few(enough)} · {count(ground.few)}
        </p>
      ) : null}
      {ground.unknown > 0 ? (
        <p className="hint">
          {words.unknown} · {count(ground.unknown)}
        </p>
      ) : null}
    </div>
  )
}

/** The same of a map that the server has worked out. */
export function WhereLegend({ told: { picture, state, said } }: { told: WhereTold }) {
  const words = useAnalysisText().map
  const retry = useWhere((one) => one.retry)
  const { head, signs, ramp, warning } = picture
  return (
    <div className="map-legend" data-testid="map-legend" data-state={state}>
      {state === 'loading' ? <p role="status">{words.working}</p> : null}
      {state === 'failed' ? (
        <p className="is-attention" role="alert">
          {said}{' '}
          <button type="button" className="text-button" onClick={retry}>
            {words.again}
          </button>
        </p>
      ) : null}
      {head ? <p>{head}</p> : null}
      {ramp ? (
        <p className="legend-ramp">
          {ramp.from}
          <i style={{ background: `linear-gradient(to right, transparent, ${ramp.colors.join(', ')})` }} />
          {ramp.to}
        </p>
      ) : null}
      {signs.length > 0 ? (
        <p>
          {signs.map(({ color, text, outlined }) => (
            <span key={text} className="legend-class">
              <i style={outlined ? { border: `2px solid ${color}` } : { background: color }} /> {text}
            </span>
          ))}
        </p>
      ) : null}
      {warning ? <p className="is-attention">{warning}</p> : null}
    </div>
  )
}

/** How it was worked out, and what of the choice it leaves out: below the map, so that it covers nothing. */
export function WhereNotes({ told: { picture, left } }: { told: WhereTold }) {
  const words = useAnalysisText()
  const names = left.map((by) => words.by[by]).join('、')
  if (picture.notes.length === 0 && left.length === 0) return null
  return (
    <p className="map-notes" data-testid="map-notes">
      {picture.notes.join(' ')}{' '}
      {left.length > 0 ? <span className="is-attention">{words.map.left(names)}</span> : null}
    </p>
  )
}
