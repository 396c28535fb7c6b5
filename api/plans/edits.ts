import type { MultiPolygon } from 'geojson'
import type { EditSummary, PlanOperation } from '../contract/plan.ts'
import { splitGrid, takeOut } from './divide.ts'
import {
  type Draft,
  keyOf,
  measure,
  nextCode,
  openDraft,
  refuse,
  same,
  shareVertices,
  verticesOf,
} from './draft.ts'
import { findApart, handOver, joined, moveHouseholds, type Overlay } from './outlines.ts'
import { insertVertices, moveVertices, type PlanGrid, removeVertices, sharedBorders } from './topology.ts'

export interface Edit {
  before: PlanGrid[]
  after: PlanGrid[]
  /** Whom it was about: another editor's edit of one of these is a conflict. */
  touched: number[]
  nextUid: number
  summary: EditSummary
}
/** An operation as it comes in by the contract, or from a proposal of our own. */
export type Operation =
  | Exclude<PlanOperation, { kind: 'replace' }>
  | { kind: 'replace'; removed: number[]; added: PlanGrid[]; reason: string }
type Of<K extends Operation['kind']> = Extract<Operation, { kind: K }>
type Said = { about: PlanGrid[]; made?: PlanGrid[]; to?: string; reason?: string }

/**
 * Works an operation out on the grids of a plan: the rows before and after it. Writes nothing.
 * Borders stay shared segment for segment, parents keep the outline of their children. Throws a Refusal with a sentence.
 */
export async function workOut(
  grids: readonly PlanGrid[],
  operation: Operation,
  { overlay, nextUid }: { overlay: Overlay; nextUid: number },
): Promise<Edit> {
  const draft = openDraft(grids, nextUid)
  const { about, made = [], to, reason } = await apply(draft, operation, overlay)
  if (!['attributes', 'recode', 'reshape'].includes(operation.kind)) shareVertices(draft)
  const [before, after] = unchangedOut(draft.before(), draft.after())
  const touched = [...new Set([...about, ...made].map((grid) => grid.uid))]
  const changed = new Set([...before, ...after].map((grid) => grid.uid))
  return {
    before,
    after,
    touched,
    nextUid: draft.nextUid(),
    summary: {
      kind: operation.kind,
      codes: about.map((grid) => grid.code).slice(0, 20),
      made: made.map((grid) => draft.find(grid.uid)?.code ?? grid.code).slice(0, 20),
      followed: [...changed].filter((uid) => !touched.includes(uid)).length,
      ...(to && { to }),
      ...(reason && { reason }),
    },
  }
}

function apply(draft: Draft, operation: Operation, overlay: Overlay): Promise<Said> | Said {
  switch (operation.kind) {
    case 'reshape':
      return reshape(draft, operation)
    case 'split':
      return split(draft, operation, overlay)
    case 'merge':
      return merge(draft, operation, overlay)
    case 'move':
      return move(draft, operation, overlay)
    case 'attributes':
      return setAttributes(draft, operation)
    case 'add':
      return add(draft, operation, overlay)
    case 'remove':
      return remove(draft, operation, overlay)
    case 'recode':
      return recode(draft, operation)
    case 'replace':
      return replace(draft, operation)
  }
}

/** Vertices are put in, moved and taken out in every shape that has them, on all levels. */
function reshape(draft: Draft, { moves, inserts, removes }: Of<'reshape'>): Said {
  if (moves.length + inserts.length + removes.length === 0) throw refuse('The edit changes nothing.')
  const step = (shapes: ReadonlyMap<number, MultiPolygon>) => {
    for (const [uid, geometry] of shapes) {
      const grid = draft.get(uid)
      if (!same(grid.geometry, geometry)) draft.put({ ...grid, geometry })
    }
  }
  if (inserts.length > 0) step(insertVertices(draft.all(), inserts))
  const vertices = new Set(draft.all().flatMap((grid) => verticesOf(grid.geometry).map(keyOf)))
  const missing = [...moves.map((one) => one.from), ...inserts, ...removes].find(
    (at) => !vertices.has(keyOf(at)),
  )
  if (missing) throw refuse(`No border has a vertex at ${missing.join(', ')} any more: load the plan again.`)
  const onto = moves.find((one) => vertices.has(keyOf(one.to)) && keyOf(one.to) !== keyOf(one.from))
  if (onto && !moves.some((one) => keyOf(one.from) === keyOf(onto.to)))
    throw refuse('A vertex cannot be moved onto another one: remove it instead.')
  if (moves.length > 0) step(moveVertices(draft.all(), moves))
  if (removes.length > 0) step(removeVertices(draft.all(), removes))
  // Parents share the vertices of their children: those only follow.
  const about = draft.after().filter((grid) => draft.childrenOf(grid.uid).length === 0)
  return { about: about.length > 0 ? about : draft.after() }
}

