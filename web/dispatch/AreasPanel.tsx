import { useText } from '../locales/text.ts'
import { Segmented } from '../ui/controls.tsx'
import { directions, modes, useRoads } from './closures.ts'
import { useWay } from './store.ts'

/** How far one gets in 5, 10 and 15 minutes: on foot, the service circle around a place. */
export function AreasPanel({ around }: { around: { lng: number; lat: number } | null }) {
  const words = useText().closures.areas
  const { reach, place, placing, asking, failure, reachFrom, take } = useRoads()
  const areas = useWay((state) => state.areas)
  return (
    <section className="panel road-panel" aria-label={words.title} data-testid="areas">
      <h2>{words.title}</h2>
      {placing ? <p role="status">{words.pick}</p> : null}
      <Segmented
        label={words.mode}
        value={reach.mode}
        onChange={(mode) => void reachFrom(place, { mode })}
        options={modes.map((value) => ({ value, text: words.modes[value] }))}
      />
      <Segmented
        label={words.direction}
        value={reach.direction}
        onChange={(direction) => void reachFrom(place, { direction })}
        options={directions.map((value) => ({ value, text: words.directions[value] }))}
      />
      {asking ? <p className="hint">{words.asking}</p> : null}
      {failure ? (
        <p className="is-attention" role="alert">
          {words.failed(failure)}
        </p>
      ) : null}
      {areas ? (
        <>
          <ul className="area-legend" data-testid="area-legend">
            {areas.features.toReversed().map(({ properties: { minutes } }, i) => (
              <li key={minutes}>
                <i style={{ opacity: 1 - i * 0.3 }} aria-hidden="true" />
                {words.minutes(minutes)}
              </li>
            ))}
          </ul>
          {reach.mode === 'walk' ? <p className="hint">{words.circle}</p> : null}
          {areas.at.meters > 20 ? <p className="hint">{words.away(areas.at.meters)}</p> : null}
        </>
      ) : null}
      <div className="card-actions">
        {around ? (
          <button
            type="button"
            className="button is-small"
            onClick={() => void reachFrom([around.lng, around.lat])}
            data-testid="areas-case"
          >
            {words.fromCase}
          </button>
        ) : null}
        {place ? (
          <button type="button" className="button is-small" onClick={() => void reachFrom(null)}>
            {words.another}
          </button>
        ) : null}
        <button type="button" className="button is-small" onClick={() => take('none')}>
          {words.off}
        </button>
      </div>
    </section>
  )
}
