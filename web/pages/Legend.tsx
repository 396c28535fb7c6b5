import { useDerived } from '../derived.ts'
import { stepOf } from '../grids/breaks.ts'
import { useGrids } from '../grids/store.ts'
import { useText } from '../locales/text.ts'
import { classesNow, levelNow } from '../map/grid-sync.ts'
import { sequential } from '../ui/tokens.ts'
import { useView } from '../view.ts'

/** What the colours of the grids stand for, in classes with their unit; and the signs that are not explained elsewhere. */
export function Legend() {
  const text = useText()
  const { measure, layers } = useView()
  useDerived() // the classes follow the counts
  useGrids((state) => state.grids)
  const classes = measure === 'none' ? [] : classesNow()
  const steps = sequential.dark.length
  const unit = measure === 'officers' ? text.units.officers : text.units.cases
  const range = ({ from, to }: { from: number; to: number }) => (from === to ? `${from}` : `${from}–${to}`)
  return (
    <section className="panel legend" aria-label={text.map.legend} data-testid="legend">
      {measure === 'none' ? null : (
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
        <p className="legend-heat">
          {text.map.density} <small>{text.map.low}</small> <i aria-hidden="true" />{' '}
          <small>{text.map.high}</small>
        </p>
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
          ? (['green', 'yellow', 'red'] as const).map((light) => (
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