async function split(draft: Draft, { uid, line }: Of<'split'>, { cut }: Overlay): Promise<Said> {
  const grid = draft.get(uid)
  const known = new Set(draft.all().map((one) => one.uid))
  const pieces = await splitGrid(draft, uid, line, cut)
  const below = draft
    .after()
    .filter((one) => one.level > grid.level && draft.childrenOf(one.uid).length === 0)
  return {
    about: [grid, ...below.filter((one) => known.has(one.uid))],
    made: pieces.filter((piece) => !known.has(piece)).map(draft.get),
  }
}

/** The largest keeps its identity; the children of all come below it. */
async function merge(draft: Draft, { uids, name }: Of<'merge'>, overlay: Overlay): Promise<Said> {
  const about = [...new Set(uids)].map(draft.get)
  const [first] = about
  const [kept, ...others] = [...about].sort(
    (a, b) => measure(b.geometry).area - measure(a.geometry).area || a.uid - b.uid,
  )
  if (!first || !kept || others.length === 0) throw refuse('Choose at least two grids to merge.')
  const stranger = about.find((grid) => grid.level !== first.level || grid.parentUid !== first.parentUid)
  if (stranger)
    throw refuse(
      stranger.level === first.level
        ? `${first.code} and ${stranger.code} have different parents: move one of them first.`
        : `${first.code} and ${stranger.code} are of different levels and cannot be merged.`,
    )
  const apart = findApart(about)
  if (apart) throw refuse(`${apart.code} ${apart.name} has no border in common with the others.`)
  for (const other of others) {
    for (const child of draft.childrenOf(other.uid)) draft.put({ ...child, parentUid: kept.uid })
    draft.drop(other.uid)
  }
  const origins = others.flatMap((other) =>
    other.gridId === null ? other.origins : [other.gridId, ...other.origins],
  )
  draft.put({
    ...kept,
    name: name ?? kept.name,
    households: about.reduce((sum, grid) => sum + grid.households, 0),
    geometry: await joined(
      about.map((grid) => grid.geometry),
      overlay,
    ),
    origins: [...new Set([...kept.origins, ...origins])].filter((id) => id !== kept.gridId),
  })
  return { about, to: kept.code }
}

async function move(draft: Draft, { uids, parentUid }: Of<'move'>, overlay: Overlay): Promise<Said> {
  const to = draft.get(parentUid)
  const about = [...new Set(uids)].map(draft.get)
  for (const grid of about) {
    if (grid.level !== to.level + 1)
      throw refuse(
        `${grid.code} is of level ${grid.level} and cannot lie below ${to.code} of level ${to.level}.`,
      )
    if (grid.parentUid === to.uid) throw refuse(`${grid.code} lies below ${to.code} already.`)
  }
  for (const grid of about) {
    draft.put({ ...grid, parentUid: to.uid })
    await handOver(draft, { geometry: grid.geometry, from: grid.parentUid, to: to.uid }, overlay)
    const left = grid.parentUid === null ? undefined : draft.get(grid.parentUid)
    if (left && draft.childrenOf(left.uid).length === 0)
      throw refuse(`Nothing would be left of ${left.code} ${left.name}: merge it with ${to.code} instead.`)
    if (left) moveHouseholds(draft, left.uid, to.uid, grid.households)
  }
  return { about, to: to.code }
}

function setAttributes(draft: Draft, { kind: _, uid, ...given }: Of<'attributes'>): Said {
  const grid = draft.get(uid)
  if (Object.keys(given).length === 0) throw refuse('The edit changes nothing.')
  draft.put({ ...grid, ...given })
  refuseDoubles(draft)
  return { about: [grid] }
}

async function add(draft: Draft, operation: Of<'add'>, { cut }: Overlay): Promise<Said> {
  const { parentUid, name, leaderName } = operation
  const level = parentUid === null ? 1 : draft.get(parentUid).level + 1
  if (level !== 1 && level !== 2 && level !== 3) throw refuse('A level-3 grid has no grids below it.')
  const drawn: MultiPolygon =
    operation.geometry.type === 'MultiPolygon'
      ? operation.geometry
      : { type: 'MultiPolygon', coordinates: [operation.geometry.coordinates] }
  const { geometry, below, households } = await takeOut(draft, { parentUid, drawn }, cut)
  const grid: PlanGrid = {
    uid: draft.newUid(),
    gridId: null,
    code: operation.code ?? nextCode(draft, parentUid),
    name,
    level,
    parentUid,
    leaderName,
    households: operation.households ?? households,
    attributes: {},
    geometry,
    origins: [],
  }
  const about = draft.before()
  draft.put(grid)
  for (const child of below) draft.put({ ...draft.get(child.uid), parentUid: grid.uid })
  refuseDoubles(draft)
  return { about, made: [grid] }
}

