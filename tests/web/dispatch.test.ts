import { describe, expect, it } from 'vitest'
import type { Incident } from '../../api/contract/incident.ts'
import { openStates, sources } from '../../api/contract/lifecycle.ts'
import { createQueue, noFilter, type QueueFilter, severities, sorts } from '../../web/incidents/queue.ts'
import { filterOf, searchOf, shippedViews, withView } from '../../web/incidents/queue-views.ts'

const now = Date.parse('2026-11-21T02:00:00Z')
const instant = (minutes: number) => new Date(now + minutes * 60_000).toISOString()
const rows = 100_000

/** Neighbours in id differ in everything, and nothing is random. */
function incidentAt(id: number, change: Partial<Incident> = {}): Incident {
  const due = ((id * 7919) % 5000) - 1000
  const clocked = id % 11 !== 0
  return {
    id,
    number: `20261121-${String(id).padStart(6, '0')}`,
    classCode: `${(id % 14) + 1}`,
    source: sources[id % sources.length] ?? 'hotline',
    title: id % 1000 === 5 ? `河道漂浮物 ${id}` : `占道经营 ${id}`,
    description: '',
    address: `澄霞路 ${id % 300} 号`,
    lng: 120,
    lat: 31,
    gridId: (id % 20) + 1,
    state: openStates[id % openStates.length] ?? 'reported',
    severity: severities[id % 3] ?? 'usual',
    reportedAt: instant(-(id * 31) % 100_000),
    stageAt: instant(due - 300),
    warnAt: clocked ? instant(due - 60) : null,
    dueAt: clocked ? instant(due) : null,
    part: 0,
    partsLeft: 0,
    closedAt: null,
    unitId: id % 4 === 0 ? null : id % 4,
    officerId: null,
    handledBy: null,
    returns: 0,
    reworks: 0,
    arbitrated: false,
    supervised: false,
    asks: id % 49 === 0 ? 1 : 0,
    recurrence: 0,
    parentId: null,
    mergedInto: null,
    satisfied: null,
    version: 1,
    ...change,
  }
}
const all = Array.from({ length: rows }, (_, i) => incidentAt(i + 1))
/** Grids 1–10 lie in grid 100, the others in grid 200. */
const world = {
  now,
  pathOf: (id: number) => [1, id <= 10 ? 100 : 200, id],
  familyOf: (code: string) => (Number(code) % 2 === 0 ? 'order' : 'safety'),
}

/** The slow way: every object looked at, sorted by what it says. */
function slowly(incidents: readonly Incident[], filter: QueueFilter): number[] {
  const due = (one: Incident) => (one.state === 'suspended' || !one.dueAt ? Infinity : Date.parse(one.dueAt))
  const light = (one: Incident) =>
    due(one) === Infinity
      ? 'none'
      : now > due(one)
        ? 'red'
        : now >= Date.parse(one.warnAt ?? '')
          ? 'yellow'
          : 'green'
  const desk = ['reported', 'filed', 'handled', 'checked']
  const byDue = (a: Incident, b: Incident) => (due(a) === due(b) ? a.id - b.id : due(a) - due(b))
  const sos = (one: Incident) => Number(one.classCode === 'SOS')
  const by = {
    due: byDue,
    newest: (a: Incident, b: Incident) => Date.parse(b.reportedAt) - Date.parse(a.reportedAt) || b.id - a.id,
    severity: (a: Incident, b: Incident) =>
      severities.indexOf(b.severity) - severities.indexOf(a.severity) || byDue(a, b),
  }[filter.sort]
  return incidents
    .filter((one) => filter.states.length === 0 || filter.states.includes(one.state))
    .filter((one) => filter.light === null || light(one) === filter.light)
    .filter((one) => filter.family === '' || world.familyOf(one.classCode) === filter.family)
    .filter((one) => filter.classCode === '' || one.classCode === filter.classCode)
    .filter((one) => filter.gridId === null || world.pathOf(one.gridId).includes(filter.gridId))
    .filter((one) => filter.unitId === null || (one.unitId ?? 0) === filter.unitId)
    .filter((one) => filter.source === null || one.source === filter.source)
    .filter((one) => filter.severity === null || one.severity === filter.severity)
    .filter((one) => !filter.mine || desk.includes(one.state) || one.asks > 0)
    .filter((one) => !filter.waiting || one.asks > 0)
    .filter((one) =>
      filter.text
        .split(' ')
        .every((word) => `${one.title}\n${one.number}\n${one.address}`.toLowerCase().includes(word)),
    )
    .sort((a, b) => sos(b) - sos(a) || by(a, b))
    .map(({ id }) => id)
}
const filters: Partial<QueueFilter>[] = [
  {},
  { sort: 'newest' },
  { sort: 'severity' },
  { states: ['reported'] },
  { states: ['filed', 'suspended'], sort: 'newest' },
  { light: 'red' },
  { light: 'yellow', sort: 'severity' },
  { light: 'none' },
  { family: 'order', gridId: 100 },
  { classCode: '3', unitId: 0 },
  { unitId: 2, source: 'hotline' },
  { severity: 'urgent', mine: true },
  { mine: true, states: ['handling'] },
  { waiting: true },
  { text: '河道' },
  { text: '澄霞路 12' },
  { text: '20261121-000042' },
  { gridId: 7 },
]

