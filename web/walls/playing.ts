import type { WallChange, WallSequence, WallState } from '../../api/contract/wall.ts'

// Where a wall is in what it plays. Instants are milliseconds by the server's clock.

const dayHours = 24

/** The hour of the replayed day that is on the wall now (0–24), and whether the day is over. */
export function replayAt({ speed, startedAt, fromHour }: NonNullable<WallState['replay']>, now: number) {
  const hour = fromHour + (Math.max(0, now - Date.parse(startedAt)) * speed) / 3_600_000
  return { hour: Math.min(dayHours, hour), over: hour >= dayHours }
}

/** 14.55 as 14:33. */
export function hourText(hour: number): string {
  const minutes = Math.floor(hour * 60)
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
}

/** Seconds of all steps. */
export const lengthOf = (steps: WallSequence['steps']): number =>
  steps.reduce((sum, { seconds }) => sum + seconds, 0)

/** The step that is on the wall now and the seconds it still stays; null when it was played through. */
export function stepAt(
  steps: WallSequence['steps'],
  { startedAt, loop }: Pick<NonNullable<WallState['sequence']>, 'startedAt' | 'loop'>,
  now: number,
): { step: number; left: number } | null {
  const length = lengthOf(steps)
  const played = Math.max(0, now - Date.parse(startedAt)) / 1000
  if (length === 0 || (!loop && played >= length)) return null
  let rest = played % length
  for (const [step, { seconds }] of steps.entries()) {
    if (rest < seconds) return { step, left: Math.ceil(seconds - rest) }
    rest -= seconds
  }
  return null
}

/** Everything that a sequence has changed so far: what a step does not name stays as earlier steps, of the round before too, have left it. */
export function playedChange(
  { sequence }: Pick<WallState, 'sequence'>,
  sequences: readonly WallSequence[],
  now: number,
): WallChange {
  const steps = sequences.find(({ id }) => id === sequence?.id)?.steps
  if (!sequence || !steps) return {}
  const at = stepAt(steps, sequence, now)
  const again = sequence.loop && now - Date.parse(sequence.startedAt) >= 1000 * lengthOf(steps)
  const done = [...(again ? steps : []), ...steps.slice(0, (at?.step ?? steps.length - 1) + 1)]
  return Object.assign({}, ...done.map(({ change }) => change)) as WallChange
}

/** Minutes and seconds: 2:05. */
export const minutesText = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(Math.round(seconds) % 60).padStart(2, '0')}`

/** With one taken to another place; the others keep their order. */
export function reordered<T>(list: readonly T[], from: number, to: number): T[] {
  const next = [...list]
  const [one] = next.splice(from, 1)
  if (one !== undefined) next.splice(Math.max(0, Math.min(next.length, to)), 0, one)
  return next
}

interface Size {
  width: number
  height: number
}
/** The largest rectangle of the shape of a wall's free middle in a small map, in its pixels. */
export function frameIn(stage: Size, shown: Size): Size {
  const ratio = Math.min(shown.width / stage.width, shown.height / stage.height)
  return { width: stage.width * ratio, height: stage.height * ratio }
}

/** The zoom at which a wall shows in its middle what is in that frame of a small map. */
export function zoomFor(stage: Size, shown: Size & { zoom: number }): number {
  const zoom = shown.zoom + Math.log2(stage.width / frameIn(stage, shown).width)
  return Math.max(1, Math.min(22, Math.round(zoom * 100) / 100))
}

/** The other way round: the zoom at which a small map shows in its frame what is in a wall's middle. */
export const zoomFrom = (stage: Size, zoom: number, shown: Size): number =>
  zoom - Math.log2(stage.width / frameIn(stage, shown).width)
