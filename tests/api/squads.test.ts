import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Assignment, OwnAssignment } from '../../api/contract/assignment.ts'
import { type Recommendation, type StormProposal, usualSettings } from '../../api/contract/dispatch.ts'
import type { Incident, IncidentDetail } from '../../api/contract/incident.ts'
import { lapseJob } from '../../api/dispatch/squads.ts'
import { upsertOfficers, upsertUnits } from '../../api/units/queries.ts'
import { databases } from '../setup/database.ts'
import { type Caller, openTown, type TestTown } from '../setup/town.ts'

// Three squads on shift: 一中队 (王一 in G0, with an account; 王四), 二中队 (王二), 三中队 (王三). No roads: distances as the crow flies.

const places: Record<string, [number, number]> = {
  O1: [120.402, 31.702],
  O4: [120.403, 31.702],
  O2: [120.412, 31.702],
  O3: [120.425, 31.702],
}

describe.each(databases)('a squad that is sent on $name', ({ open }) => {
  let town: TestTown
  let desk: Caller
  let admin: Caller
  let officer: Caller
  let clock: number
  const ids: Record<string, number> = {}
  const unit: Record<string, number> = {}

  beforeAll(async () => {
    clock = Date.now()
    town = await openTown(open, () => new Date(clock))
    const { db } = town.running
    await upsertUnits(db, [
      { code: 'U2', name: '二中队', kind: 'squad', color: 1 },
      { code: 'U3', name: '三中队', kind: 'squad', color: 2 },
    ])
    await upsertOfficers(db, [
      { code: 'O1', name: '王一', kind: 'officer', unitCode: 'U1', dutyGridCode: 'G0', transport: 'drive' },
      { code: 'O2', name: '王二', kind: 'officer', unitCode: 'U2', transport: 'drive' },
      { code: 'O3', name: '王三', kind: 'officer', unitCode: 'U3', transport: 'drive' },
      { code: 'O4', name: '王四', kind: 'officer', unitCode: 'U1', transport: 'drive' },
      { code: 'O5', name: '王五', kind: 'officer', unitCode: 'U1', transport: 'drive' },
    ])
    await town.running.reload()
    desk = await town.as('dispatcher')
    admin = await town.as('admin')
    officer = await town.as('officer')
    for (const { code, id } of await db.query<{ code: string; id: number }>('select code, id from officers'))
      ids[code] = id
    for (const { code, id } of await db.query<{ code: string; id: number }>('select code, id from units'))
      unit[code] = id
    for (const code of Object.keys(places)) {
      const on = { on: true, at: new Date(clock - 60_000).toISOString() }
      expect((await admin('POST', `/api/officers/${ids[code]}/shift`, on)).status).toBe(200)
    }
  })
  afterAll(() => town.close())
  // Everybody free, fresh, where they began and with nothing done today.
  beforeEach(async () => {
    clock += 1000
    await town.running.db.query(
      `update assignments set state = 'recalled' where state in ('offered', 'accepted', 'enroute', 'onscene')`,
    )
    await town.running.db.query('update assignment_officers set active = false')
    await town.running.db.query(`update incidents set state = 'archived' where state <> 'archived'`)
    await town.running.db.query('update incidents set filed_at = null')
    for (const code of Object.keys(places)) await stand(code, places[code] ?? [0, 0])
  })

  const stand = (code: string, [lng, lat]: [number, number]) =>
    town.running.services.recordFixes(
      ids[code] ?? 0,
      [{ lng, lat, recordedAt: new Date(clock).toISOString() }],
      'http',
    )
  async function answer<T>(response: Promise<Response>, status: number): Promise<T> {
    const got = await response
    const body = (await got.json()) as T
    expect({ status: got.status, body }).toMatchObject({ status })
    return body
  }
  const report = (more: Record<string, unknown> = {}) =>
    answer<Incident>(
      desk('POST', '/api/incidents', {
        classCode: '01',
        source: 'hotline',
        title: '占道经营',
        lng: 120.4021,
        lat: 31.705,
        ...more,
      }),
      201,
    )
  const send = (id: number, unitCode: string, codes: string[], more: Record<string, unknown> = {}) =>
    desk('POST', `/api/incidents/${id}/squads`, {
      unitId: unit[unitCode],
      officerIds: codes.map((code) => ids[code]),
      ...more,
    })
  const squads = async (id: number) =>
    (await answer<{ assignments: Assignment[] }>(desk('GET', `/api/incidents/${id}/squads`), 200)).assignments
  const states = async (id: number) =>
    (await squads(id)).map(({ unitName, lead, state }) => [unitName, lead, state])
  const detail = (id: number) => answer<IncidentDetail>(desk('GET', `/api/incidents/${id}`), 200)
  const events = async (id: number) => (await detail(id)).timeline.map(({ event }) => event)
  const mine = async () =>
    (await answer<{ assignments: OwnAssignment[] }>(officer('GET', '/api/my/squads'), 200)).assignments

  it('goes from the offer to the end with its case, and is free again', async () => {
    const { id } = await report()
    const page = await town.socket('officer')
    const rung = new Promise<void>((resolve) => page.once('squads:changed', resolve))
    const made = await answer<Assignment>(send(id, 'U1', ['O1', 'O4']), 201)
    await rung
    expect(made).toMatchObject({
      unitName: '一中队',
      lead: true,
      state: 'offered',
      rank: 1,
      offeredBy: 'dispatcher',
    })
    expect(Date.parse(made.lapsesAt) - Date.parse(made.offeredAt)).toBe(usualSettings.offerSeconds * 1000)
    expect(await events(id)).toEqual([
      'incident:reported',
      'incident:filed',
      'incident:dispatched',
      'squad:offered',
    ])
    const seen = await answer<Recommendation>(desk('GET', `/api/assignments/${made.id}/recommendation`), 200)
    expect(seen.candidates[0]?.unitId).toBe(unit.U1)

    const [own] = await mine()
    expect(own).toMatchObject({ id: made.id, title: '占道经营', number: expect.any(String), lng: 120.4021 })
    await answer(officer('POST', `/api/assignments/${made.id}/answer`, { accept: true }), 200)
    expect((await detail(id)).state).toBe('handling')
    const late = await answer<{ detail: string }>(
      officer('POST', `/api/assignments/${made.id}/answer`, { accept: false, reason: '太远' }),
      409,
    )
    expect(late.detail).toBe('This is accepted already (officer).')
    const [going] = await squads(id)
    expect(going?.officers[0]).toMatchObject({
      name: '王一',
      eta: { network: 'crow', meters: expect.any(Number) },
    })

    await answer(officer('POST', `/api/assignments/${made.id}/progress`, { state: 'onscene' }), 200)
    await answer(
      officer('POST', `/api/incidents/${id}/transitions`, { action: 'finish', note: '已劝离' }),
      200,
    )
    expect(await states(id)).toEqual([['一中队', true, 'done']])
    expect((await events(id)).slice(4)).toEqual([
      'incident:accepted',
      'squad:accepted',
      'squad:onscene',
      'incident:handled',
      'squad:done',
    ])
    expect(await mine()).toEqual([])
    const other = await report()
    await answer(send(other.id, 'U1', ['O1']), 201)
  })

  it('is one only, however many send it at once, and every loser is told who has it', async () => {
    const cases = await Promise.all(Array.from({ length: 8 }, () => report()))
    const answers = await Promise.all(cases.map(({ id }) => send(id, 'U2', ['O2'])))
    const statuses = answers.map(({ status }) => status).sort()
    expect(statuses).toEqual([201, 409, 409, 409, 409, 409, 409, 409])
    const won = cases[answers.findIndex(({ status }) => status === 201)]
    for (const one of answers) {
      if (one.status === 201) continue
      expect(await one.json()).toMatchObject({
        code: 'taken',
        detail: `王二 was sent to ${won?.number} by dispatcher.`,
        fields: [
          { path: 'holders.0.name', message: '王二' },
          { path: 'holders.0.number', message: won?.number },
          { path: 'holders.0.by', message: 'dispatcher' },
        ],
      })
    }
    // Who lost has changed nothing.
    for (const one of cases) if (one !== won) expect((await detail(one.id)).state).toBe('reported')
  })

  it('is seen and answered by who is sent, wherever their grids are, and by nobody else', async () => {
    const far = await report({ lng: 120.435, lat: 31.735 })
    await answer(officer('GET', `/api/incidents/${far.id}`), 404)
    const { id } = await answer<Assignment>(send(far.id, 'U1', ['O1']), 201)
    await answer(officer('GET', `/api/incidents/${far.id}`), 200)
    await answer((await town.as('member'))('POST', `/api/assignments/${id}/answer`, { accept: true }), 404)
    await answer((await town.as('nobody'))('GET', `/api/incidents/${far.id}/squads`), 404)
    await answer(officer('POST', `/api/assignments/${id}/answer`, { accept: true }), 200)
    await answer(
      officer('POST', `/api/incidents/${far.id}/transitions`, { action: 'finish', note: '已处理' }),
      200,
    )
    expect((await detail(far.id)).state).toBe('handled')
  })

  it('declines with a reason, and the next one is asked; at last the desk is told', async () => {
    const { id } = await report()
    const { id: first } = await answer<Assignment>(send(id, 'U1', ['O1']), 201)
    await answer(officer('POST', `/api/assignments/${first}/answer`, { accept: false }), 422)
    await answer(
      officer('POST', `/api/assignments/${first}/answer`, { accept: false, reason: '车坏了' }),
      200,
    )
    await town.running.services.queue.runDue()
    expect(await states(id)).toEqual([
      ['一中队', true, 'declined'],
      ['二中队', true, 'offered'],
    ])
    expect((await detail(id)).unitId).toBe(unit.U2)
    // Nobody of the second answers, nor of the third.
    const { offerSeconds } = usualSettings
    for (let i = 0; i < 2; i += 1) {
      clock += (offerSeconds + 1) * 1000
      for (const code of ['O2', 'O3']) await stand(code, places[code] ?? [0, 0])
      await town.running.services.queue.runDue()
    }
    expect(await states(id)).toEqual([
      ['一中队', true, 'declined'],
      ['二中队', true, 'lapsed'],
      ['三中队', true, 'lapsed'],
    ])
    expect((await events(id)).at(-1)).toBe('squad:nobody')
    await town.running.services.alerts.follow()
    const { alerts } = await answer<{ alerts: { kind: string; incidentId: number }[] }>(
      desk('GET', '/api/alerts?open=true'),
      200,
    )
    expect(alerts.some(({ kind, incidentId }) => kind === 'squad' && incidentId === id)).toBe(true)
    await answer(send(id, 'U2', ['O2']), 201)
    await town.running.services.alerts.follow()
    const after = await answer<typeof alerts extends (infer A)[] ? { alerts: A[] } : never>(
      desk('GET', '/api/alerts?open=true'),
      200,
    )
    expect(after.alerts.some(({ kind }) => kind === 'squad')).toBe(false)
  })

  it('does not ask the next where the desk wants none, and a lapse told twice asks nobody twice', async () => {
    const { id } = await report()
    const { id: only } = await answer<Assignment>(send(id, 'U1', ['O1'], { next: false }), 201)
    await answer(officer('POST', `/api/assignments/${only}/answer`, { accept: false, reason: '车坏了' }), 200)
    await town.running.services.queue.runDue()
    expect(await states(id)).toEqual([['一中队', true, 'declined']])
    expect((await events(id)).at(-1)).toBe('squad:nobody')
    const again = await report()
    const { id: lapsing } = await answer<Assignment>(send(again.id, 'U1', ['O1']), 201)
    clock += (usualSettings.offerSeconds + 1) * 1000
    for (const code of ['O2', 'O3']) await stand(code, places[code] ?? [0, 0])
    const job = { kind: lapseJob, key: String(lapsing), data: {} }
    await town.running.services.following.lapse(job, new Date(clock))
    await town.running.services.following.lapse(job, new Date(clock))
    expect(await states(again.id)).toEqual([
      ['一中队', true, 'lapsed'],
      ['二中队', true, 'offered'],
    ])
  })

  it('is on its way and on the scene by its position', async () => {
    const { id } = await report({ lng: 120.415, lat: 31.702 })
    const { id: sent } = await answer<Assignment>(send(id, 'U2', ['O2']), 201)
    await answer(desk('POST', `/api/assignments/${sent}/answer`, { accept: true }), 200)
    const { following } = town.running.services
    const walk = async (lng: number) => {
      clock += 5000
      await stand('O2', [lng, 31.702])
      await following.follow()
      return (await states(id))[0]?.[2]
    }
    expect(await walk(120.412)).toBe('accepted')
    expect(await walk(120.4138)).toBe('enroute')
    expect(await walk(120.4149)).toBe('onscene')
    expect((await detail(id)).timeline.at(-1)?.data).toMatchObject({ by: 'position' })
  })

  it('is called back when all of it have signed off, and the next one is asked', async () => {
    const { id } = await report({ lng: 120.425, lat: 31.705 })
    const { id: sent } = await answer<Assignment>(send(id, 'U3', ['O3']), 201)
    await answer(desk('POST', `/api/assignments/${sent}/answer`, { accept: true }), 200)
    const shift = (on: boolean) => answer(admin('POST', `/api/officers/${ids.O3}/shift`, { on }), 200)
    await shift(false)
    await town.running.services.following.follow()
    await town.running.services.queue.runDue()
    expect((await squads(id))[0]).toMatchObject({ state: 'recalled', reason: '已下班' })
    expect(await states(id)).toEqual([
      ['三中队', true, 'recalled'],
      // Nearer is 二中队, but would leave nobody behind.
      ['一中队', true, 'offered'],
    ])
    expect(await detail(id)).toMatchObject({ unitId: unit.U1, officerId: ids.O4, state: 'dispatched' })
    clock += 1000
    await shift(true)
  })

  it('has taken the offer when it begins the case by its own list of steps, and keeps it', async () => {
    const { id } = await report()
    await answer(send(id, 'U1', ['O1']), 201)
    await answer(officer('POST', `/api/incidents/${id}/transitions`, { action: 'accept' }), 200)
    expect(await states(id)).toEqual([['一中队', true, 'accepted']])
    clock += (usualSettings.offerSeconds + 1) * 1000
    await stand('O1', places.O1 ?? [0, 0])
    await town.running.services.queue.runDue()
    expect(await detail(id)).toMatchObject({ state: 'handling', unitId: unit.U1 })
  })

  it('leads from now on when the case is handed on to it, and its acceptance begins the case', async () => {
    const { id } = await report()
    await answer(send(id, 'U1', ['O1']), 201)
    const { id: support } = await answer<Assignment>(send(id, 'U2', ['O2']), 201)
    await answer(
      desk('POST', `/api/incidents/${id}/transitions`, {
        action: 'transfer',
        unitId: unit.U2,
        note: '改由二中队',
      }),
      200,
    )
    expect(await states(id)).toEqual([
      ['一中队', true, 'recalled'],
      ['二中队', true, 'offered'],
    ])
    await answer(desk('POST', `/api/assignments/${support}/answer`, { accept: true }), 200)
    expect((await detail(id)).state).toBe('handling')
    // Who reinforces does not take over from who is done.
    await answer(desk('POST', `/api/assignments/${support}/progress`, { state: 'done' }), 200)
    await answer(send(id, 'U3', ['O3']), 201)
    expect(await detail(id)).toMatchObject({ state: 'handling', unitId: unit.U2 })
  })

  it('may be two of one squad at one case, and each refusal is followed by one other', async () => {
    const { id } = await report()
    const { id: lead } = await answer<Assignment>(send(id, 'U1', ['O1']), 201)
    await answer(officer('POST', `/api/assignments/${lead}/answer`, { accept: true }), 200)
    const { id: second } = await answer<Assignment>(send(id, 'U1', ['O4']), 201)
    const { id: third } = await answer<Assignment>(send(id, 'U2', ['O2']), 201)
    for (const one of [second, third])
      await answer(desk('POST', `/api/assignments/${one}/answer`, { accept: false, reason: '走不开' }), 200)
    await town.running.services.queue.runDue()
    expect((await states(id)).slice(0, 3).map(([name, , state]) => [name, state])).toEqual([
      ['一中队', 'accepted'],
      ['一中队', 'declined'],
      ['二中队', 'declined'],
    ])
    // One is asked, for the other nobody is left: that is told.
    expect((await states(id)).slice(3)).toEqual([['三中队', false, 'offered']])
    expect((await events(id)).filter((event) => event === 'squad:nobody')).toHaveLength(1)
  })

  it('is reinforced, called back, and handed on', async () => {
    const { id } = await report()
    const { id: lead } = await answer<Assignment>(send(id, 'U1', ['O1']), 201)
    await answer(officer('POST', `/api/assignments/${lead}/answer`, { accept: true }), 200)
    const { id: support } = await answer<Assignment>(send(id, 'U2', ['O2']), 201)
    expect((await answer<{ code: string }>(send(id, 'U2', ['O2']), 409)).code).toBe('taken')
    expect((await detail(id)).unitId).toBe(unit.U1)
    await answer(desk('POST', `/api/assignments/${support}/recall`, {}), 422)
    await answer(desk('POST', `/api/assignments/${support}/recall`, { reason: '人够了' }), 200)
    expect(await states(id)).toEqual([
      ['一中队', true, 'accepted'],
      ['二中队', false, 'recalled'],
    ])
    await answer(send(id, 'U3', ['O3'], { insteadOf: lead, reason: '车坏了' }), 201)
    expect(await states(id)).toEqual([
      ['一中队', true, 'recalled'],
      ['二中队', false, 'recalled'],
      ['三中队', true, 'offered'],
    ])
    expect(await detail(id)).toMatchObject({ unitId: unit.U3, state: 'dispatched' })
    expect((await answer<{ code: string }>(send(id, 'U2', ['O2'], { insteadOf: lead }), 409)).code).toBe(
      'over',
    )
  })

  it('is called away only when the desk says so, and the case it leaves says where to', async () => {
    const [one, two] = [await report(), await report({ title: '另一件' })]
    await answer(send(one.id, 'U1', ['O1']), 201)
    await answer(send(two.id, 'U1', ['O1', 'O4']), 409)
    await answer(send(two.id, 'U1', ['O1', 'O4'], { interrupt: true }), 201)
    expect((await squads(one.id))[0]).toMatchObject({ state: 'recalled', reason: `调往 ${two.number}` })
    expect(await detail(one.id)).toMatchObject({ state: 'dispatched', officerId: null })
    expect(await detail(two.id)).toMatchObject({ officerId: ids.O1 })
    expect((await events(one.id)).at(-1)).toBe('squad:nobody')
    // Left behind, it waits again.
    const storm = await answer<StormProposal>(desk('GET', '/api/dispatch/storm'), 200)
    expect(storm.items.map(({ incidentId }) => incidentId)).toEqual([one.id])
  })

  it('is refused with a sentence when it cannot be', async () => {
    const { id, version } = await report()
    const refused = async (status: number, response: Promise<Response>) =>
      (await answer<{ detail: string }>(response, status)).detail
    expect(await refused(422, send(id, 'U1', ['O5']))).toBe('officerIds: 王五 is not on shift')
    expect(await refused(422, send(id, 'U1', ['O2']))).toBe('officerIds: 王二 does not belong to this squad')
    expect(await refused(422, send(id, 'U1', []))).toContain('officerIds')
    expect(await refused(409, send(id, 'U1', ['O1'], { version: version + 1 }))).toContain('has moved on')
    await answer(
      officer('POST', `/api/incidents/${id}/squads`, { unitId: unit.U1, officerIds: [ids.O1] }),
      403,
    )
    await town.running.db.query(`update incidents set state = 'archived' where id = $1`, [id])
    expect(await refused(409, send(id, 'U1', ['O1']))).toBe(
      'Nobody can be sent to an incident that is archived.',
    )
    await answer(desk('POST', '/api/assignments/999999/recall', { reason: 'x' }), 404)
  })

  it('has what the case takes, as the town wrote it down', async () => {
    const classes = await answer<{ classes: Record<string, unknown>[] }>(
      admin('GET', '/api/incidents/classes'),
      200,
    )
    const one = classes.classes.find(({ code }) => code === '02')
    const needs = { people: 2, certified: 1, skills: ['急救'], powers: [], equipment: [] }
    await answer(admin('PUT', '/api/incidents/classes/02', { ...one, needs }), 200)
    const able = { certified: true, skills: ['急救'], powers: [], equipment: [] }
    await answer(desk('PUT', `/api/officers/${ids.O4}/abilities`, able), 403)
    await answer(admin('PUT', `/api/officers/${ids.O4}/abilities`, able), 200)
    const { id } = await report({ classCode: '02' })
    const said = await answer<Recommendation>(desk('GET', `/api/incidents/${id}/recommendation`), 200)
    expect(said.needs).toEqual(needs)
    expect(said.candidates.map(({ officers }) => officers.map(({ name }) => name))).toEqual([
      ['王四', '王一'],
    ])
    expect(said.nearMisses.map(({ name, why, lacks }) => [name, why, lacks])).toEqual([
      ['王二', 'unable', ['急救', 'certified']],
      ['王三', 'unable', ['急救', 'certified']],
    ])
    // A list of names must not take away what they can do.
    await upsertOfficers(town.running.db, [{ code: 'O4', name: '王四', kind: 'officer', unitCode: 'U1' }])
    const { officers } = await answer<{ officers: { code: string; skills: string[] }[] }>(
      admin('GET', '/api/officers'),
      200,
    )
    expect(officers.find(({ code }) => code === 'O4')?.skills).toEqual(['急救'])
  })

  it('is weighed as the town has set', async () => {
    expect(await answer(desk('GET', '/api/dispatch/settings'), 200)).toEqual(usualSettings)
    const wanted = { ...usualSettings, offerSeconds: 30, weights: { ...usualSettings.weights, ownGrid: -30 } }
    await answer(desk('PUT', '/api/dispatch/settings', wanted), 403)
    await answer(admin('PUT', '/api/dispatch/settings', { ...wanted, offerSeconds: 1 }), 422)
    await answer(admin('PUT', '/api/dispatch/settings', wanted), 200)
    const { id } = await report({ lng: 120.418, lat: 31.702 })
    const { candidates } = await answer<Recommendation>(
      desk('GET', `/api/incidents/${id}/recommendation`),
      200,
    )
    // Nearer are 二中队 and 三中队; it is the duty grid of 王一.
    expect(candidates[0]).toMatchObject({ unitName: '一中队' })
    const made = await answer<Assignment>(send(id, 'U1', ['O1']), 201)
    expect(Date.parse(made.lapsesAt) - Date.parse(made.offeredAt)).toBe(30_000)
    // Set by another process: known when the settings are read again.
    const another = { ...usualSettings, offerSeconds: 45 }
    await town.running.db.query('update towns set dispatch = $1::jsonb', [JSON.stringify(another)])
    expect(town.running.services.settings.now().offerSeconds).toBe(30)
    await town.running.services.settings.reload()
    expect(town.running.services.settings.now()).toEqual(another)
    await answer(admin('PUT', '/api/dispatch/settings', usualSettings), 200)
    expect(town.running.services.settings.now()).toEqual(usualSettings)
  })

  it('counts as today’s what was filed since midnight of the town, ended or not', async () => {
    const { db } = town.running
    const [asked, early, late, wrong] = [await report(), await report(), await report(), await report()]
    const { begins } = (
      await db.query<{ begins: Date }>(
        `select date_trunc('day', $1::timestamptz at time zone time_zone) at time zone time_zone as begins from towns`,
        [new Date(clock)],
      )
    )[0] ?? { begins: new Date(0) }
    const end = (id: number, state: string, ms: number) =>
      db.query(
        `update incidents set state = $2, unit_id = $3, reported_at = $4, filed_at = $4 where id = $1`,
        [id, state, unit.U2, new Date(begins.getTime() + ms)],
      )
    await end(early.id, 'archived', -1)
    await end(late.id, 'closed', 0)
    await end(wrong.id, 'voided', 0)
    const today = async () => {
      const path = `/api/incidents/${asked.id}/recommendation`
      const { candidates } = await answer<Recommendation>(desk('GET', path), 200)
      const reasons = candidates.find(({ unitId }) => unitId === unit.U2)?.reasons
      return reasons?.find(({ code }) => code === 'today')?.value
    }
    expect(await today()).toBe(1)
    await end(early.id, 'handled', 1)
    expect(await today()).toBe(2)
  })

  it('is proposed for many cases at once, and taken in part', async () => {
    const one = await report({ lng: 120.4121, lat: 31.702 })
    const two = await report({ lng: 120.4251, lat: 31.702 })
    const three = await report({ title: '不急', lng: 120.4251, lat: 31.7021 })
    await answer(send(three.id, 'U3', ['O3']), 201)
    const proposal = await answer<StormProposal>(
      desk('GET', `/api/dispatch/storm?ids=${one.id},${two.id},${three.id}`),
      200,
    )
    expect(proposal.items.map(({ incidentId }) => incidentId)).toEqual([one.id, two.id])
    expect(proposal.items.map(({ unitName }) => unitName).sort()).toEqual(['一中队', '二中队'])
    expect(proposal.people).toBe(3)
    const items = proposal.items.map(({ incidentId, version, unitId, officers }) => ({
      incidentId,
      version,
      unitId,
      officerIds: officers.map(({ officerId }) => officerId),
    }))
    const [first, second] = items
    const done = await answer<{ done: { incidentId: number }[]; refused: { code: string }[] }>(
      desk('POST', '/api/dispatch/storm', {
        items: [first, { ...second, officerIds: first?.officerIds, unitId: first?.unitId }],
      }),
      200,
    )
    expect(done.done.map(({ incidentId }) => incidentId)).toEqual([one.id])
    expect(done.refused.map(({ code }) => code)).toEqual(['taken'])
    expect((await answer<StormProposal>(desk('GET', '/api/dispatch/storm'), 200)).items).toEqual([])
  })

  it('comes to a colleague in danger before everything else', async () => {
    const urgent = await report()
    await town.running.db.query(`update incidents set severity = 'urgent' where id = $1`, [urgent.id])
    await answer(send(urgent.id, 'U2', ['O2']), 201)
    const call = { lng: 120.4125, lat: 31.702, key: 'sos-0001' }
    await answer(desk('POST', '/api/sos', call), 403)
    const made = await answer<Incident>(officer('POST', '/api/sos', call), 201)
    expect(made).toMatchObject({ classCode: 'SOS', severity: 'urgent', state: 'filed' })
    expect((await answer<Incident>(officer('POST', '/api/sos', call), 200)).id).toBe(made.id)
    const { candidates } = await answer<Recommendation>(
      desk('GET', `/api/incidents/${made.id}/recommendation`),
      200,
    )
    // The one in danger does not come to their own help, and moves while they call again.
    const moved = { ...call, lng: 120.4127 }
    expect((await answer<Incident>(officer('POST', '/api/sos', moved), 200)).id).toBe(made.id)
    expect((await answer<Incident>(officer('POST', '/api/sos', { ...moved, key: 'sos-0002' }), 200)).id).toBe(
      made.id,
    )
    expect(candidates.flatMap(({ officers }) => officers.map(({ name }) => name))).not.toContain('王一')
    await answer(send(made.id, 'U1', ['O1']), 422)
    // Who is on an urgent case already comes all the same.
    expect(candidates.map(({ unitName }) => unitName)).toContain('二中队')
    const usual = await report()
    const other = await answer<Recommendation>(desk('GET', `/api/incidents/${usual.id}/recommendation`), 200)
    expect(other.nearMisses.find(({ name }) => name === '王二')?.why).toBe('sent')
    // Nobody is called away from there.
    await answer(send(made.id, 'U2', ['O2'], { interrupt: true }), 201)
    expect(
      (await answer<{ code: string }>(send(usual.id, 'U2', ['O2'], { interrupt: true }), 409)).code,
    ).toBe('outweighed')
    await answer(
      desk('POST', `/api/incidents/${usual.id}/transitions`, { action: 'file', classCode: 'SOS' }),
      422,
    )
  })
})
