import { usePlansText } from '../locales/plans-text.ts'
import { useLeaveGuard } from '../ui/address.ts'
import { applyReshape, stepOut } from './acts.ts'
import { useBench } from './bench.ts'
import type { PlanFeature } from './feature.ts'
import { isUntouched } from './reshape.ts'
import { usePlans } from './store.ts'

/** What has been done to the borders in hand, and whose they are. */
export function ReshapePanel({ grid }: { grid: PlanFeature }) {
  const words = usePlansText()
  const { reshaping, steps, takeBack } = useBench()
  const { busy, open } = usePlans()
  const untouched = !reshaping || isUntouched(reshaping)
  useLeaveGuard(!untouched)
  const touched = [...(reshaping?.shapes.keys() ?? [])].flatMap((uid) => open?.features.get(uid) ?? [])
  return (
    <div className="panel-body" data-testid="reshape-panel">
      <h3>{words.reshaping.title(grid.properties.name)}</h3>
      <p className="hint">{words.hints.reshape}</p>
      <p className="hint">{words.reshaping.legend}</p>
      <p>{untouched ? words.reshaping.untouched : words.reshaping.touched(touched.length)}</p>
      {untouched ? null : (
        <ul className="grid-list is-plain">
          {touched.map(({ id, properties }) => (
            <li key={id}>
              <b>{properties.name}</b>
              <span className="hint">
                {words.levelShort[properties.level]} · {properties.code}
              </span>
            </li>
          ))}
        </ul>
      )}
      <div className="panel-actions">
        <button type="button" className="button" onClick={stepOut}>
          {words.reshaping.stop}
        </button>
        <button type="button" className="button" disabled={steps.length === 0} onClick={takeBack}>
          {words.reshaping.back}
        </button>
        <button
          type="button"
          className="button is-primary"
          disabled={untouched || busy !== null}
          onClick={() => void applyReshape()}
          data-testid="apply-reshape"
        >
          {busy === 'reshape' ? words.busy : words.reshaping.apply}
          <kbd>Enter</kbd>
        </button>
      </div>
    </div>
  )
}
