import { useState } from 'react'
import { usePlansText } from '../locales/plans-text.ts'
import { IconButton } from '../ui/controls.tsx'
import { type LayerName, useBench } from './bench.ts'
import { boxAround, onLevel } from './feature.ts'
import { usePlans } from './store.ts'

const layers: readonly LayerName[] = ['base', 'ways', 'names', 'changes']

/** Zoom, layers and help, on the map itself. */
export function MapButtons({ onHelp }: { onHelp?: () => void }) {
  const { bar } = usePlansText()
  const { show, switch: turn, look } = useBench()
  const [open, setOpen] = useState(false)
  const home = () => {
    const features = usePlans.getState().open?.features
    const box = features && boxAround(onLevel(features, 1).map(({ geometry }) => geometry))
    if (box) look({ to: 'box', box })
  }
  return (
    <div className="map-buttons">
      {open ? (
        <section className="panel layer-panel" aria-label={bar.layers}>
          <h2>{bar.layers}</h2>
          {layers.map((name) => (
            <label key={name} className="switch">
              <input
                type="checkbox"
                checked={show[name]}
                onChange={() => turn(name)}
                data-testid={`layer-${name}`}
              />
              {bar.layerNames[name]}
            </label>
          ))}
        </section>
      ) : null}
      <div className="tool-stack panel">
        <IconButton
          icon="layers"
          label={bar.layers}
          pressed={open}
          onClick={() => setOpen(!open)}
          testId="layers-button"
        />
        <IconButton icon="home" label={bar.home} onClick={home} testId="home" />
        <IconButton icon="plus" label={bar.zoomIn} onClick={() => look({ to: 'zoom', by: 1 })} />
        <IconButton icon="minus" label={bar.zoomOut} onClick={() => look({ to: 'zoom', by: -1 })} />
        {onHelp ? <IconButton icon="help" label={bar.help} onClick={onHelp} /> : null}
      </div>
    </div>
  )
}
