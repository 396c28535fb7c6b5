import type { HotSpotMap } from '../../api/contract/evaluation.ts'
import { useAnalysisText } from '../locales/analysis-text.ts'
import { useText } from '../locales/text.ts'
import { type Ground, heatColors } from './ground.ts'
import { useAnalysis } from './store.ts'
import { count, enough, measureOf, write } from './values.ts'

interface MapLegendProps {
  ground: Ground
  /** Null where the map does not show hot spots. */
  heat: { map: HotSpotMap | null; said: string | null } | null
}

/** What the colours stand for, in classes with their unit; of hot spots also what the claim rests on. */
export function MapLegend({ ground, heat }: MapLegendProps) {
  const words = useAnalysisText().map
  const { units } = useText()
  const { shown, level, chosen } = useAnalysis((state) => state.view)
  const measure = measureOf(shown)
  const levelName = useAnalysisText().level.of(level)
  if (heat) {
    const cells = heat.map?.cells ?? []
    const cellsOf = (kind: string) => count(cells.filter((cell) => cell.heat === kind).length)
    const told = cells.some((cell) => cell.heat === 'hot' || cell.heat === 'cold')
    const other = chosen.some(
      ({ by, keys }) => by !== 'day' && !((by === 'class' || by === 'source') && keys.length === 1),
    )
    return (
      <div className="map-legend is-hot" data-testid="map-legend">
        {heat.said ? (
          <p className="is-attention">{heat.said}</p>
        ) : heat.map ? (
          <>
            <p>
              {(['hot', 'cold'] as const).map((kind) => (
                <span key={kind} className="legend-class">
                  <i style={{ background: heatColors[kind] }} /> {words[kind]} {cellsOf(kind)}
                </span>
              ))}
            </p>
            {told ? null : <p>{words.hotNothing}</p>}
            <p className="hint">{words.hotNote(`${heat.map.rate * 100} %`)}</p>
            {other ? <p className="hint is-attention">{words.hotOnly}</p> : null}
          </>
        ) : (
          <p role="status">{words.hotLoading}</p>
        )}
      </div>
    )
  }
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
