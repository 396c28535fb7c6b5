import { useDerived } from '../derived.ts'
import { stepOf } from '../grids/breaks.ts'
import { rootOf, useGrids } from '../grids/store.ts'
import { useText } from '../locales/text.ts'
import { classesNow, levelNow } from '../map/grid-sync.ts'
import { sequential } from '../ui/tokens.ts'
import { useView } from '../view.ts'

/** What the colours of the grids stand for, in classes with their unit; and the signs that are not explained elsewhere. */
export function Legend() {
  const text = useText()
  const { measure, layers } = useView()
  // The classes follow the counts; and a quiet day shows no red, not even as a sign.
  const { counts } = useDerived()
  const root = rootOf(useGrids((state) => state.grids))
  const late = (counts.get(root?.id ?? 0)?.overdueIncidents ?? 0) > 0
  // Under the heat the grids lose their colours: two ramps on one ground would be read as one.
  const colored = measure !== 'none' && !layers.heat
  const classes = colored ? classesNow() : []
  const steps = sequential.dark.length
  const unit = measure === 'officers' ? text.units.officers : text.units.cases
  const range = ({ from, to }: { from: number; to: number }) => (from === to ? `${from}` : `${from}–${to}`)
  return (
    <section className="panel legend" aria-label={text.map.legend} data-testid="legend">
      {!colored ? null : (
        <>
          <h2>
            {text.map.measures[measure]}{' '}
            <small>{[text.grids.level(levelNow()), unit].filter(Boolean).join(' · ')}</small>
          </h2>
          <ul className="legend-classes">
            <li>
              <i className="is-none" /> {text.map.zero}
            </li>
            {classes.map((one, i) => (
              <li key={one.to}>
                <i
                  style={{
                    background: `color-mix(in srgb, var(--step-${stepOf(i, classes.length, steps)}) 50%, var(--land))`,
                  }}
                />{' '}
                {range(one)}
              </li>
            ))}
          </ul>
        </>
      )}
      {layers.heat ? (
        <>
          <h2>{text.map.density}</h2>
          <p className="legend-heat">
            {text.map.low} <i aria-hidden="true" /> {text.map.high}
          </p>
        </>
      ) : null}
      <ul className="legend-signs">
        {layers.officers ? (
          <>
            <li>
              <svg viewBox="0 0 24 24" aria-hidden="true">
                <path d="M12 3 19 20 12 16.500 5 20Z" className="sign-fresh" />
              </svg>
              {text.map.fresh}
            </li>
            <li>
              <svg viewBox="0 0 24 24" aria-hidden="true">
                <path d="M12 3 19 20 12 16.500 5 20Z" className="sign-stale" />
              </svg>
              {text.map.stale}
            </li>
          </>
        ) : null}
        {layers.incidents
          ? (late ? (['green', 'yellow', 'red'] as const) : (['green', 'yellow'] as const)).map((light) => (
              <li key={light}>
                <svg viewBox="0 0 24 24" aria-hidden="true">
                  <circle cx="12" cy="12" r="8" className={`sign-light is-${light}`} />
                </svg>
                {text.incidents.lights[light]}
              </li>
            ))
          : null}
      </ul>
    </section>
  )
}
