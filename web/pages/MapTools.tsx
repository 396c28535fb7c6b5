import { useState } from 'react'
import { scaleBar } from '../format.ts'
import { useText } from '../locales/text.ts'
import { useMapState } from '../map/state.ts'
import { IconButton, Segmented } from '../ui/controls.tsx'
import { layerNames, measures, useView } from '../view.ts'
import { goHome } from './keys.ts'
import { Legend } from './Legend.tsx'

/** Zoom, layers, legend and scale: what stands on the map itself. */
export function MapTools() {
  const text = useText()
  const { layers, measure, toggle, measureBy, look } = useView()
  const [open, setOpen] = useState(false)
  const metersPerPixel = useMapState((state) => state.metersPerPixel)
  const scale = scaleBar(metersPerPixel, 120)
  return (
    <>
      <Legend />
      <div className="map-tools">
        {open ? (
          <section className="panel layer-panel" aria-label={text.map.layers} data-testid="layer-panel">
            <h2>{text.map.layers}</h2>
            {layerNames.map((name) => (
              <label key={name} className="switch">
                <input
                  type="checkbox"
                  checked={layers[name]}
                  onChange={() => toggle(name)}
                  data-testid={`layer-${name}`}
                />
                {text.map.layerNames[name]}
              </label>
            ))}
            <h2>{text.map.measure}</h2>
            <Segmented
              label={text.map.measure}
              value={measure}
              onChange={measureBy}
              options={measures.map((value) => ({ value, text: text.map.measures[value] }))}
            />
          </section>
        ) : null}
        <div className="tool-stack panel">
          <IconButton
            icon="layers"
            label={text.map.layers}
            pressed={open}
            onClick={() => setOpen(!open)}
            testId="layers-button"
          />
          <IconButton icon="home" label={text.map.home} onClick={goHome} testId="home" />
          <IconButton icon="plus" label={text.map.zoomIn} onClick={() => look({ to: 'zoom', by: 1 })} />
          <IconButton icon="minus" label={text.map.zoomOut} onClick={() => look({ to: 'zoom', by: -1 })} />
        </div>
        <p className="scale" style={{ width: `${scale.pixels}px` }} data-testid="scale">
          {scale.label}
        </p>
      </div>
    </>
  )
}
