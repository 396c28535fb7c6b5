import type { MouseEvent } from 'react'
import type { Wall } from '../../api/contract/wall.ts'
import { useGrids } from '../grids/store.ts'
import { useText } from '../locales/text.ts'
import { useWallsText } from '../locales/walls-text.ts'
import { useNow } from '../ui/clock.ts'
import { hourText, minutesText, replayAt, stepAt } from './playing.ts'
import { useWalls } from './store.ts'
import { SeenMark, WallPicture } from './WallPicture.tsx'

interface WallCardsProps {
  walls: readonly Wall[]
  chosen: ReadonlySet<number>
  onChoose: (ids: ReadonlySet<number>) => void
}

/** All walls, each with what it shows now; a press conducts one of them, its box one more. */
export function WallCards({ walls, chosen, onChoose }: WallCardsProps) {
  const words = useWallsText().steer
  const toggled = (id: number) => {
    const next = new Set(chosen)
    if (!next.delete(id)) next.add(id)
    return next
  }
  return (
    <ul className="conduct-walls" aria-label={words.walls}>
      {walls.map((wall) => (
        <li key={wall.id} className={chosen.has(wall.id) ? 'is-chosen' : ''} data-testid="conduct-wall">
          <header>
            <input
              type="checkbox"
              checked={chosen.has(wall.id)}
              aria-label={words.also(wall.name)}
              onChange={() => onChoose(toggled(wall.id))}
            />
            <h3>{wall.name}</h3>
          </header>
          <button
            type="button"
            className="conduct-wall"
            aria-pressed={chosen.has(wall.id)}
            aria-label={words.only(wall.name)}
            onClick={(event: MouseEvent) =>
              onChoose(
                event.ctrlKey || event.metaKey || event.shiftKey ? toggled(wall.id) : new Set([wall.id]),
              )
            }
          >
            <WallPicture wall={wall} />
            <Shows wall={wall} />
          </button>
        </li>
      ))}
    </ul>
  )
}

/** What it shows now: module, time, place, case, sequence, and whether its screen is there. */
function Shows({ wall }: { wall: Wall }) {
  const text = useText()
  const words = useWallsText()
  const steer = words.steer
  const { town, grids } = useGrids()
  const { sequences, cases, skew } = useWalls()
  const { module, replay, sequence, camera, gridId, incidentId, tour } = wall.state
  const now = useNow(1000) + skew
  const held = sequences?.find(({ id }) => id === sequence?.id)
  const step = sequence && held ? stepAt(held.steps, sequence, now) : null
  const grid = gridId === null ? undefined : grids.get(gridId)
  const shown = incidentId === null ? undefined : cases.get(incidentId)
  const at = replay && replayAt(replay, now)
  // A case takes the camera with it, unless that was told to stand elsewhere.
  const place = camera ? steer.camera : incidentId === null ? (grid?.name ?? steer.town) : null
  return (
    <span className="conduct-shows">
      <b>{text.wall.modules[module]}</b>
      <span data-testid="wall-time" className={replay ? 'is-attention' : ''}>
        {replay && at
          ? at.over
            ? steer.replayOver(replay.day)
            : steer.replaying(replay.day, hourText(at.hour), replay.speed)
          : steer.live}
      </span>
      {place === null ? null : (
        <span>
          {place}
          {tour && !camera ? ` · ${steer.tour}` : ''}
        </span>
      )}
      {incidentId === null ? null : (
        <span>
          {steer.case} · {shown?.title ?? incidentId} <small>{shown?.number}</small>
        </span>
      )}
      {sequence && held ? (
        <span className="is-good" data-testid="wall-sequence">
          {step
            ? steer.playing(held.name, step.step + 1, held.steps.length, minutesText(step.left))
            : steer.played(held.name)}
        </span>
      ) : null}
      <SeenMark {...{ wall, now }} timeZone={town?.timeZone ?? 'UTC'} />
    </span>
  )
}
