import { figure } from '../format.ts'
import { usePlansText } from '../locales/plans-text.ts'
import { RadioCards } from '../ui/fields.tsx'
import { applySplit } from './acts.ts'
import { useBench } from './bench.ts'
import { piecesOf } from './cut.ts'
import { type PlanFeature, withBelow } from './feature.ts'
import { pieceHues } from './pieces.ts'
import { usePlans } from './store.ts'

/** How a grid is to be split, and the parts it would make, before anything is done. */
export function SplitPanel({ grid }: { grid: PlanFeature }) {
  const words = usePlansText()
  const { alongWay, along, sketch, draw } = useBench()
  const { busy, open } = usePlans()
  const { name, households } = grid.properties
  const pieces = sketch ? piecesOf(grid.geometry, sketch.places) : []
  const below = open ? withBelow(open.features, grid.id).length - 1 : 0
  return (
    <div className="panel-body" data-testid="split-panel">
      <h3>{words.split.title(name)}</h3>
      <RadioCards
        label={words.split.by}
        value={alongWay ? 'way' : 'line'}
        onChange={(by) => along(by === 'way')}
        options={[
          { value: 'line', text: words.split.line },
          { value: 'way', text: words.split.way },
        ]}
        className="is-row"
      />
      {pieces.length > 1 ? (
        <ol className="pieces" aria-label={words.split.parts}>
          {pieces.map(({ share }, i) => (
            <li key={i}>
              <i style={{ background: `var(--hue-${pieceHues[i % pieceHues.length]})` }} />
              <b>{(share * 100).toFixed(share < 0.1 ? 1 : 0)} %</b>
              <span>{words.split.households(figure(Math.round(households * share)))}</span>
              <span className="hint">{i === 0 ? words.split.keeps : words.split.isNew}</span>
            </li>
          ))}
        </ol>
      ) : (
        <p className="hint">{alongWay ? words.hints.splitWay : words.hints.splitDraw}</p>
      )}
      {below > 0 ? <p className="hint">{words.split.below(below)}</p> : null}
      {pieces.length > 1 ? <p className="hint">{words.split.note}</p> : null}
      <div className="panel-actions">
        <button type="button" className="button" disabled={!sketch} onClick={() => draw(null)}>
          {words.split.again}
        </button>
        <button
          type="button"
          className="button is-primary"
          disabled={pieces.length < 2 || busy !== null}
          onClick={() => void applySplit()}
          data-testid="apply-split"
        >
          {busy === 'split' ? words.busy : words.split.apply}
          <kbd>Enter</kbd>
        </button>
      </div>
    </div>
  )
}
