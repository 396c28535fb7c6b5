import { setImmediate as breathe } from 'node:timers/promises'
import type { Position } from 'geojson'
import type { BalanceWish, DivisionMeasures } from '../contract/plan-balance.ts'
import type { Db } from '../db/connect.ts'
import { Refusal } from '../errors.ts'
import { type Atom, cutAtoms } from './atoms.ts'
import { measure, nextCode, openDraft, refuse, shareVertices } from './draft.ts'
import { divideGraph, type Wishes } from './partition.ts'
import { dissolve, type PlanGrid } from './topology.ts'

export type Weight = 'households' | 'cases' | 'area'
export interface BalanceRequest {
  /** Grids of one level and one parent to be divided anew; or one grid without children, to be divided into some. */
  uids: readonly number[]
  /** How many parts; or as many as keep below the most households. */
  parts?: number
  mostHouseholds: number
  by: Weight
  /** Rivers and other lines that make good borders, beside the roads that are known. */
  along: readonly Position[][]
}
export interface BalanceProposal {
  wish: BalanceWish
  measures: DivisionMeasures
  /** As the `replace` edit takes them. */
  removed: number[]
  added: PlanGrid[]
}
export interface Balance {
  today: DivisionMeasures
  proposals: BalanceProposal[]
}

const wishes: Record<BalanceWish, Wishes> = {
  even: { even: 8, borders: 0.5, round: 0.6 },
  'along-roads': { even: 2, borders: 4, round: 0.2 },
  compact: { even: 3, borders: 0.4, round: 2.5 },
}
/** More would be no proposal any more but a new town. */
const most = { parts: 60, grids: 60 }

/**
 * Proposes three contiguous divisions of the same land, measured beside today's: the evenest, the one that keeps to roads,
 * rivers and today's borders, and the most compact. Nothing is written. Throws 422 with a sentence where it cannot be done.
 */
export async function proposeBalance(
  db: Db,
  grids: readonly PlanGrid[],
  request: BalanceRequest,
  { progress = () => {}, signal }: { progress?: (share: number) => void; signal?: AbortSignal } = {},
): Promise<Balance> {
  const chosen = chosenOf(grids, request.uids)
  const dividing = chosen.length === 1
  const households = chosen.reduce((sum, grid) => sum + grid.households, 0)
  const parts = request.parts ?? Math.max(1, Math.ceil(households / request.mostHouseholds))
  if (parts < (dividing ? 2 : 1) || parts > most.parts)
    throw refuse(
      `This would be ${parts} grids; between ${dividing ? 2 : 1} and ${most.parts} can be proposed.`,
    )
  const atoms = await cutAtoms(db, chosen, { parts, along: request.along })
  progress(0.2)
  if (atoms.length < parts) throw refuse('The land is too small to be divided into so many.')
  const today = measureDivision(
    atoms,
    atoms.map((atom) => request.uids.indexOf(atom.owner)),
    {
      request,
      grids: chosen,
    },
  )
  const proposals: BalanceProposal[] = []
  for (const wish of Object.keys(wishes) as BalanceWish[]) {
    const steps = divideGraph(pieces(atoms, request.by), parts, wishes[wish])
    let step = steps.next()
    for (; !step.done; step = steps.next()) {
      await breathe()
      signal?.throwIfAborted()
      progress(0.2 + (0.8 * (proposals.length + step.value)) / 3)
    }
    proposals.push(proposalOf(wish, step.value, { grids, chosen, atoms, request }))
  }
  progress(1)
  return { today, proposals }
}

