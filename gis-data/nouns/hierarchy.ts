import { StartError } from '../../api/errors.ts'
import { inspect } from '../formats/inspect.ts'
import { openSource } from '../formats/source.ts'
import { cellsOf } from '../values/cells.ts'
import { needColumns, recogniseColumns } from '../values/columns.ts'

/** Who belongs to whom, from a table of its own. */
export interface Hierarchy {
  /** Empty: the table names none; undefined: the code is not in the table. */
  parentOf(level: number, code: string): string | undefined
}

/**
 * Reads a table of code, parent and (where codes repeat between levels) level.
 * Levels are 1, 2, 3, or names: the first one met is level 1, and so on.
 */
export async function readHierarchy(file: string): Promise<Hierarchy> {
  const source = await openSource(await inspect(file), {})
  const columns = recogniseColumns(source.columns, ['level', 'code', 'parent'], new Map())
  needColumns(columns, source.columns, ['code', 'parent'])
  const levels = new Map<string, number>()
  const parents = new Map<string, string>()
  for await (const row of source.rows()) {
    const cells = cellsOf(row, columns)
    const name = cells.plain('level')
    const level = columns.has('level') ? (levels.get(name) ?? levels.size + 1) : 0
    levels.set(name, /^[123]$/.test(name) ? Number(name) : level)
    parents.set(`${levels.get(name)} ${cells.plain('code')}`, cells.plain('parent'))
  }
  if (levels.size > 4) throw new StartError(`${file} has more than four levels.`)
  return { parentOf: (level, code) => parents.get(`${columns.has('level') ? level : 0} ${code}`) }
}
