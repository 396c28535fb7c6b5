import 'maplibre-gl/dist/maplibre-gl.css'
import { useEffect, useRef, useState } from 'react'
import type { FindingKind } from '../../api/contract/import-kinds.ts'
import type { CheckedFile, ImportPreview } from '../../api/contract/imports.ts'
import type { Town } from '../../api/contract/town.ts'
import { useGrids } from '../grids/store.ts'
import { useWords } from '../locales/manage-text.ts'
import { useText } from '../locales/text.ts'
import { readBasemap } from '../map/open.ts'
import { tell } from '../ui/notices.ts'
import { usePreferences } from '../ui/preferences.ts'
import { type PreviewMap as OpenMap, openPreviewMap } from './preview-map.ts'

interface PreviewMapProps {
  town: Town
  preview: ImportPreview
  bounds: CheckedFile['bounds']
  kinds: readonly FindingKind[]
  chosen: number | null
  onPick: (row: number) => void
}

/** Where the rows would lie. What it shows is in the table as well, for whoever cannot see a map. */
export function PreviewMap({ town, preview, bounds, kinds, chosen, onPick }: PreviewMapProps) {
  const container = useRef<HTMLDivElement>(null)
  const pick = useRef(onPick)
  const [map, setMap] = useState<OpenMap | 'unavailable' | null>(null)
  const words = useWords().imports.preview
  const text = useText()
  const theme = usePreferences((state) => state.theme)
  const { shapes, loadShapes } = useGrids()
  useEffect(() => void (pick.current = onPick), [onPick])

  useEffect(() => {
    let opened: OpenMap | null = null
    let gone = false
    void readBasemap(town)
      .catch(() => null)
      .then((basemap) => {
        if (gone || !container.current) return
        const { theme: now } = usePreferences.getState()
        try {
          opened = openPreviewMap({
            container: container.current,
            town,
            basemap,
            theme: now,
            onPick: (row) => pick.current(row),
          })
          setMap(opened)
        } catch {
          setMap('unavailable')
        }
      })
    return () => {
      gone = true
      opened?.close()
      setMap(null)
    }
  }, [town])
  const open = map === 'unavailable' ? null : map
  useEffect(() => void loadShapes(1).catch(tell), [loadShapes])
  useEffect(() => {
    if (open && shapes[1]) void open.showGrids(shapes[1])
  }, [open, shapes])
  useEffect(() => {
    if (open) void open.show(preview, kinds, bounds ?? town.bounds)
  }, [open, preview, kinds, bounds, town])
  useEffect(() => void open?.recolor(theme), [open, theme])
  useEffect(() => void open?.choose(chosen), [open, chosen])

  return (
    <div className="preview-map">
      <div
        ref={container}
        className="preview-canvas"
        role="application"
        aria-label={words.mapLabel}
        data-testid="preview-map"
      />
      {map === 'unavailable' ? <p className="note is-attention">{text.map.noWebgl}</p> : null}
      <div className="preview-fit">
        {bounds ? (
          <button type="button" className="button is-small" onClick={() => open?.fit(bounds)}>
            {words.data}
          </button>
        ) : null}
        {town.bounds ? (
          <button
            type="button"
            className="button is-small"
            onClick={() => town.bounds && open?.fit(town.bounds)}
          >
            {words.town}
          </button>
        ) : null}
      </div>
      {town.basemap ? (
        <p className="preview-attribution">
          {town.basemap.attribution}
          {town.basemap.reviewNumber ? ` · ${text.map.reviewNumber(town.basemap.reviewNumber)}` : ''}
        </p>
      ) : null}
    </div>
  )
}
