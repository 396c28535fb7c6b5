import type { Wall } from '../../api/contract/wall.ts'
import { usualLayout } from '../../api/contract/wall-rules.ts'
import { useText } from '../locales/text.ts'
import { useWallsText } from '../locales/walls-text.ts'
import { GlassPicture } from './Glass.tsx'
import { seenText } from './names.ts'
import { useWalls } from './store.ts'

/** A wall to scale with the panels of the module that it shows. */
export function WallPicture({ wall }: { wall: Wall }) {
  const text = useText()
  const words = useWallsText()
  const { module } = wall.state
  const groups = useWalls((state) => state.groups[module])
  const layout = wall.layouts[module] ?? usualLayout(wall.profile, module, groups ?? [])
  return (
    <GlassPicture
      profile={wall.profile}
      layout={layout}
      label={words.drawingOf(wall.name, text.wall.modules[module])}
    />
  )
}

/** Whether its screen is there, and how far behind. */
export function SeenMark({ wall, now, timeZone }: { wall: Wall; now: number; timeZone: string }) {
  const text = useText()
  const words = useWallsText()
  const { state, said } = seenText({ text, words }, wall.seen, { now, timeZone })
  return (
    <p className={`seen-mark is-${state}`} data-testid="wall-seen" data-state={state}>
      <i aria-hidden="true" />
      <span>{said}</span>
    </p>
  )
}
