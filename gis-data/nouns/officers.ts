import { listOfficers, listUnits, type OfficerRow, upsertOfficers } from '../../api/units/queries.ts'
import type { Row, Source } from '../formats/source.ts'
import { type Context, firstOf, type Plan, readLocator, settle } from '../plan.ts'
import { changedKeys, listGridCodes } from '../queries.ts'
import { type Entry, refuse } from '../report.ts'
import { type Columns, needColumns, recogniseColumns, textFault, textOf } from '../values/columns.ts'

const kinds: Record<string, OfficerRow['kind']> = {
  officer: 'officer',
  队员: 'officer',
  执法队员: 'officer',
  member: 'member',
  网格员: 'member',
}

/** Officers and grid members by code; or, with --from-track, one officer per number in a track file. */
export async function planOfficers(source: Source, context: Context): Promise<Plan> {
  await readLocator(context)
  return context.options.fromTrack ? planFromTrack(source, context) : planRoster(source, context)
}

async function planRoster(source: Source, context: Context): Promise<Plan> {
  const { options, db } = context
  const columns = recogniseColumns(
    source.columns,
    ['code', 'name', 'phone', 'kind', 'unit', 'dutyGrid'],
    options.map,
  )
  needColumns(columns, source.columns, ['code', 'name'])
  const units = new Map(
    (await listUnits(db)).flatMap(({ code, name }) => [
      [name, code],
      [code, code],
    ]),
  )
  const grids = new Set((await listGridCodes(db)).map((grid) => grid.code))

  const refused: Entry[] = []
  const officers = new Map<number, OfficerRow>()
  const first = firstOf()
  for await (const row of source.rows(context.progress)) {
    const read = readOfficer(row, columns, { units, grids, kind: options.kind })
    const before = 'fault' in read ? undefined : first(read.code, row.row)
    if ('fault' in read) refused.push(refuse(row.row, textOf(row, columns, 'code'), read.fault))
    else if (before !== undefined)
      refused.push(refuse(row.row, read.code, `the code is in row ${before} already`))
    else officers.set(row.row, read)
  }
  return planOf(officers, refused)
}

/** Those who are there already keep their name and their duty. */
async function planFromTrack(source: Source, context: Context): Promise<Plan> {
  const { options, db } = context
  const columns = recogniseColumns(source.columns, ['officer'], options.map)
  needColumns(columns, source.columns, ['officer'])
  const there = new Set((await listOfficers(db)).map((officer) => officer.code))
  const refused: Entry[] = []
  const fresh = new Map<number, OfficerRow>()
  const sound: Entry[] = []
  const seen = new Set<string>()
  for await (const row of source.rows(context.progress)) {
    const code = textOf(row, columns, 'officer')
    if (seen.has(code)) continue
    seen.add(code)
    const fault = row.defect ?? textFault('the officer', code, 64)
    if (fault) refused.push(refuse(row.row, code, fault))
    else {
      sound.push({ row: row.row, key: code, outcome: 'held', reason: '' })
      if (!there.has(code))
        fresh.set(row.row, {
          code,
          name: `${options.kind === 'officer' ? '队员' : '网格员'} ${code}`,
          kind: options.kind,
        })
    }
  }
  return {
    ...planOf(fresh, refused),
    sound,
    write: async (tx) => {
      await upsertOfficers(tx, [...fresh.values()])
      return settle(sound, new Set([...fresh.values()].map((one) => one.code)))
    },
  }
}

function planOf(officers: Map<number, OfficerRow>, refused: Entry[]): Plan {
  const sound: Entry[] = [...officers].map(([row, { code }]) => ({
    row,
    key: code,
    outcome: 'held',
    reason: '',
  }))
  return {
    refused,
    sound,
    notes: [],
    async write(tx) {
      await upsertOfficers(tx, [...officers.values()])
      return settle(sound, await changedKeys(tx, 'officers'))
    },
  }
}

interface Known {
  /** Code by code and by name. */
  units: Map<string | undefined, string | undefined>
  grids: Set<string>
  kind: OfficerRow['kind']
}
function readOfficer(row: Row, columns: Columns, known: Known): OfficerRow | { fault: string } {
  if (row.defect) return { fault: row.defect }
  const code = textOf(row, columns, 'code')
  const name = textOf(row, columns, 'name')
  const phone = textOf(row, columns, 'phone')
  const unit = textOf(row, columns, 'unit')
  const dutyGrid = textOf(row, columns, 'dutyGrid')
  const kindText = textOf(row, columns, 'kind')
  const fault = textFault('the code', code, 64) ?? textFault('the name', name, 60)
  if (fault) return { fault }
  if (phone && !/^[+\d][\d\s-]{4,24}$/.test(phone))
    return { fault: `${phone.slice(0, 40)} is no telephone number` }
  const kind = kindText ? kinds[kindText] : known.kind
  if (!kind) return { fault: `${kindText.slice(0, 40)} is neither officer nor member` }
  const unitCode = unit ? known.units.get(unit) : null
  if (unitCode === undefined) return { fault: `there is no unit ${unit.slice(0, 60)}` }
  if (dutyGrid && !known.grids.has(dutyGrid)) return { fault: `there is no grid ${dutyGrid.slice(0, 60)}` }
  return { code, name, phone: phone || null, kind, unitCode, dutyGridCode: dutyGrid || null }
}
