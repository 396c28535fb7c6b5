import type { Feature, FeatureCollection, Position } from 'geojson'
import type { SourceSpecification } from 'maplibre-gl'
import type { PlanProblem } from '../../api/contract/plan-check.ts'
import type { Difference } from './difference.ts'
import { type Features, insideOf, type Level, onLevel, type PlanFeature } from './feature.ts'
import { type Reshaping, shapeOf, sharing } from './reshape.ts'

// Plain data in, what the map draws out. The plan itself stays where it is while somebody works: what is under the hand
// has sources of its own, so that a drag draws a few shapes and not fifteen hundred.

export const levels: readonly Level[] = [1, 2, 3]
export const planSource = (level: Level) => `plan-${level}`
export const planFill = (level: Level) => `plan-fill-${level}`
export const nothing: FeatureCollection = { type: 'FeatureCollection', features: [] }

const small = [
  'plan-today',
  'plan-names',
  'plan-chosen',
  'plan-problems',
  'plan-problem',
  'plan-before',
  'plan-after',
  'plan-edit',
  'plan-vertices',
  'plan-pieces',
  'plan-way',
] as const
export type SmallSource = (typeof small)[number]

export const planSources: Record<string, SourceSpecification> = {
  ...Object.fromEntries(
    levels.map((level) => [planSource(level), { type: 'geojson', data: nothing, tolerance: 0.2 }]),
  ),
  ...Object.fromEntries(small.map((id) => [id, { type: 'geojson', data: nothing, tolerance: 0.1 }])),
}

export const collection = (features: readonly Feature[]): FeatureCollection => ({
  type: 'FeatureCollection',
  features: [...features],
})

/** Names of a level and of those above it; only the level that is worked on tells its codes. */
export const namesOf = (features: Features, level: Level): FeatureCollection =>
  collection(
    [...features.values()]
      .filter(({ properties }) => properties.level <= level)
      .map(({ id, geometry, properties }) => ({
        type: 'Feature',
        id,
        geometry: { type: 'Point', coordinates: insideOf(geometry) },
        properties: {
          name: properties.name,
          more: properties.level === level ? properties.code : '',
          level: properties.level,
          rank: -(properties.areaKm2 ?? 0),
        },
      })),
  )

/** Where today's borders run differently: the grids that a draft has reshaped or taken away, as they are now. */
export function todayOf(
  base: Features,
  level: Level,
  { changed, gone }: Difference,
  plan: Features,
): FeatureCollection {
  const reshaped = new Set(
    [...changed].flatMap(([uid, what]) =>
      what.includes('reshaped') ? [plan.get(uid)?.properties.gridId] : [],
    ),
  )
  const shown = new Set(gone.map((one) => one.id))
  return collection(
    onLevel(base, level).filter((one) => shown.has(one.id) || reshaped.has(one.properties.gridId)),
  )
}

/** Shapes of what was found, and a dot at each spot: a gap of a metre is seen from afar. */
export const spotsOf = (problems: readonly PlanProblem[]): FeatureCollection =>
  collection(
    problems.flatMap((problem): Feature[] => {
      const properties = { id: problem.id, severity: problem.severity }
      const spot: Feature = {
        type: 'Feature',
        geometry: { type: 'Point', coordinates: problem.at },
        properties,
      }
      return problem.shape ? [{ type: 'Feature', geometry: problem.shape, properties }, spot] : [spot]
    }),
  )

/** The grids under the hand; `own` is the one that was taken, the others go along. */
export const editedShapes = ({ shapes }: Reshaping, uid: number): FeatureCollection =>
  collection(
    [...shapes].map(([id, geometry]) => ({ type: 'Feature', id, geometry, properties: { own: id === uid } })),
  )

/** Every vertex of a grid, told apart by whether others have it too. */
export function vertexPoints(work: Reshaping, uid: number, held: Position | null): FeatureCollection {
  const parents = new Set<number>()
  for (
    let up = work.features.get(uid)?.properties.parentUid;
    up;
    up = work.features.get(up)?.properties.parentUid
  )
    parents.add(up)
  const heldKey = held?.join(',')
  const places =
    shapeOf(work, uid)?.coordinates.flatMap((part) => part.flatMap((ring) => ring.slice(1))) ?? []
  return collection(
    places.map((place) => ({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: place },
      properties: {
        place: place.join(','),
        held: place.join(',') === heldKey,
        shared: sharing(work, place).some((other) => other !== uid && !parents.has(other)),
      },
    })),
  )
}

/** What a proposal moves: the changed grids as they are and as they would be. */
export function comparison(
  features: Features,
  { changed, removed }: { changed: readonly PlanFeature[]; removed: readonly number[] },
): { before: FeatureCollection; after: FeatureCollection } {
  const before = [...changed.map((one) => one.id), ...removed].flatMap((uid) => features.get(uid) ?? [])
  return { before: collection(before), after: collection(changed) }
}
