import { useGrids } from '../grids/store.ts'
import { useText } from '../locales/text.ts'
import { usePreferences } from '../ui/preferences.ts'
import { useWall } from './store.ts'
import { useTour } from './tour.ts'

/** What the tour looks at, in a line. */
export function Caption() {
  const text = useText()
  const stop = useTour((state) => state.stop)
  const town = useGrids((state) => state.town)
  const grids = useGrids((state) => state.grids)
  const language = usePreferences((state) => state.language)
  const hot = useWall((state) => state.picture?.hot)
  if (!stop) return null
  const name =
    stop.kind === 'town'
      ? language === 'en'
        ? town?.nameEn
        : town?.name
      : stop.kind === 'grid'
        ? grids.get(stop.id)?.name
        : undefined
  const heat = stop.kind === 'grid' ? hot?.find(({ gridId }) => gridId === stop.id) : undefined
  return (
    <p className="wall-caption" data-testid="wall-caption">
      <span>{text.wall.tour[stop.kind]}</span>
      {name && stop.kind !== 'town' ? <b>{name}</b> : null}
      {heat?.ratio ? <em>{text.wall.hot.times(heat.ratio.toFixed(1))}</em> : null}
    </p>
  )
}
