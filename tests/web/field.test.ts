import { describe, expect, it } from 'vitest'
import type { Door } from '../../api/contract/device.ts'
import type { FixOutcome, FixReport } from '../../api/contract/position.ts'
import { fixReport } from '../../api/contract/position.ts'
import { RequestFailed } from '../../web/client.ts'
import { addressOf, settingsFor } from '../../web/devices/settings.ts'
import { fixOf, isDue, type Reading } from '../../web/field/fix.ts'
import { createMemoryQueue } from '../../web/field/queue.ts'
import { batchSize, createSender } from '../../web/field/sending.ts'
import { type Known, stateOf } from '../../web/field/state.ts'
import { devicesEn } from '../../web/locales/devices-en.ts'
import { devicesZh } from '../../web/locales/devices-zh.ts'
import { fieldEn } from '../../web/locales/field-en.ts'
import { fieldZh } from '../../web/locales/field-zh.ts'

const start = Date.parse('2026-11-21T01:00:00Z')
const reading = (seconds: number, more: Partial<Reading['coords']> = {}): Reading => ({
  timestamp: start + seconds * 1000,
  coords: { longitude: 120.4, latitude: 31.7, accuracy: 8, speed: null, heading: null, ...more },
})
const fix = (seconds: number, more?: Partial<Reading['coords']>) => fixOf(reading(seconds, more), 0)

describe('a fix of the field page', () => {
  it('is one the server takes, whatever the phone says of speed and heading', () => {
    for (const odd of [Number.NaN, -1, Number.POSITIVE_INFINITY, null]) {
      const made = fixOf(reading(0, { speed: odd, heading: odd, accuracy: odd ?? 0 }), 0, 0.5)
      expect(fixReport.parse(JSON.parse(JSON.stringify(made)))).toMatchObject({ lng: 120.4, battery: 0.5 })
      expect(made).not.toHaveProperty('speed')
      expect(made).not.toHaveProperty('heading')
    }
  })
  it('tells the server’s time where the phone’s clock is wrong', () =>
    expect(fixOf(reading(0), 300_000).recordedAt).toBe('2026-11-21T01:05:00.000Z'))

  it('is kept every five seconds moving and every thirty standing', () => {
    const kept: number[] = []
    let before: FixReport | null = null
    // A minute at a walk, then two minutes at one place, a reading a second.
    for (let second = 0; second <= 180; second += 1) {
      const walked = Math.min(second, 60) * 1.3
      const next = fix(second, { longitude: 120.4 + walked / 94_700, speed: second < 60 ? 1.3 : 0.1 })
      if (!isDue(before, next)) continue
      before = next
      kept.push(second)
    }
    expect(kept).toEqual([0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 85, 115, 145, 175])
  })
  it('is kept after a move that the phone gives no speed for, but not for its own error', () => {
    const [here, there] = [fix(0), fix(6, { longitude: 120.4 + 40 / 94_700 })]
    expect(isDue(here, there)).toBe(true)
    expect(isDue(here, { ...there, accuracy: 60 })).toBe(false)
  })
})

describe('what waits on the phone', () => {
  const outcome: FixOutcome = { accepted: 0, repeated: 0, refused: [] }
  const problem = (status: number, code: string) =>
    new RequestFailed({ type: 'about:blank', title: '', status, code, detail: '' })
  const filled = async (count: number, officerId = 1) => {
    const queue = createMemoryQueue()
    // Put in backwards: the order is that of the clock.
    for (let i = count - 1; i >= 0; i -= 1) await queue.put(officerId, fix(i * 5))
    return queue
  }

  it('is sent oldest first, a hundred at a time', async () => {
    const queue = await filled(230)
    const sent: FixReport[][] = []
    const send = createSender({
      queue,
      officerId: 1,
      report: async (fixes) => {
        sent.push(fixes)
        return { ...outcome, accepted: fixes.length }
      },
      told: () => {},
    })
    await send()
    expect(sent.map((fixes) => fixes.length)).toEqual([batchSize, batchSize, 30])
    const times = sent.flat().map(({ recordedAt }) => recordedAt)
    expect(times).toEqual([...times].sort())
    expect(await queue.waiting(1)).toEqual({ count: 0, oldestAt: null })
  })

  it('stays whole until it is acknowledged, and comes again after a lost line', async () => {
    const queue = await filled(150)
    let line = false
    const arrived = new Set<string>()
    const send = createSender({
      queue,
      officerId: 1,
      report: async (fixes) => {
        // The second batch reaches the server, but its answer does not reach the phone.
        for (const { recordedAt } of fixes) arrived.add(recordedAt)
        if (arrived.size > batchSize && !line) throw problem(0, 'network')
        return outcome
      },
      told: () => {},
    })
    await expect(send()).rejects.toMatchObject({ problem: { code: 'network' } })
    expect(await queue.waiting(1)).toEqual({ count: 50, oldestAt: start + 100 * 5000 })
    line = true
    await send()
    expect(arrived.size).toBe(150)
    expect((await queue.waiting(1)).count).toBe(0)
  })

  it('is not sent twice at once, however often it is asked', async () => {
    const queue = await filled(3)
    let batches = 0
    const report = async () => {
      batches += 1
      await new Promise((resolve) => setTimeout(resolve, 5))
      return outcome
    }
    const send = createSender({ queue, officerId: 1, report, told: () => {} })
    await Promise.all([send(), send(), send()])
    expect(batches).toBe(1)
  })

  it('is not held up by one that the server cannot read', async () => {
    const queue = await filled(5)
    const taken: string[] = []
    const bad = new Date(start + 10_000).toISOString()
    const send = createSender({
      queue,
      officerId: 1,
      report: async (fixes) => {
        if (fixes.some(({ recordedAt }) => recordedAt === bad)) throw problem(400, 'invalid')
        taken.push(...fixes.map(({ recordedAt }) => recordedAt))
        return outcome
      },
      told: () => {},
    })
    await send()
    expect(taken.length).toBe(4)
    expect((await queue.waiting(1)).count).toBe(0)
  })

  it('is kept while the server is overloaded', async () => {
    const queue = await filled(5)
    const report = () => Promise.reject(problem(503, 'overloaded'))
    const send = createSender({ queue, officerId: 1, report, told: () => {} })
    await expect(send()).rejects.toThrow()
    expect((await queue.waiting(1)).count).toBe(5)
  })

  it('is never sent under another officer’s name', async () => {
    const queue = await filled(5, 7)
    expect(await queue.oldest(8, 100)).toEqual([])
    await queue.remove(8, [fix(0)])
    expect((await queue.waiting(7)).count).toBe(5)
  })
})

