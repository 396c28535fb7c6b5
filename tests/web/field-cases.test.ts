import { describe, expect, it } from 'vitest'
import type { Incident } from '../../api/contract/incident.ts'
import { mediaLimits } from '../../api/contract/media.ts'
import { byPress, expect as expected, shareOf } from '../../web/field/expect.ts'
import { mediaBytes } from '../../web/field/media-limits.ts'
import type { Command, Entry } from '../../web/field/outbox-order.ts'

const me = { accountId: 5, officerId: 1 }
const row = (more: Partial<Incident> = {}) =>
  ({ id: 7, state: 'dispatched', version: 3, officerId: null, unitId: 2, dueAt: null, ...more }) as Incident
let seq = 0
const entry = (action: 'accept' | 'finish' | 'extend', more: Partial<Entry> = {}): Entry => {
  seq += 1
  const command: Command =
    action === 'extend'
      ? { kind: 'ask', incident: 7, body: { action, note: '等' }, media: [] }
      : { kind: 'transition', incident: 7, body: { action, version: 3 }, media: [] }
  const fresh = { tries: 0, notBefore: 0, problem: null, answer: null, state: 'waiting' as const }
  return { key: `k${seq}`, owner: 'account:5', seq, at: seq, title: '', command, ...fresh, ...more }
}

describe('a case on a phone', () => {
  it('is shown as it will be once what waits has arrived', () => {
    const waiting = [entry('accept'), entry('extend'), entry('finish')]
    const { incident, pending } = expected(row(), waiting, me)
    expect(incident).toMatchObject({ state: 'handled', officerId: 1, handledBy: 5 })
    expect(pending.map(({ standing }) => standing)).toEqual(['waits', 'waits', 'waits'])
  })
  it('is shown as the server has it where the server refused, and nothing that stands on it is believed', () => {
    const { incident, pending } = expected(
      row(),
      [entry('accept', { state: 'refused' }), entry('finish')],
      me,
    )
    expect(incident.state).toBe('dispatched')
    expect(pending.map(({ standing }) => standing)).toEqual(['refused', 'held'])
  })
  it('keeps what was answered until the list is as new as the answer', () => {
    const sent = entry('accept', { state: 'sent', answer: { id: 7, version: 4 } })
    expect(expected(row(), [sent], me).incident.state).toBe('handling')
    expect(expected(row({ state: 'dispatched', version: 5 }), [sent], me)).toMatchObject({
      incident: { state: 'dispatched' },
      pending: [],
    })
  })
  it('is mine by my name, or by my unit while nobody of it has taken it', () => {
    const mine = { officerId: 1, unitId: 2 }
    expect(shareOf(row({ officerId: 1, unitId: 9 }), mine)).toBe('mine')
    expect(shareOf(row(), mine)).toBe('mine')
    expect(shareOf(row({ officerId: 4 }), mine)).toBe('grid')
    expect(shareOf(row({ unitId: null }), { officerId: 1, unitId: null })).toBe('grid')
  })
  it('stands by what is left of its time', () => {
    const due = (id: number, dueAt: string | null) => row({ id, dueAt })
    const list = [due(1, null), due(2, '2026-11-22T00:00:00Z'), due(3, '2026-11-21T00:00:00Z'), due(4, null)]
    expect(list.sort(byPress).map(({ id }) => id)).toEqual([3, 2, 4, 1])
  })
  it('knows how large an upload may be as the server does', () => expect(mediaBytes).toEqual(mediaLimits))
})
