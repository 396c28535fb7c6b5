import { type IncidentColumns, encodeColumns } from '../contract/columns.ts'
import { states } from '../contract/lifecycle.ts'
import type { ColumnRow } from './queries.ts'

/** Rows to typed columns (contract/columns): 16 bytes a case. */
export function packColumns(rows: readonly ColumnRow[]): Uint8Array<ArrayBuffer> {
  const classes = [...new Set(rows.map((row) => row.classCode))].sort()
  const classIndex = new Map(classes.map((code, i) => [code, i]))
  const stateIndex = new Map(states.map((state, i) => [state, i]))
  const columns: IncidentColumns = {
    length: rows.length,
    positions: new Int32Array(rows.length * 2),
    reportedAt: new Uint32Array(rows.length),
    gridId: new Uint16Array(rows.length),
    classIndex: new Uint8Array(rows.length),
    stateIndex: new Uint8Array(rows.length),
    classes,
  }
  rows.forEach((row, i) => {
    columns.positions[2 * i] = row.x
    columns.positions[2 * i + 1] = row.y
    columns.reportedAt[i] = row.at
    columns.gridId[i] = row.gridId
    columns.classIndex[i] = classIndex.get(row.classCode) ?? 0
    columns.stateIndex[i] = stateIndex.get(row.state) ?? 0
  })
  return encodeColumns(columns)
}