describe('the queue of 100,000', () => {
  const queue = createQueue()
  for (let from = 0; from < rows; from += 500) queue.write(all.slice(from, from + 500))
  const idsOf = (filter: QueueFilter) => [...queue.select(filter, world)].map((slot) => queue.at(slot)?.id)

  it.each(filters)('shows what the slow way shows, in its order: %o', (change) => {
    const filter = { ...noFilter, ...change }
    const expected = slowly(all, filter)
    expect(expected.length).toBeGreaterThan(0)
    expect(idsOf(filter)).toEqual(expected)
  })

  it('keeps every order while incidents come, change and go', () => {
    const here = new Map(all.map((one) => [one.id, one]))
    queue.settle()
    for (let i = 0; i < 400; i++) {
      const id = ((i * 7877) % (rows + 200)) + 1
      const state = i % 5 === 0 ? 'closed' : (openStates[(i * 3) % openStates.length] ?? 'filed')
      const one = incidentAt(id, {
        version: 2 + i,
        state,
        dueAt: instant((i * 37) % 900),
        severity: 'urgent',
      })
      queue.write([one])
      if (state === 'closed') here.delete(id)
      else here.set(id, one)
    }
    expect(queue.size).toBe(here.size)
    for (const sort of sorts)
      expect(idsOf({ ...noFilter, sort })).toEqual(slowly([...here.values()], { ...noFilter, sort }))
  })

  it('does not let an older message undo a newer one', () => {
    queue.write([incidentAt(77, { version: 9000, title: '新' })])
    queue.write([incidentAt(77, { version: 8999, title: '旧' })])
    expect(queue.get(77)?.title).toBe('新')
  })

  it('leaves only what the server still has', () => {
    queue.keep(new Set([77, 78, 79]))
    expect(queue.size).toBe(3)
    expect(idsOf(noFilter).toSorted()).toEqual([77, 78, 79])
    queue.write([incidentAt(5000)])
    expect(queue.get(5000)?.id).toBe(5000)
    expect(queue.select(noFilter, world)).toHaveLength(4)
  })
})

describe('an officer in danger', () => {
  const queue = createQueue()
  queue.write(all.slice(0, 300))
  const sos = (id: number, change: Partial<Incident> = {}) =>
    incidentAt(id, { classCode: 'SOS', state: 'reported', dueAt: null, severity: 'minor', ...change })
  queue.write([sos(7), sos(400, { reportedAt: instant(-3) }), sos(401, { reportedAt: instant(-1) })])
  const first = (sort: QueueFilter['sort'], count: number) =>
    [...queue.select({ ...noFilter, sort }, world)].slice(0, count).map((slot) => queue.at(slot)?.id)

  it.each(sorts)('comes first by %s, whatever its clock and weight say', (sort) => {
    expect(first(sort, 3).toSorted()).toEqual([400, 401, 7])
    expect(first(sort, 4)[3]).not.toBe(first(sort, 3)[0])
  })
  it('is called out until somebody is sent, the longest waiting first', () => {
    expect(queue.inDanger().map(({ id }) => id)).toEqual([7, 400, 401])
    queue.write([sos(400, { version: 2, state: 'dispatched' }), sos(7, { version: 2, state: 'closed' })])
    expect(queue.inDanger().map(({ id }) => id)).toEqual([401])
    expect(first('newest', 2).toSorted()).toEqual([400, 401])
  })
})

describe('filters in the address', () => {
  it.each(filters)('come back as they went: %o', (change) => {
    const filter = { ...noFilter, ...change }
    expect(filterOf(searchOf(filter))).toEqual(filter)
  })
  it('are nothing when nothing is asked for, and read well', () => {
    expect(searchOf(noFilter)).toBe('')
    expect(searchOf({ ...noFilter, states: ['filed', 'handled'], light: 'red' })).toBe(
      '?state=filed,handled&light=red',
    )
  })
  it('let be what they do not know', () => {
    expect(filterOf('?state=closed,nonsense&light=blue&grid=-1&unit=1e9&sort=drop&severity=&q=%00')).toEqual({
      ...noFilter,
      text: '\0',
    })
  })
  it('of the shipped views are what their names say', () => {
    expect(shippedViews.map(({ search }) => filterOf(search))).toEqual([
      { ...noFilter, states: ['reported'] },
      { ...noFilter, light: 'red' },
      { ...noFilter, waiting: true },
    ])
  })
  it('are kept under one name once', () => {
    const views = withView([{ name: '我的', search: '?mine=1' }], { name: '我的', search: '?light=red' })
    expect(views).toEqual([{ name: '我的', search: '?light=red' }])
  })
})
