import type { IncidentColumns } from '../../api/contract/columns.ts'
import type { Range } from './range.ts'

/** Rows of the columns reported inside the range whose class is among the wanted; null wants every class. */
export function rowsIn(
  columns: IncidentColumns,
  range: Range,
  wanted: ReadonlySet<string> | null,
): Uint32Array {
  const wantedIndex = columns.classes.map((code) => wanted === null || wanted.has(code))
  const from = range.from / 1000
  const to = range.to / 1000
  const rows = new Uint32Array(columns.length)
  let found = 0
  for (let i = 0; i < columns.length; i++) {
    const at = columns.reportedAt[i] ?? 0
    if (at >= from && at < to && wantedIndex[columns.classIndex[i] ?? 0]) rows[found++] = i
  }
  return rows.subarray(0, found)
}

/** Positions of those rows in degrees, as the heat layer draws them. */
export function positionsOf(columns: IncidentColumns, rows: Uint32Array): [number, number][] {
  return Array.from(rows, (row) => [
    (columns.positions[2 * row] ?? 0) / 1e7,
    (columns.positions[2 * row + 1] ?? 0) / 1e7,
  ])
}

/** The columns with one case more, so that a new case is on the heat map before the next reload. */
export function withCase(
  columns: IncidentColumns,
  added: { lng: number; lat: number; reportedAt: string; gridId: number; classCode: string; state: number },
): IncidentColumns {
  const n = columns.length
  const classes = columns.classes.includes(added.classCode)
    ? columns.classes
    : [...columns.classes, added.classCode]
  const grow = <T extends Int32Array | Uint32Array | Uint16Array | Uint8Array>(
    column: T,
    tail: number[],
  ): T => {
    const longer = new (column.constructor as new (length: number) => T)(column.length + tail.length)
    longer.set(column)
    longer.set(tail, column.length)
    return longer
  }
  return {
    length: n + 1,
    positions: grow(columns.positions, [Math.round(added.lng * 1e7), Math.round(added.lat * 1e7)]),
    reportedAt: grow(columns.reportedAt, [Math.floor(Date.parse(added.reportedAt) / 1000)]),
    gridId: grow(columns.gridId, [added.gridId]),
    classIndex: grow(columns.classIndex, [classes.indexOf(added.classCode)]),
    stateIndex: grow(columns.stateIndex, [added.state]),
    classes,
  }
}