function chosenOf(grids: readonly PlanGrid[], uids: readonly number[]): PlanGrid[] {
  const byUid = new Map(grids.map((grid) => [grid.uid, grid]))
  const chosen = [...new Set(uids)].map((uid) => {
    const grid = byUid.get(uid)
    if (!grid) throw new Refusal(422, 'no-grid', `There is no grid ${uid} in this plan any more.`)
    return grid
  })
  const [first] = chosen
  if (!first) throw refuse('Choose the grids that are to be balanced.')
  if (chosen.length > most.grids) throw refuse(`At most ${most.grids} grids are balanced at once.`)
  const parents = new Set(grids.map((grid) => grid.parentUid))
  if (chosen.some((grid) => grid.level !== first.level || grid.parentUid !== first.parentUid))
    throw refuse('Only grids of one level and one parent are balanced with each other.')
  if (chosen.length === 1 && first.level === 3)
    throw refuse(
      'One grid of the lowest level is split by a line; choose its neighbours as well, or the grid above.',
    )
  if (chosen.some((grid) => parents.has(grid.uid)))
    throw refuse('These grids are divided further: balance the grids in them, or choose one that has none.')
  return chosen
}

const weightOf = (atom: Atom, by: Weight) =>
  by === 'households' ? atom.households : by === 'cases' ? atom.cases : atom.areaM2

function pieces(atoms: readonly Atom[], by: Weight) {
  const total = atoms.reduce((sum, atom) => sum + weightOf(atom, by), 0)
  const area = atoms.reduce((sum, atom) => sum + atom.areaM2, 0)
  return atoms.map((atom) => ({
    // A little by area, so that empty land is shared out as well; all of it where nothing was counted.
    weight: total > 0 ? weightOf(atom, by) / total + (0.05 * atom.areaM2) / area : atom.areaM2 / area,
    areaM2: atom.areaM2,
    x: atom.x,
    y: atom.y,
    beside: new Map([...atom.beside].map(([other, { cost }]) => [other, cost])),
  }))
}

interface Parts {
  grids: readonly PlanGrid[]
  chosen: readonly PlanGrid[]
  atoms: readonly Atom[]
  request: BalanceRequest
}

/** The grids of a proposal: each part goes on under the grid that most of its households have today. */
function proposalOf(
  wish: BalanceWish,
  of: readonly number[],
  { grids, chosen, atoms, request }: Parts,
): BalanceProposal {
  const [first] = chosen
  if (!first) throw refuse('Choose the grids that are to be balanced.')
  const divided = chosen.length === 1 ? first : null
  const draft = openDraft(grids, Math.max(...grids.map((grid) => grid.uid)) + 1)
  const parts = [...new Set(of)].sort((a, b) => a - b)
  const heirs = divided ? new Map<number, PlanGrid>() : heirsOf(parts, of, { atoms, chosen })
  const kept = new Set([...heirs.values()].map((grid) => grid.uid))
  const removed = divided ? [] : chosen.map((grid) => grid.uid).filter((uid) => !kept.has(uid))
  for (const uid of removed) draft.drop(uid)
  const uidOf = new Map<number, number>()
  for (const part of parts) {
    const own = atoms.filter((_, i) => of[i] === part)
    const geometry = dissolve(own.map((atom) => atom.geometry))
    const households = Math.round(own.reduce((sum, atom) => sum + atom.households, 0))
    const origins = [...new Set(own.map((atom) => atom.owner))].flatMap(
      (uid) => chosen.find((grid) => grid.uid === uid)?.gridId ?? [],
    )
    const heir = heirs.get(part)
    const uid = heir?.uid ?? draft.newUid()
    uidOf.set(part, uid)
    const parentUid = divided ? divided.uid : first.parentUid
    const code = heir?.code ?? nextCode(draft, parentUid)
    const parentName = parentUid === null ? '' : draft.get(parentUid).name
    draft.put({
      uid,
      gridId: heir?.gridId ?? null,
      code,
      name: heir?.name ?? `${parentName}第${part + 1}网格`,
      level: divided ? ((divided.level + 1) as 2 | 3) : first.level,
      parentUid,
      leaderName: heir?.leaderName ?? null,
      households,
      attributes: heir?.attributes ?? {},
      geometry,
      origins: heir ? (heir.origins ?? []) : origins,
    })
  }
  shareVertices(draft)
  const added = draft.after()
  const measures = measureDivision(atoms, of, {
    request,
    grids: parts.map((part) => draft.get(uidOf.get(part) ?? 0)),
    parts,
    heirs,
  })
  return { wish, measures, removed, added }
}

