import type { ThemeName } from '../ui/tokens.ts'
import { useWay } from './store.ts'

// The layer is loaded with the first way: the board starts without it.

type Layers = Pick<typeof import('./layer.ts'), 'wayLayers'>
let layers: Layers | 'loading' | null = null

/** The way of whoever may be sent, as far as there is one. */
export function drawnWay(theme: ThemeName): ReturnType<Layers['wayLayers']> {
  const { line } = useWay.getState()
  if (!line) return []
  if (layers === null) {
    layers = 'loading'
    void import('./layer.ts').then(
      ({ wayLayers }) => {
        layers = { wayLayers }
        // So that the map draws once more.
        useWay.setState({})
      },
      () => {
        layers = null
      },
    )
  }
  return layers === 'loading' ? [] : layers.wayLayers(line, theme)
}
