import type { ThemeName } from '../ui/tokens.ts'
import { useWay } from './store.ts'

// The layers are loaded with the first thing to draw: the board starts without them.

type Layers = Pick<typeof import('./layer.ts'), 'dispatchLayers'>
let layers: Layers | 'loading' | null = null

/** What dispatching lays on the map: areas, closed roads, ways, lines of a storm, what is being drawn. */
export function drawnWay(theme: ThemeName): ReturnType<Layers['dispatchLayers']> {
  const { line, links, closures, sketch, areas, danger } = useWay.getState()
  const empty = links.length + closures.length + danger.length === 0
  if (empty && !line && !sketch && !areas) return []
  if (layers === null) {
    layers = 'loading'
    void import('./layer.ts').then(
      ({ dispatchLayers }) => {
        layers = { dispatchLayers }
        // So that the map draws once more.
        useWay.setState({})
      },
      () => {
        layers = null
      },
    )
  }
  return layers === 'loading'
    ? []
    : layers.dispatchLayers({ line, links, closures, sketch, areas, danger }, theme)
}
