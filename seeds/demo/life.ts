import { readFileSync, writeFileSync } from 'node:fs'
import { setPriority } from 'node:os'
import { parseArgs } from 'node:util'
import type { MonitoringPoint } from '../../api/contract/monitoring.ts'
import type { Officer as KnownOfficer } from '../../api/contract/unit.ts'
import { type Caller, phone, signIn } from './api.ts'
import { type Case, generateCases } from './cases.ts'
import { openDesk } from './desk.ts'
import { openStreet, type Patrol } from './patrol.ts'
import { stream } from './random.ts'
import { onShiftAt } from './roster.ts'
import { phoneFileIn, readDemoFile } from './seed.ts'
import { generateTown } from './town.ts'

// The demo's people: a process of its own that knows the API and nothing else. Officers sign on and move along the roads,
// incidents are reported with the rhythm of the year, and the desk and the street take each next step.

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:8720' },
    data: { type: 'string', default: 'data' },
    speed: { type: 'string', default: '1' },
  },
})
const speed = Number(values.speed)
const folder = values.data
const demo = readDemoFile(folder)
if (!demo) throw new Error(`there is no demo in ${folder}`)

// Drawing the town again takes a core for some seconds: the server and the board's first picture go before it.
setPriority(15)
await new Promise((resolve) => setTimeout(resolve, 5000))
const town = generateTown({ seed: demo.seed })
const random = stream(Date.now() % 2 ** 31, 'life')
const street = openStreet(town, random)
const admin = await signIn(values.url, 'admin', demo.password)
const dispatcher = await signIn(values.url, 'dispatcher', demo.password)
const { officers } = await admin.get<{ officers: KnownOfficer[] }>('/api/officers')
const byCode = new Map(officers.map((one) => [one.code, one]))
const patrols = new Map<number, Patrol>()
const desk = openDesk({ dispatcher, inspector: admin, street, random, speed, patrols })

const phoneFile = phoneFileIn(folder)
const tokens = readTokens()
async function phoneOf(officerId: number): Promise<Caller> {
  tokens[officerId] ??= await newToken(officerId)
  return phone(values.url, {
    token: () => tokens[officerId] ?? '',
    renew: async () => void (tokens[officerId] = await newToken(officerId)),
  })
}
async function newToken(officerId: number): Promise<string> {
  const { ok, status, data } = await admin.post<{ token: string }>(`/api/officers/${officerId}/devices`, {
    label: 'demo',
  })
  if (!ok) throw new Error(`officer ${officerId} gets no phone (${status})`)
  writeFileSync(phoneFile, JSON.stringify({ ...tokens, [officerId]: data.token }), { mode: 0o600 })
  return data.token
}
function readTokens(): Record<number, string> {
  try {
    return JSON.parse(readFileSync(phoneFile, 'utf8')) as Record<number, string>
  } catch {
    return {}
  }
}

/** Signs on those whose shift has begun and off those whose shift is over. */
async function changeShifts() {
  const now = Date.now()
  const due = new Map(
    onShiftAt(town.staff.officers, now).map((shift) => [byCode.get(shift.officerCode)?.id ?? 0, shift]),
  )
  for (const officer of town.staff.officers) {
    const known = byCode.get(officer.code)
    if (!known) continue
    const shift = due.get(known.id)
    if (shift && !patrols.has(known.id)) {
      const at = new Date(Math.max(shift.startAt, now - 60_000)).toISOString()
      if (!known.onShift && !(await sign(known.id, { on: true, at }))) continue
      known.onShift = true
      patrols.set(known.id, street.begin(officer))
    } else if (!shift && known.onShift) {
      patrols.delete(known.id)
      if (await sign(known.id, { on: false })) known.onShift = false
    }
  }
}
/** True when the shift stands as asked; 409: it did already. */
async function sign(officerId: number, shift: { on: boolean; at?: string }): Promise<boolean> {
  const { ok, status } = await (await phoneOf(officerId)).post(`/api/officers/${officerId}/shift`, shift)
  return ok || status === 409
}

