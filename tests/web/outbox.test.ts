import { describe, expect, it } from 'vitest'
import { newKey, RequestFailed } from '../../web/client.ts'
import { createOutbox, type Draft, type Line, pieceSize } from '../../web/field/outbox.ts'
import { backOffMs, type Command, type Entry, standingOf } from '../../web/field/outbox-order.ts'
import { createMemoryStore } from '../../web/field/outbox-store.ts'

// What waits on a phone, against a server of a few lines that remembers keys as the real one does.

const failed = (status: number, code: string, detail = '') =>
  new RequestFailed({ type: 'about:blank', title: '', status, code, detail })

/** `trouble` is asked before and after each request: what it throws is lost on the way there, or on the way back. */
function fakeServer() {
  const media = new Map<
    string,
    { id: number; key: string; bytes: number; received: number; content: string }
  >()
  const incidents = new Map<number, { id: number; version: number; mediaIds: number[]; done: string[] }>()
  const answered = new Map<string, unknown>()
  const asked: string[] = []
  const server = {
    media,
    incidents,
    asked,
    trouble: (_path: string, _way: 'there' | 'back'): void => {},
    refuse: (_path: string, _body: Record<string, unknown>): void => {},
  }
  const row = (key: string) => {
    const found = [...media.values()].find((one) => one.key === key)!
    return { ...found, state: found.received === found.bytes ? 'ready' : 'receiving', reason: '' }
  }
  const handle = (path: string, body: Record<string, unknown>): unknown => {
    if (path.endsWith('/media')) {
      const key = body.key as string
      if (!media.has(key))
        media.set(key, { id: 100 + media.size, key, bytes: body.bytes as number, received: 0, content: '' })
      return row(key)
    }
    const key = (body.sourceKey ?? body.key) as string
    if (answered.has(key)) return answered.get(key)
    server.refuse(path, body)
    const id = path === '/api/incidents' ? incidents.size + 1 : Number(path.split('/')[3])
    const held = incidents.get(id) ?? { id, version: 0, mediaIds: [], done: [] }
    if (body.version !== undefined && body.version !== held.version)
      throw failed(409, 'version', 'The incident has moved on.')
    held.version += 1
    held.done.push((body.action as string | undefined) ?? 'report')
    held.mediaIds.push(...((body.mediaIds as number[] | undefined) ?? []))
    incidents.set(id, held)
    const answer = { id, number: `N${id}`, version: held.version }
    answered.set(key, answer)
    return answer
  }
  const line: Line = {
    skew: () => 0,
    async post<T>(path: string, body: unknown) {
      asked.push(path)
      server.trouble(path, 'there')
      const answer = structuredClone(handle(path, body as Record<string, unknown>))
      server.trouble(path, 'back')
      return answer as T
    },
    async put<T>(path: string, bytes: Blob) {
      asked.push('piece')
      server.trouble(path, 'there')
      const [, id, from] = path.match(/(\d+)\/content\?offset=(\d+)/) ?? []
      const held = [...media.values()].find((one) => one.id === Number(id))
      if (!held) throw failed(404, 'not-found')
      if (Number(from) !== held.received) throw failed(409, 'offset')
      held.content += await bytes.text()
      held.received += bytes.size
      server.trouble(path, 'back')
      return row(held.key) as T
    },
  }
  return { server, line }
}

const report = (media: string[] = []): Command => ({
  kind: 'report',
  body: { classCode: '01', title: '井盖', description: '', address: '', lng: 120.4, lat: 31.7 },
  media,
})
const move = (incident: number | string, action: 'accept' | 'finish', version?: number): Command => ({
  kind: 'transition',
  incident,
  body: { action, ...(version && { version }), ...(action === 'finish' && { note: '好' }) },
  media: [],
})
const photo = (bytes: number, incidentId: number | null = null): Command => ({
  kind: 'upload',
  medium: { kind: 'photo', moment: 'found', bytes, name: 'a.jpg' },
  incidentId,
  reportKey: null,
})
const draft = (key: string, command: Command): Draft => ({ key, title: key, command })

function phone(line: Line, clock = { at: Date.parse('2026-11-21T01:00:00Z') }) {
  const store = createMemoryStore()
  let entries: Entry[] = []
  const open = () =>
    createOutbox({
      store,
      line,
      owner: 'account:1',
      told: (all) => (entries = all),
      now: () => clock.at,
      chance: () => 1,
    })
  const standings = () => entries.map((one) => `${one.key} ${standingOf(one, entries)}`)
  return { store, clock, open, standings, entry: (key: string) => entries.find((one) => one.key === key) }
}

