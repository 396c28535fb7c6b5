import { encodeColumns, type IncidentColumns } from '../contract/columns.ts'
import { type State, states } from '../contract/lifecycle.ts'
import type { PackedRows } from './queries.ts'

/** The database's packed rows as typed columns (contract/columns). */
export function packColumns({
  length,
  cells,
  classCodes,
  states: stateNames,
}: PackedRows): Uint8Array<ArrayBuffer> {
  const codes = length > 0 ? classCodes.split('\u001f') : []
  const names = length > 0 ? stateNames.split('\u001f') : []
  const classes = [...new Set(codes)].sort()
  const classIndex = new Map(classes.map((code, i) => [code, i]))
  const stateIndex = new Map(states.map((state, i) => [state, i]))
  const columns: IncidentColumns = {
    length,
    positions: new Int32Array(length * 2),
    reportedAt: new Uint32Array(length),
    gridId: new Uint32Array(length),
    classIndex: Uint8Array.from(codes, (code) => classIndex.get(code) ?? 0),
    stateIndex: Uint8Array.from(names, (name) => stateIndex.get(name as State) ?? 0),
    classes,
  }
  const view = new DataView(cells.buffer, cells.byteOffset, cells.byteLength)
  for (let i = 0; i < length; i += 1) {
    columns.positions[2 * i] = view.getInt32(16 * i)
    columns.positions[2 * i + 1] = view.getInt32(16 * i + 4)
    columns.reportedAt[i] = view.getInt32(16 * i + 8)
    columns.gridId[i] = view.getInt32(16 * i + 12)
  }
  return encodeColumns(columns)
}
