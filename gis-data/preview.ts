import { writeFile } from 'node:fs/promises'
import type { Position } from 'geojson'
import type { ImportPreview } from '../api/contract/imports.ts'
import { cellsInOrder } from './look.ts'
import type { Reading } from './plan.ts'

// What a browser draws and scrolls without effort.
const soundRows = 60
const doubtfulRows = 400
const most = { features: 6000, positions: 300_000 }

/** Gathers what a person looks at before anything is written: rows with their findings, and where they would lie. */
export function createPreview(columns: readonly string[]) {
  const rows: ImportPreview['rows'] = []
  const features: ImportPreview['features']['features'] = []
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity]
  let [total, sound, positions] = [0, 0, 0]
  // A file of a million points is shown by every so-many-th: the step doubles whenever the room is full.
  let step = 1
  let placed = 0

  function place(row: number, { key, geometry, findings }: Reading<unknown>) {
    if (!geometry || !('coordinates' in geometry)) return
    placed += 1
    const size = grow(box, geometry.coordinates)
    const doubtful = findings.length > 0
    if (!doubtful && placed % step !== 0) return
    if (positions + size > most.positions) return
    positions += size
    const kinds = findings.map(({ kind }) => kind).join(' ')
    features.push({ type: 'Feature', properties: { row, key, kinds }, geometry })
    if (features.length < most.features) return
    step *= 2
    const kept = features.filter(({ properties }, i) => properties.kinds !== '' || i % 2 === 0)
    features.splice(0, features.length, ...kept.slice(0, most.features - 1))
  }

  return {
    see(row: number, reading: Reading<unknown>) {
      total += 1
      place(row, reading)
      const { key, findings, fields } = reading
      if (findings.length === 0 ? sound >= soundRows : rows.length - sound >= doubtfulRows) return
      if (findings.length === 0) sound += 1
      rows.push({
        row,
        key,
        cells: fields ? cellsInOrder({ fields }, columns) : [],
        findings: findings.map(({ kind, field, reason, proposal }) => ({
          kind,
          field,
          reason,
          ...(proposal === undefined ? {} : { proposal }),
        })),
      })
    },
    bounds: () => (box[0] <= box[2] ? box : null),
    save: (file: string) =>
      writeFile(
        file,
        JSON.stringify({
          rows,
          columns: [...columns],
          total,
          features: { type: 'FeatureCollection', features },
          shown: features.length,
        } satisfies ImportPreview),
      ),
  }
}

/** Widens the box; answers how many positions there were. */
function grow(box: [number, number, number, number], coordinates: unknown): number {
  if (!Array.isArray(coordinates)) return 0
  if (typeof coordinates[0] !== 'number')
    return (coordinates as unknown[]).reduce<number>((sum, inner) => sum + grow(box, inner), 0)
  const [x = 0, y = 0] = coordinates as Position
  box[0] = Math.min(box[0], x)
  box[1] = Math.min(box[1], y)
  box[2] = Math.max(box[2], x)
  box[3] = Math.max(box[3], y)
  return 1
}
