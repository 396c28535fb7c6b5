import { type RefObject, useEffect, useState } from 'react'
import type { Town } from '../../api/contract/town.ts'
import { useGrids } from '../grids/store.ts'
import { readBasemap } from '../map/open.ts'
import { tell } from '../ui/notices.ts'
import { usePreferences } from '../ui/preferences.ts'
import { type GridMap, openGridMap } from './open-map.ts'
import { useAnalysis } from './store.ts'
import { gridBy } from './study.ts'
import { toggled } from './view.ts'

export interface Pointed {
  gridId: number
  x: number
  y: number
}

/** The map of the town in a box, with the outlines of its grids; null until it is loaded or where it cannot be drawn. */
export function useGridMap(town: Town, container: RefObject<HTMLDivElement | null>) {
  const [map, setMap] = useState<GridMap | 'unavailable' | null>(null)
  const [pointed, setPointed] = useState<Pointed | null>(null)
  const { shapes, loadShapes } = useGrids()
  const theme = usePreferences((state) => state.theme)
  const level = useAnalysis((state) => state.view.level)
  useEffect(() => {
    let opened: GridMap | null = null
    let gone = false
    const open = (basemap: Awaited<ReturnType<typeof readBasemap>>) => {
      if (gone || !container.current) return
      try {
        const ready = openGridMap({
          container: container.current,
          town,
          basemap,
          theme: usePreferences.getState().theme,
          onPress: (gridId) =>
            useAnalysis.getState().show((one) => toggled(one, gridBy(one.level), String(gridId))),
          onPoint: setPointed,
        })
        opened = ready
        void ready.loaded.then(() => {
          if (!gone) setMap(ready)
        })
      } catch {
        setMap('unavailable')
      }
    }
    void readBasemap(town)
      .catch(() => null)
      .then(open)
    return () => {
      gone = true
      opened?.close()
      setMap(null)
    }
  }, [town, container])
  const open = map === 'unavailable' ? null : map
  useEffect(() => {
    for (const one of new Set([1, level] as const)) loadShapes(one).catch(tell)
  }, [level, loadShapes])
  useEffect(() => {
    for (const one of [1, 2, 3] as const) if (open && shapes[one]) open.shapes(one, shapes[one])
  }, [open, shapes])
  useEffect(() => {
    open?.theme(theme)
  }, [open, theme])
  return { open, unavailable: map === 'unavailable', pointed, shapes: shapes[level] }
}
