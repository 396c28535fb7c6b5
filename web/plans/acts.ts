import { useBench } from './bench.ts'
import { piecesOf } from './cut.ts'
import { isUntouched, removeVertex, reshapeOf } from './reshape.ts'
import { isEditable, usePlans } from './store.ts'

// What a key and a button do alike. Each leaves what was drawn where it is when the server refuses.

const chosenNow = () => {
  const { open } = usePlans.getState()
  return isEditable(open) ? useBench.getState().chosen.flatMap((uid) => open.features.get(uid) ?? []) : []
}

export async function applyReshape(): Promise<void> {
  const { reshaping, begin } = useBench.getState()
  if (!reshaping || isUntouched(reshaping)) return
  const outcome = await usePlans.getState().send(reshapeOf(reshaping))
  if (outcome) begin(null)
}

/** Whether the line that is drawn divides the chosen grid. */
export function canSplit(): boolean {
  const { sketch } = useBench.getState()
  const [grid] = chosenNow()
  return Boolean(sketch && grid && piecesOf(grid.geometry, sketch.places).length > 1)
}

export async function applySplit(): Promise<void> {
  const { sketch, clear, choose } = useBench.getState()
  const [grid] = chosenNow()
  if (!sketch || !grid || !canSplit()) return
  const line = sketch.places.map(([x = 0, y = 0]) => [x, y] as [number, number])
  const outcome = await usePlans.getState().send({ kind: 'split', uid: grid.id, line })
  if (!outcome) return
  clear()
  const made = new Set([grid.properties.code, ...outcome.edit.summary.made])
  choose(outcome.changed.filter(({ properties }) => made.has(properties.code)).map(({ id }) => id))
}

/** Grids are merged within one parent; the server keeps the largest. */
export function canMerge(): boolean {
  const chosen = chosenNow()
  const [first] = chosen
  return (
    chosen.length > 1 &&
    chosen.every(({ properties }) => properties.parentUid === first?.properties.parentUid)
  )
}

export async function applyMerge(name?: string): Promise<void> {
  const chosen = chosenNow()
  if (chosen.length < 2) return
  const uids = chosen.map(({ id }) => id)
  const outcome = await usePlans.getState().send({ kind: 'merge', uids, ...(name ? { name } : {}) })
  if (outcome) useBench.getState().choose(uids.filter((uid) => !outcome.gone.includes(uid)))
}

export async function applyRemove(): Promise<boolean> {
  const [grid] = chosenNow()
  if (!grid) return false
  const outcome = await usePlans.getState().send({ kind: 'remove', uid: grid.id })
  if (outcome) useBench.getState().choose([])
  return outcome !== null
}

export function dropVertex(): void {
  const { reshaping, vertex, drag, drop } = useBench.getState()
  if (!reshaping || !vertex) return
  const work = removeVertex(reshaping, vertex)
  if (!work) return
  drag(work, null)
  drop(reshaping)
}

/** Undoes what is in hand first, then the plan's last edit. */
export function undo(): void {
  const { steps, sketch, takeBack, draw } = useBench.getState()
  if (steps.length > 0) takeBack()
  else if (sketch) draw(null)
  else void usePlans.getState().step('undo')
}

/** What Enter means: to apply what is in hand. */
export function applyInHand(): void {
  const { tool, sketch, draw } = useBench.getState()
  if (tool === 'reshape') void applyReshape()
  // The first Enter lifts the pen, so that what it made can be looked at; the second cuts.
  else if (tool === 'split' && sketch?.drawing) draw({ ...sketch, drawing: false })
  else if (tool === 'split') void applySplit()
  else if (tool === 'draw' && sketch?.drawing && sketch.places.length > 4) draw({ ...sketch, drawing: false })
}

/** What Esc means: one step out of what is in hand, then out of the tool, then out of the choice. */
export function stepOut(): void {
  const { tool, sketch, reshaping, preview, chosen, draw, clear, choose, compare } = useBench.getState()
  usePlans.getState().refuse(null)
  if (sketch) draw(null)
  else if (reshaping || tool !== 'select') clear()
  else if (preview) compare(null)
  else if (chosen.length > 0) choose([])
}