describe('the state in the middle of the field page', () => {
  const known: Known = {
    onShift: true,
    trouble: null,
    line: true,
    waiting: 0,
    readAt: start,
    acknowledgedAt: start,
  }
  const at = (more: Partial<Known>, after = 1000) => stateOf({ ...known, ...more }, start + after)
  it('says reporting only of what was acknowledged a short while ago', () => {
    expect(at({})).toEqual({ kind: 'reporting' })
    expect(at({ acknowledgedAt: null })).toEqual({ kind: 'searching' })
    expect(at({ acknowledgedAt: null, waiting: 3 })).toEqual({ kind: 'keeping' })
    expect(at({ readAt: start + 100_000, waiting: 1 }, 100_000)).toEqual({ kind: 'keeping' })
    expect(at({ line: false })).toEqual({ kind: 'keeping' })
  })
  it('says why there is no position, and nothing of positions off shift', () => {
    expect(at({ trouble: 'denied' })).toEqual({ kind: 'blind', why: 'denied' })
    expect(at({}, 91_000)).toEqual({ kind: 'blind', why: 'silent' })
    expect(at({ onShift: false, trouble: 'denied' })).toEqual({ kind: 'off' })
  })
})

describe('what is to be entered on a phone', () => {
  const here = { origin: 'https://town.example:8443', hostname: 'town.example' }
  const door = (name: Door['name'], address: string | null, open = true): Door => ({
    name,
    open,
    address,
    connections: null,
    accepted: 0,
    repeated: 0,
    refused: {},
    malformed: 0,
    strangers: 0,
    lastAt: null,
  })
  const doors = [
    door('http', '/api/positions/batch'),
    door('osmand', '/api/doors/osmand'),
    door('owntracks', '/api/doors/owntracks'),
    door('mqtt', '0.0.0.0:1883'),
    door('jt808', null, false),
  ]
  const issued = { kind: 'token', token: 'secret', terminal: null, officerCode: 'A/1 #2' } as const
  const entered = (app: string, all = doors) =>
    Object.fromEntries(settingsFor(issued, all, here).find((one) => one.app === app)?.rows ?? [])

  it('names the host that the page was opened by, not what the server listens on', () => {
    expect(entered('traccar')).toEqual({ server: `${here.origin}/api/doors/osmand`, identifier: 'secret' })
    expect(entered('mqtt')).toMatchObject({ host: 'town.example', port: '1883', password: 'secret' })
    expect(addressOf(door('jt808', '10.0.0.7:8808'), here)).toBe('10.0.0.7:8808')
    expect(addressOf(door('socket', '/ws'), here)).toBe(`${here.origin}/field`)
  })
  it('gives a user name that is one level of a topic', () =>
    expect(entered('mqtt').user).toMatch(/^[^/+#\s]+$/))
  it('offers no token for somebody else’s broker, and says of a closed door that it is', () => {
    const theirs = [...doors.slice(0, 3), door('mqtt', 'mqtt://broker:1883'), ...doors.slice(4)]
    expect(entered('mqtt', theirs)).toEqual({})
    const bound = { kind: 'topic', token: null, terminal: 'zhang/phone', officerCode: 'A1' } as const
    expect(settingsFor(bound, theirs, here)[0]?.rows).toEqual([
      ['url', 'mqtt://broker:1883'],
      ['topic', 'owntracks/zhang/phone'],
    ])
    expect(settingsFor({ ...bound, kind: 'terminal', terminal: '138' }, doors, here)).toMatchObject([
      { app: 'jt808', closed: true },
    ])
  })
})

describe.each([
  ['the field page', fieldZh, fieldEn],
  ['devices and doors', devicesZh, devicesEn],
])('the words of %s', (_, zh, en) => {
  type Words = { [key: string]: unknown }
  const sentences = (words: Words, at = ''): [string, string][] =>
    Object.entries(words).flatMap(([key, value]): [string, string][] =>
      typeof value === 'object' && value !== null
        ? sentences(value as Words, `${at}${key}.`)
        : [
            [
              `${at}${key}`,
              typeof value === 'function'
                ? String((value as (...all: string[]) => unknown)('1', '2'))
                : String(value),
            ],
          ],
    )
  const [chinese, english] = [sentences(zh), sentences(en)]
  it('are there in both languages, and nothing more in one', () =>
    expect(english.map(([at]) => at).sort()).toEqual(chinese.map(([at]) => at).sort()))
  it('are empty nowhere and hold no Chinese in English', () => {
    expect([...chinese, ...english].filter(([, value]) => value.trim() === '')).toEqual([])
    expect(english.filter(([, value]) => /\p{Script=Han}/u.test(value))).toEqual([])
  })
})
