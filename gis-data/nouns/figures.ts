import { basename } from 'node:path'
import { modules, type WallModule } from '../../api/contract/wall-rules.ts'
import { type FigureRow, upsertFigures } from '../../api/walls/queries.ts'
import type { Source } from '../formats/source.ts'
import type { Context, Reading, RowPlan } from '../plan.ts'
import { writeTracked } from '../queries.ts'
import { cellsOf } from '../values/cells.ts'
import { needColumns, recogniseColumns } from '../values/columns.ts'

const moduleNames: Record<WallModule, readonly string[]> = {
  party: ['党建引领', '党建'],
  approval: ['行政审批', '审批', '政务服务'],
  grid: ['网格管理', '网格'],
  enforcement: ['综合执法', '执法'],
  dispatch: ['指挥调度', '指挥'],
  economy: ['经济发展', '经济'],
}
const moduleOf = (text: string) =>
  modules.find((module) => module === text.toLowerCase() || moduleNames[module].includes(text))

/** A town's own numbers for its walls, by module, group, name and period: what comes again takes the new value. */
export async function planFigures(source: Source, { options, now }: Context): Promise<RowPlan<FigureRow>> {
  const columns = recogniseColumns(
    source.columns,
    ['group', 'name', 'module', 'period', 'value', 'words', 'measure', 'target'],
    options.map,
  )
  needColumns(columns, source.columns, ['group', 'name'])
  const from = options.sourceName || basename(options.file)
  return {
    kind: 'rows',
    source,
    notes: columns.has('module')
      ? []
      : ['The file names no module: its figures are for the module economy. Name a column: --map module=…'],
    unique: 'code',
    read(row): Reading<FigureRow> {
      const cells = cellsOf(row, columns)
      const need = (field: 'group' | 'name') => {
        const text = cells.text(field, 60)
        if (text === '') cells.find('empty', field, `the ${field} is empty`)
        return text
      }
      const [group, name] = [need('group'), need('name')]
      const said = cells.text('module', 40)
      const module = columns.has('module') ? moduleOf(said) : 'economy'
      if (!module)
        cells.find('unknown', 'module', `${said.slice(0, 40) || 'an empty cell'} is none of the six modules`)
      const period = cells.text('period', 40)
      const value = cells.number('value', -1e15, 1e15)
      const words = cells.text('words', 200)
      if (value === null && words === '') cells.find('empty', 'value', 'there is neither a value nor words')
      const key = JSON.stringify([module, group, name, period])
      const item: FigureRow = {
        key,
        module: module ?? 'economy',
        group,
        name,
        period,
        value,
        words,
        unit: cells.text('measure', 20),
        target: cells.number('target', -1e15, 1e15),
        source: from,
        asOf: now,
      }
      return { key, item, findings: cells.findings }
    },
    write: (tx, items) =>
      writeTracked(tx, 'figures', {
        keys: items.map(({ key }) => key),
        write: () =>
          upsertFigures(
            tx,
            items.map(({ item }) => item),
          ),
      }),
  }
}
