import { insertPastIncidents, type PastIncident } from '../../api/incidents/history.ts'
import type { TestTown } from './town.ts'

// A town with something to tell: more cases since October, a lamp that fails again and again, a squad that gives back.

const dayMs = 86_400_000
const hourMs = 3_600_000

interface Cell {
  id: number
  lng: number
  lat: number
}
/** Always the same numbers below 1. */
function dice(): () => number {
  let state = 5
  return () => {
    state = (state * 48271) % 2147483647
    return state / 2147483647
  }
}

/** A case with the steps it went through; `returned`, `reworked`: with a way back. */
function caseOf(
  key: number,
  at: number,
  { cell, random, more }: { cell: Cell; random: () => number; more: Partial<PastIncident> },
): PastIncident {
  const [returned, reworked] = [key % 17 === 0, key % 13 === 0]
  let when = at
  const events: PastIncident['events'][number][] = []
  const step = (event: string, hours: number) => {
    when += Math.round(hours * hourMs)
    const sent = event === 'dispatched' ? { data: { unitId: 1 } } : {}
    events.push({
      event: `incident:${event}`,
      at: new Date(when),
      actorName: '坐席',
      actorRole: 'dispatcher',
      ...sent,
    })
  }
  step('reported', 0)
  step('filed', 0.1 + random() * 0.3)
  step('dispatched', 0.2 + random())
  if (returned) {
    step('returned', 4 + random() * 6)
    step('dispatched', 0.5)
  }
  step('accepted', 0.1 + random())
  step('handled', 1 + random() * 8)
  if (reworked) {
    step('reworked', 3)
    step('accepted', 1)
    step('handled', 5)
  }
  step('checked', 1 + random() * 3)
  step('closed', 0.5)
  return {
    sourceKey: `study-${key}`,
    classCode: key % 3 === 0 ? '02' : '01',
    source: 'hotline',
    title: `占道经营第 ${key} 处`,
    lng: cell.lng + (random() - 0.5) * 0.004,
    lat: cell.lat + (random() - 0.5) * 0.004,
    gridId: cell.id,
    state: 'closed',
    reportedAt: new Date(at),
    filedAt: events[1]?.at ?? null,
    dueAt: new Date(at + dayMs),
    handledAt: new Date(when),
    closedAt: new Date(when),
    unitCode: 'U1',
    events,
    ...more,
  }
}

/** About five cases a day before `today`, eight on Saturdays, half as many again since October 2026; a lamp that fails every other day. */
export async function fillStudy(town: TestTown, today: number, days = 200): Promise<void> {
  const { db, facts } = town.running.services
  const cells = await db.query<Cell>(
    'select id, st_x(st_centroid(geom)) as lng, st_y(st_centroid(geom)) as lat from grids where level = 3 order by id',
  )
  const random = dice()
  const cases: PastIncident[] = []
  const add = (at: number, cell: Cell | undefined, more: Partial<PastIncident> = {}) => {
    if (cell) cases.push(caseOf(cases.length, at, { cell, random, more }))
  }
  for (let day = days; day > 0; day -= 1) {
    const begin = today - day * dayMs
    const saturday = new Date(begin + 8 * hourMs).getUTCDay() === 6
    const since = begin >= Date.parse('2026-10-01T00:00:00+08:00') ? 1.6 : 1
    const many = Math.round((saturday ? 8 : 5) * since + random() * 3 - 1.5)
    for (let i = 0; i < many; i += 1)
      add(
        begin + (7 + random() * 11) * hourMs,
        cells[Math.floor(random() * (i % 3 === 0 ? 6 : cells.length))],
      )
  }
  const lamp = cells[5]
  for (let i = 0; lamp && i < 7; i += 1)
    add(today - (1 + 2 * i) * dayMs + 9 * hourMs, lamp, {
      classCode: '02',
      title: '路灯不亮',
      address: '人民路三号',
      lng: lamp.lng + 0.0021,
      lat: lamp.lat + 0.0021,
    })
  await db.transaction((tx) => insertPastIncidents(tx, cases))
  await db.query(
    `insert into incident_reporters (town_id, incident_id, code_hash, phone)
     select town_id, id, md5(id::text), '1390000' || lpad((id % 40)::text, 4, '0') from incidents where id % 5 = 0`,
  )
  await db.query('update incidents set recurrence = 2 where id % 11 = 0')
  await facts.follow()
}
