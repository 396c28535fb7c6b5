import { useEffect } from 'react'
import { useText } from '../locales/text.ts'
import { AreasPanel } from './AreasPanel.tsx'
import { ClosuresPanel } from './ClosuresPanel.tsx'
import { useClosedRoads, useRoads } from './closures.ts'
import { useWay } from './store.ts'
import './roads.css'

interface RoadToolsProps {
  mayClose: boolean
  timeZone: string
  /** The case that is open, for areas around it. */
  around: { lng: number; lat: number } | null
  onShow: (lng: number, lat: number) => void
}

/** What the console's map can be asked and told about roads. */
export function RoadTools({ mayClose, timeZone, around, onShow }: RoadToolsProps) {
  const words = useText().closures
  const { tool, take } = useRoads()
  const closures = useWay((state) => state.closures)
  useClosedRoads()
  useEffect(() => () => useRoads.getState().take('none'), [])
  return (
    <div className="road-tools" role="group" aria-label={words.tools}>
      <div className="road-buttons">
        <button
          type="button"
          className="button is-small"
          aria-pressed={tool === 'closures'}
          onClick={() => take(tool === 'closures' ? 'none' : 'closures')}
          data-testid="closures-button"
        >
          {closures.length > 0 ? words.count(closures.length) : words.button}
        </button>
        <button
          type="button"
          className="button is-small"
          aria-pressed={tool === 'areas'}
          onClick={() => take(tool === 'areas' ? 'none' : 'areas')}
          data-testid="areas-button"
        >
          {words.areas.button}
        </button>
      </div>
      {tool === 'closures' ? <ClosuresPanel {...{ mayClose, timeZone, onShow }} /> : null}
      {tool === 'areas' ? <AreasPanel around={around} /> : null}
    </div>
  )
}
