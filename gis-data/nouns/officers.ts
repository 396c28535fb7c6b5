import { listOfficers, listUnits, type OfficerRow, upsertOfficers } from '../../api/units/queries.ts'
import type { Source } from '../formats/source.ts'
import { type Context, type Reading, type RowPlan, readLocator } from '../plan.ts'
import { listGridCodes, writeTracked } from '../queries.ts'
import { type Cells, cellsOf } from '../values/cells.ts'
import { type Columns, needColumns, recogniseColumns } from '../values/columns.ts'

const kinds: Record<string, OfficerRow['kind']> = {
  officer: 'officer',
  队员: 'officer',
  执法队员: 'officer',
  member: 'member',
  网格员: 'member',
}

const transports: Record<string, NonNullable<OfficerRow['transport']>> = {
  walk: 'walk',
  步行: 'walk',
  drive: 'drive',
  驾车: 'drive',
}

const yes = new Set(['是', '有', '持证', '已持证', 'yes', 'y', 'true', '1', '√', '✓', '✔'])
const no = new Set(['', '否', '无', '没有', '未持证', 'no', 'n', 'false', '0', '×', '-', '/'])
const abilityLists = ['skills', 'powers', 'equipment'] as const
/** As the contract takes them: so many words of so many letters. */
const mostWords = 20
const mostLetters = 40

/** Officers and grid members by code; or, with --from-track, one officer per number in a track file. */
export async function planOfficers(source: Source, context: Context): Promise<RowPlan<OfficerRow | null>> {
  await readLocator(context)
  return context.options.fromTrack ? planFromTrack(source, context) : planRoster(source, context)
}

async function planRoster(source: Source, context: Context): Promise<RowPlan<OfficerRow | null>> {
  const { options, db } = context
  const columns = recogniseColumns(
    source.columns,
    ['code', 'name', 'phone', 'kind', 'unit', 'dutyGrid', 'transport', 'certified', ...abilityLists],
    options.map,
  )
  needColumns(columns, source.columns, ['code', 'name'])
  const units = new Map(
    (await listUnits(db)).flatMap(({ code, name }) => [
      [name, code],
      [code, code],
    ]),
  )
  const codes = await listGridCodes(db)
  const grids = new Set(codes.map((grid) => grid.code))
  const keep = await keeperOf(db, { columns, gridCodes: new Map(codes.map(({ id, code }) => [id, code])) })
  return {
    kind: 'rows',
    source,
    notes: [],
    unique: 'code',
    read(row): Reading<OfficerRow | null> {
      const cells = cellsOf(row, columns)
      const item = keep(readOfficer(cells, { units, grids, columns, kind: options.kind }))
      return { key: item.code, item, findings: cells.findings }
    },
    write: writeOfficers,
  }
}

/** What a file has no column for stays as it is: a list of telephones must not move anybody to another squad. */
async function keeperOf(
  db: Context['db'],
  { columns, gridCodes }: { columns: Columns; gridCodes: ReadonlyMap<number, string> },
): Promise<(row: OfficerRow) => OfficerRow> {
  const unitCodes = new Map((await listUnits(db)).map(({ id, code }) => [id, code]))
  const held = new Map((await listOfficers(db)).map((officer) => [officer.code, officer]))
  return (row) => {
    const known = held.get(row.code)
    if (!known) return row
    return {
      ...row,
      ...(columns.has('phone') ? {} : { phone: known.phone }),
      ...(columns.has('kind') ? {} : { kind: known.kind }),
      ...(columns.has('unit') ? {} : { unitCode: unitCodes.get(known.unitId ?? 0) ?? null }),
      ...(columns.has('dutyGrid') ? {} : { dutyGridCode: gridCodes.get(known.dutyGridId ?? 0) ?? null }),
    }
  }
}

/** Those who are there already keep their name and their duty; a track names each officer many times. */
async function planFromTrack(source: Source, context: Context): Promise<RowPlan<OfficerRow | null>> {
  const { options, db } = context
  const columns = recogniseColumns(source.columns, ['officer'], options.map)
  needColumns(columns, source.columns, ['officer'])
  const there = new Set((await listOfficers(db)).map((officer) => officer.code))
  const word = options.kind === 'officer' ? '队员' : '网格员'
  return {
    kind: 'rows',
    source: { ...source, rows: (progress) => firstRows(source.rows(progress), columns.get('officer') ?? '') },
    notes: [],
    unique: null,
    read(row): Reading<OfficerRow | null> {
      const cells = cellsOf(row, columns)
      const code = cells.code('officer', 64)
      const item = there.has(code) ? null : { code, name: `${word} ${code}`, kind: options.kind }
      return { key: code, item, findings: cells.findings }
    },
    write: writeOfficers,
  }
}