/** Its area goes to the neighbour with the longest border in common, one of the same parent before all others. */
async function remove(draft: Draft, { uid }: Of<'remove'>, overlay: Overlay): Promise<Said> {
  const grid = draft.get(uid)
  if (draft.childrenOf(uid).length > 0)
    throw refuse(
      `${grid.code} ${grid.name} has grids below it: merge it with a neighbour, or move them first.`,
    )
  draft.drop(uid)
  const siblings = draft.childrenOf(grid.parentUid)
  // The last one of its parent: the parent itself holds the area.
  if (siblings.length === 0) return { about: [grid] }
  const level = draft.all().filter((one) => one.level === grid.level)
  const borders = sharedBorders([...level, grid]).get(uid) ?? new Map<number, number>()
  const longest = [...borders]
    .map(([other, meters]) => ({ heir: draft.get(other), meters }))
    .filter(({ heir }) => draft.childrenOf(heir.uid).length === 0)
    .sort(
      (a, b) =>
        Number(b.heir.parentUid === grid.parentUid) - Number(a.heir.parentUid === grid.parentUid) ||
        b.meters - a.meters,
    )[0]
  // An island: its land stays a gap, which the check shows.
  if (!longest) return { about: [grid] }
  const { heir } = longest
  draft.put({
    ...heir,
    geometry: await joined([heir.geometry, grid.geometry], overlay),
    households: heir.households + grid.households,
    origins: grid.gridId === null ? heir.origins : [...heir.origins, grid.gridId],
  })
  if (heir.parentUid !== grid.parentUid)
    await handOver(draft, { geometry: grid.geometry, from: grid.parentUid, to: heir.parentUid }, overlay)
  return { about: [grid, heir], to: heir.code }
}

function recode(draft: Draft, { codes }: Of<'recode'>): Said {
  const about = codes.map(({ uid }) => draft.get(uid))
  for (const { uid, code } of codes) draft.put({ ...draft.get(uid), code })
  refuseDoubles(draft)
  return { about }
}

/** A proposal (repair, balance) comes in: uids of the plan change, others are new, and may name each other as parents. */
function replace(draft: Draft, { removed, added, reason }: Of<'replace'>): Said {
  const known = new Set(draft.all().map((grid) => grid.uid))
  const about = [
    ...new Set([...removed, ...added.map((one) => one.uid).filter((uid) => known.has(uid))]),
  ].map(draft.get)
  for (const uid of removed) draft.drop(uid)
  const uidOf = new Map(added.map((one) => [one.uid, known.has(one.uid) ? one.uid : draft.newUid()]))
  for (const one of added) {
    const old = known.has(one.uid) ? about.find((grid) => grid.uid === one.uid) : undefined
    draft.put({
      ...one,
      uid: uidOf.get(one.uid) ?? one.uid,
      gridId: old?.gridId ?? null,
      parentUid: one.parentUid === null ? null : (uidOf.get(one.parentUid) ?? one.parentUid),
    })
  }
  for (const grid of draft.after()) {
    const parent = grid.parentUid === null ? undefined : draft.find(grid.parentUid)
    if ((parent?.level ?? 0) !== grid.level - 1 && grid.level > 1)
      throw refuse(`${grid.code} of level ${grid.level} would have no parent of level ${grid.level - 1}.`)
  }
  refuseDoubles(draft)
  return { about, made: draft.after().filter((grid) => !known.has(grid.uid)), ...(reason && { reason }) }
}

function refuseDoubles(draft: Draft) {
  const changed = new Set(draft.after().map((grid) => grid.uid))
  const holders = new Map<string, PlanGrid>()
  for (const grid of draft.all()) {
    const other = holders.get(grid.code)
    if (other && (changed.has(grid.uid) || changed.has(other.uid)))
      throw refuse(`The code ${grid.code} is taken by ${(changed.has(grid.uid) ? other : grid).name}.`)
    holders.set(grid.code, grid)
  }
}

/** Leaves out what was put down as it was taken up. */
function unchangedOut(before: PlanGrid[], after: PlanGrid[]): [PlanGrid[], PlanGrid[]] {
  const text = new Map(before.map((grid) => [grid.uid, JSON.stringify(grid)]))
  const equal = new Set(
    after.filter((grid) => text.get(grid.uid) === JSON.stringify(grid)).map((grid) => grid.uid),
  )
  const changed = (grid: PlanGrid) => !equal.has(grid.uid)
  return [before.filter(changed), after.filter(changed)]
}