const reportSeconds = 5
/** Everybody moves each second; a phone reports every five, each in its own second. */
async function moveOn() {
  const now = Date.now()
  const second = Math.floor(now / 1000)
  // Quicker demonstrations have quicker feet, within what an eye can follow.
  const seconds = Math.min(speed, 4)
  await Promise.all(
    [...patrols].map(async ([id, patrol]) => {
      street.step(patrol, seconds, now)
      if ((second + id) % reportSeconds === 0)
        await (await phoneOf(id)).post('/api/positions', street.fix(patrol, now))
    }),
  )
}

const began = Date.now()
/** The demo's clock: runs `speed` times as fast from the moment of the start. */
const clock = () => began + (Date.now() - began) * speed
let coming: Case[] = []
let until = began
/** Reports what the rhythm of the year brings by now; 139 a day on average. */
async function reportDue() {
  if (clock() >= until) {
    const from = until
    until = clock() + 3 * 86_400_000
    coming = generateCases(town, until).filter((one) => (one.events[0]?.at ?? 0) >= from)
  }
  while (coming[0] && (coming[0].events[0]?.at ?? 0) <= clock()) await report(coming.shift() as Case)
}
async function report(one: Case) {
  const code = one.events[0]?.by
  const reporter = code ? byCode.get(code) : undefined
  const caller = reporter ? await phoneOf(reporter.id) : dispatcher
  const source =
    reporter || one.source === 'import'
      ? undefined
      : one.source === 'member' || one.source === 'officer'
        ? 'hotline'
        : one.source
  const { classCode, title, description, address, lng, lat } = one
  await caller.post('/api/incidents', {
    classCode,
    title,
    description,
    address,
    lng,
    lat,
    ...(source && { source }),
  })
}

const alarmWords: Record<string, string> = {
  video: '画面遮挡',
  water: '浊度超标',
  air: 'PM2.5 超标',
  dust: '噪声超标',
  fire: '消防水压过低',
  manhole: '井盖异动',
  hazard: '可燃气体浓度偏高',
  waste: '箱体满溢',
}
/** Points go into alarm and offline, and come back: a handful at a time out of 1,223. */
async function watchPoints() {
  const { points } = await admin.get<{ points: MonitoringPoint[] }>('/api/points')
  const tell = (point: MonitoringPoint, state: string, message?: string) =>
    admin.post(`/api/points/${point.id}/readings`, {
      recordedAt: new Date().toISOString(),
      state,
      ...(message && { message }),
    })
  const of = (state: string) => points.filter((point) => point.state === state)
  const raise = async (state: 'alarm' | 'offline', wanted: number) => {
    for (let n = of(state).length; n < wanted; n += 1) {
      const point = random.pick(of('normal'))
      await tell(point, state, state === 'alarm' ? alarmWords[point.system] : undefined)
    }
  }
  for (const point of [...of('alarm'), ...of('offline')]) {
    const minutes = (Date.now() - Date.parse(point.stateSince)) / 60_000
    if (minutes > 2 && random.chance(point.state === 'alarm' ? 0.06 : 0.01)) await tell(point, 'normal')
  }
  if (random.chance(0.5)) await raise('alarm', random.int(3, 5))
  await raise('offline', 14)
}

/** Runs work again and again, never twice at once; what fails is said, and tried again at its next turn. */
function every(seconds: number, work: () => Promise<unknown>) {
  let stop = false
  void (async () => {
    while (!stop) {
      const from = Date.now()
      await work().catch((error: Error) => console.error(`demo: ${error.message}`))
      await new Promise((resolve) => setTimeout(resolve, Math.max(50, seconds * 1000 - (Date.now() - from))))
    }
  })()
  process.once('SIGTERM', () => {
    stop = true
    process.exit(0)
  })
}

// The process that started this one is gone: nobody is left to serve. Not "is 1 now": in a container the parent may be 1
// from the start, and elsewhere orphans may fall to another process than 1.
const parent = process.ppid
setInterval(() => process.ppid !== parent && process.exit(0), 2000)

await changeShifts()
await watchPoints()
every(30, changeShifts)
every(1, moveOn)
// So that a newcomer sees one arrive within the first minute; the rest come when the rhythm says so.
setTimeout(
  () => void report(coming.shift() ?? (generateCases(town, Date.now()).at(-1) as Case)).catch(() => {}),
  15_000,
)
every(1, reportDue)
every(2, () => desk.look(Date.now(), 2, false))
every(60, () => desk.look(Date.now(), 60, true))
every(30, watchPoints)