describe('the outbox of a phone', () => {
  it('sends uploads before what brings them, in pieces, and a case’s steps in their order', async () => {
    const { server, line } = fakeServer()
    const { open, standings } = phone(line)
    const outbox = open()
    const big = new Blob(['x'.repeat(pieceSize), 'y'.repeat(pieceSize), 'z'])
    await outbox.add(
      [draft('r', report(['p'])), draft('p', photo(big.size)), draft('f', move('r', 'finish'))],
      new Map([['p', big]]),
    )
    await outbox.add([draft('g', move('r', 'accept'))])
    expect(await outbox.send()).toBeNull()
    expect(server.asked).toEqual([
      '/api/media',
      'piece',
      'piece',
      'piece',
      '/api/incidents',
      '/api/incidents/1/transitions',
      '/api/incidents/1/transitions',
    ])
    expect(server.incidents.get(1)).toMatchObject({ mediaIds: [100], done: ['report', 'finish', 'accept'] })
    expect([...server.media.values()][0]?.content).toBe(await big.text())
    expect(standings().every((one) => one.endsWith('sent'))).toBe(true)
  })

  it('is done once, however often the line breaks there, back, or the page dies', async () => {
    for (let seed = 0; seed < 60; seed += 1) {
      const { server, line } = fakeServer()
      const own = phone(line)
      let turn = seed * 7919
      server.trouble = () => {
        turn = (turn * 1_103_515_245 + 12_345) % 2_147_483_648
        if (turn % 5 < 2) throw failed(turn % 3 === 0 ? 503 : 0, 'network')
      }
      const file = new Blob(['x'.repeat(pieceSize + 5)])
      await own
        .open()
        .add(
          [draft('p', photo(file.size)), draft('r', report(['p'])), draft('a', move('r', 'accept'))],
          new Map([['p', file]]),
        )
      for (let tries = 0; tries < 200; tries += 1) {
        // A new page each time: nothing but the store knows what was sent.
        if ((await own.open().send()) === null) break
        own.clock.at += 120_000
      }
      expect(own.standings()).toEqual(['p sent', 'r sent', 'a sent'])
      expect([...server.incidents.values()]).toEqual([
        { id: 1, version: 2, mediaIds: [100], done: ['report', 'accept'] },
      ])
      expect([...server.media.values()][0]?.content.length).toBe(file.size)
    }
  })

  it('keeps what conflicted with the server’s sentence, holds what stands on it, and lets the rest go on', async () => {
    const { server, line } = fakeServer()
    const own = phone(line)
    const outbox = own.open()
    server.incidents.set(7, { id: 7, version: 3, mediaIds: [], done: [] })
    server.incidents.set(8, { id: 8, version: 1, mediaIds: [], done: [] })
    await outbox.add([
      draft('accept', move(7, 'accept', 2)),
      draft('finish', move(7, 'finish', 2)),
      draft('other', move(8, 'accept', 1)),
    ])
    await outbox.send()
    expect(own.standings()).toEqual(['accept refused', 'finish held', 'other sent'])
    expect(own.entry('accept')?.problem).toMatchObject({ status: 409, detail: 'The incident has moved on.' })
    expect(server.incidents.get(7)?.done).toEqual([])
    // Looked at, and meant all the same.
    await outbox.retry('accept')
    await outbox.send()
    expect(server.incidents.get(7)?.done).toEqual(['accept', 'finish'])
  })

  it('takes the version of a step from the one before it on the same phone', async () => {
    const { server, line } = fakeServer()
    const own = phone(line)
    server.incidents.set(7, { id: 7, version: 4, mediaIds: [], done: [] })
    await own.open().add([draft('a', move(7, 'accept', 4)), draft('f', move(7, 'finish', 4))])
    await own.open().send()
    expect(server.incidents.get(7)?.done).toEqual(['accept', 'finish'])
  })

  it('gives up a photograph and sends the report without it; gives up a report with all that was for it', async () => {
    const { server, line } = fakeServer()
    const own = phone(line)
    const outbox = own.open()
    await outbox.add([draft('lost', photo(3)), draft('r', report(['lost'])), draft('f', move('r', 'finish'))])
    await outbox.send()
    // Its file is gone from the phone: refused without the server.
    expect(own.standings()).toEqual(['lost refused', 'r held', 'f held'])
    await outbox.discard('lost')
    await outbox.send()
    expect(own.standings()).toEqual(['r sent', 'f sent'])
    server.refuse = () => {
      throw failed(422, 'invalid', 'classCode: there is no class 99')
    }
    await outbox.add([draft('r2', report()), draft('f2', move('r2', 'finish'))])
    await outbox.send()
    await outbox.discard('r2')
    expect(own.standings()).toEqual(['r sent', 'f sent'])
  })

  it('waits longer after each failure, a minute at most, and tells when it was taken down', async () => {
    const { server, line } = fakeServer()
    const own = phone(line)
    const bodies: Record<string, unknown>[] = []
    server.trouble = () => {
      throw failed(0, 'network')
    }
    server.refuse = (_, body) => void bodies.push(body)
    const outbox = own.open()
    await outbox.add([draft('r', report())])
    const waits: number[] = []
    for (let tries = 0; tries < 8; tries += 1) waits.push((await outbox.send())! - own.clock.at)
    expect(waits).toEqual([2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000])
    expect(backOffMs(3, 0)).toBe(4000)
    server.trouble = () => {}
    own.clock.at += 3_600_000
    await outbox.send()
    await outbox.add([draft('now', report())])
    await outbox.send()
    expect(bodies.map((body) => body.happenedAt)).toEqual(['2026-11-21T01:00:00.000Z', undefined])
  })

  it('never sends what another one left on the phone', async () => {
    const { server, line } = fakeServer()
    const store = createMemoryStore()
    const as = (owner: string) => createOutbox({ store, line, owner, told: () => {} })
    await as('account:1').add([draft('r', report())])
    await as('account:2').send()
    expect(server.asked).toEqual([])
    await as('account:1').send()
    expect(server.asked).toEqual(['/api/incidents'])
  })

  it('makes keys that the server takes', () =>
    expect(newKey()).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/))
})