/** Only the first row of each value: a track of a million fixes has some hundred officers. */
async function* firstRows(rows: ReturnType<Source['rows']>, column: string) {
  const seen = new Set<unknown>()
  for await (const row of rows) {
    if (seen.has(row.fields[column]) && !row.defect) continue
    seen.add(row.fields[column])
    yield row
  }
}

function writeOfficers(tx: Context['db'], items: readonly { key: string; item: OfficerRow | null }[]) {
  const fresh = items.flatMap(({ item }) => item ?? [])
  return writeTracked(tx, 'officers', {
    keys: fresh.map((one) => one.code),
    write: () => upsertOfficers(tx, fresh),
  })
}

interface Known {
  /** Code by code and by name. */
  units: Map<string | undefined, string | undefined>
  grids: Set<string>
  columns: Columns
  kind: OfficerRow['kind']
}
function readOfficer(cells: Cells, known: Known): OfficerRow {
  const code = cells.code('code', 64)
  const name = cells.text('name', 60)
  if (name === '') cells.find('empty', 'name', 'the name is empty')
  const phone = cells.plain('phone')
  if (phone && !/^[+\d][\d\s-]{4,24}$/.test(phone))
    cells.find('number', 'phone', `${phone.slice(0, 40)} is no telephone number`)
  const kindText = cells.text('kind', 40)
  const kind = kindText ? kinds[kindText] : known.kind
  if (!kind) cells.find('unknown', 'kind', `${kindText.slice(0, 40)} is neither officer nor member`)
  const unit = cells.text('unit', 120)
  const unitCode = unit ? known.units.get(unit) : null
  if (unitCode === undefined) cells.find('unknown', 'unit', `there is no unit ${unit.slice(0, 60)}`)
  const transportText = cells.text('transport', 40)
  const transport = transportText ? transports[transportText] : undefined
  if (transportText && !transport)
    cells.find('unknown', 'transport', `${transportText.slice(0, 40)} is neither walk nor drive`)
  const dutyGrid = cells.plain('dutyGrid')
  if (dutyGrid && !known.grids.has(dutyGrid))
    cells.find('unknown', 'dutyGrid', `there is no grid ${dutyGrid.slice(0, 60)}`)
  return {
    code,
    name,
    phone: phone || null,
    kind: kind ?? known.kind,
    unitCode: unitCode ?? null,
    dutyGridCode: dutyGrid || null,
    ...(transport ? { transport } : {}),
    abilities: readAbilities(cells, known.columns),
  }
}

/** What the file says somebody can do; what it has no column for is left out, so that it stays as it is. */
function readAbilities(cells: Cells, columns: Columns): NonNullable<OfficerRow['abilities']> {
  const said: NonNullable<OfficerRow['abilities']> = {}
  if (columns.has('certified')) {
    const text = cells.text('certified', 40).toLowerCase()
    // A number of the certificate says as much as a tick.
    const numbered = /\d{4,}/.test(text)
    if (!yes.has(text) && !no.has(text) && !numbered)
      cells.find('unknown', 'certified', `${text.slice(0, 40)} says neither yes nor no`)
    said.certified = yes.has(text) || numbered
  }
  for (const field of abilityLists) {
    if (!columns.has(field)) continue
    const words = cells
      .text(field, 2000)
      .split(/[、;；,，|\n]/)
      .map((word) => word.trim())
    const list = [...new Set(words.filter(Boolean))]
    const long = list.find((word) => word.length > mostLetters)
    if (long) cells.find('too-long', field, `${long.slice(0, 40)}… is longer than ${mostLetters} letters`)
    if (list.length > mostWords)
      cells.find('too-long', field, `has ${list.length} words, more than ${mostWords}`)
    said[field] = list.filter((word) => word.length <= mostLetters).slice(0, mostWords)
  }
  return said
}