/** Greedy by households (then area) in common: the strongest tie first. */
function heirsOf(
  parts: readonly number[],
  of: readonly number[],
  { atoms, chosen }: Pick<Parts, 'atoms' | 'chosen'>,
): Map<number, PlanGrid> {
  const ties = parts.flatMap((part) =>
    chosen.map((grid) => {
      const common = atoms.filter((atom, i) => of[i] === part && atom.owner === grid.uid)
      const weight = common.reduce((sum, atom) => sum + atom.households + atom.areaM2 / 1e9, 0)
      return { part, grid, weight }
    }),
  )
  const heirs = new Map<number, PlanGrid>()
  const taken = new Set<number>()
  for (const { part, grid, weight } of ties.sort((a, b) => b.weight - a.weight || a.part - b.part)) {
    if (weight <= 0 || heirs.has(part) || taken.has(grid.uid)) continue
    heirs.set(part, grid)
    taken.add(grid.uid)
  }
  return heirs
}

interface Measuring {
  request: BalanceRequest
  grids: readonly PlanGrid[]
  parts?: readonly number[]
  heirs?: ReadonlyMap<number, PlanGrid>
}
function measureDivision(
  atoms: readonly Atom[],
  of: readonly number[],
  { request, grids, parts = grids.map((_, i) => i), heirs }: Measuring,
): DivisionMeasures {
  const total = atoms.reduce((sum, atom) => sum + weightOf(atom, request.by), 0) || 1
  let [inner, along, moved] = [0, 0, 0]
  for (const [i, atom] of atoms.entries()) {
    const heir = heirs?.get(of[i] ?? -1)
    if (heirs && heirs.size > 0 && heir?.uid !== atom.owner) moved += atom.households
    for (const [other, { meters, good }] of atom.beside) {
      if (other <= i || of[other] === of[i]) continue
      inner += meters
      along += good
    }
  }
  const measured = parts.map((part, place) => {
    const own = atoms.filter((_, i) => of[i] === part)
    const area = own.reduce((sum, atom) => sum + atom.areaM2, 0)
    const [x, y] = [meanOf(own, (atom) => atom.x), meanOf(own, (atom) => atom.y)]
    const grid = grids[place]
    const { outline } = measure(grid?.geometry ?? dissolve(own.map((atom) => atom.geometry)))
    return {
      uid: grid?.uid ?? 0,
      code: grid?.code ?? '',
      name: grid?.name ?? '',
      households: Math.round(own.reduce((sum, atom) => sum + atom.households, 0)),
      cases: own.reduce((sum, atom) => sum + atom.cases, 0),
      areaKm2: area / 1e6,
      walkMinutes: (meanOf(own, (atom) => Math.hypot(atom.x - x, atom.y - y)) * (4 / 3)) / 1.2 / 60,
      compactness: outline > 0 ? (4 * Math.PI * area) / outline ** 2 : 0,
      share: own.reduce((sum, atom) => sum + weightOf(atom, request.by), 0) / total,
    }
  })
  return {
    parts: measured.map(({ share: _, ...part }) => part),
    unevenness: Math.max(...measured.map((part) => part.share)) * measured.length - 1,
    alongShare: inner > 0 ? along / inner : 1,
    mostHouseholds: Math.max(...measured.map((part) => part.households)),
    meanWalkMinutes: measured.reduce((sum, part) => sum + part.walkMinutes, 0) / measured.length,
    movedHouseholds: Math.round(moved),
  }
}

/** Weighted by where people are, and a little by area, so that empty land has a middle too. */
function meanOf(atoms: readonly Atom[], value: (atom: Atom) => number): number {
  let [sum, weight] = [0, 0]
  for (const atom of atoms) {
    const own = atom.households + atom.areaM2 / 1e6
    sum += own * value(atom)
    weight += own
  }
  return weight > 0 ? sum / weight : 0
}
