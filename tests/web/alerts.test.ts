import { describe, expect, it } from 'vitest'
import type { Alert } from '../../api/contract/alert.ts'
import { alertKinds, isFor, isQuiet } from '../../api/contract/alert-rules.ts'
import type { Role } from '../../api/contract/roles.ts'
import { createRinger } from '../../web/alerts/ringer.ts'
import { inOrder, useAlerts } from '../../web/alerts/store.ts'
import { chosenOr, disturbs } from '../../web/alerts/telling.ts'

const alert = (id: number, more: Partial<Alert> = {}): Alert => ({
  id,
  kind: 'incident',
  severity: 'urgent',
  title: '燃气泄漏',
  gridId: 111,
  path: [1, 11, 111, 1111],
  incidentId: id,
  pointId: null,
  count: 1,
  level: 0,
  firstAt: '2026-11-21T04:00:00.000Z',
  lastAt: '2026-11-21T04:00:00.000Z',
  acknowledgedBy: null,
  acknowledgedAt: null,
  ...more,
})
const who = (role: Role, ...grids: number[]) => ({ role, grids })

describe('an alert is for', () => {
  it('the whole command centre, from the beginning, in its own grids', () => {
    for (const role of ['admin', 'dispatcher', 'screen'] as const) {
      expect(isFor(alert(1), who(role, 1))).toBe(true)
      expect(isFor(alert(1), who(role, 12))).toBe(false)
      expect(isFor(alert(1), who(role))).toBe(false)
    }
  })
  it('others in its own grid, and one grid up with every level, at most in the town', () => {
    const heardAt = (grid: number) =>
      [0, 1, 2, 3, 4].filter((level) => isFor(alert(1, { level }), who('leader', grid)))
    expect([1111, 111, 11, 1, 2].map(heardAt)).toEqual([[0, 1, 2, 3, 4], [1, 2, 3, 4], [2, 3, 4], [3, 4], []])
  })
  it('those who decide, when something is asked', () => {
    const asked = alert(1, { kind: 'asked', level: 3 })
    expect(
      (['leader', 'dispatcher', 'member', 'officer', 'screen'] as const).filter((role) =>
        isFor(asked, who(role, 1)),
      ),
    ).toEqual(['leader', 'dispatcher'])
  })
})

describe('hours of rest', () => {
  const shanghai = (hour: string) => Date.parse(`2026-11-21T${hour}:00+08:00`)
  it('are the town’s, may pass midnight, and end on the minute', () => {
    const night = { from: '22:00', to: '07:00' }
    const quietAt = ['21:59', '22:00', '00:00', '06:59', '07:00'].filter((hour) =>
      isQuiet(night, shanghai(hour), 'Asia/Shanghai'),
    )
    expect(quietAt).toEqual(['22:00', '00:00', '06:59'])
    expect(isQuiet(night, shanghai('23:00'), 'America/New_York')).toBe(false)
    expect(isQuiet({ from: '12:00', to: '13:00' }, shanghai('12:30'), 'Asia/Shanghai')).toBe(true)
    expect(isQuiet(null, shanghai('12:30'), 'Asia/Shanghai')).toBe(false)
  })
  it('let through what is urgent, and only kinds that are wanted', () => {
    const me = { accountId: 1, officerId: null, role: 'dispatcher' as const, name: '', grids: [1] }
    const listener = { me, timeZone: 'Asia/Shanghai', now: () => shanghai('23:00') }
    const wants = { ...chosenOr(null), quiet: { from: '22:00', to: '07:00' } }
    const usual = alert(1, { severity: 'usual' })
    expect([disturbs(alert(1), wants, listener), disturbs(usual, wants, listener)]).toEqual([true, false])
    expect(disturbs(usual, chosenOr(null), listener)).toBe(true)
    const fewer = { ...wants, kinds: alertKinds.filter((kind) => kind !== 'incident') }
    expect(disturbs(alert(1), fewer, listener)).toBe(false)
  })
})

describe('the ringer', () => {
  it('makes one sound of a storm, and another for something graver', () => {
    const { ring } = createRinger()
    const storm = Array.from({ length: 40 }, (_, i) => ring(i * 50, { arrived: 'usual', waiting: false }))
    expect(storm.filter(Boolean)).toEqual(['usual'])
    expect(ring(2500, { arrived: 'urgent', waiting: true })).toBe('urgent')
    expect(ring(2600, { arrived: 'usual', waiting: true })).toBeNull()
    expect(ring(5500, { arrived: 'usual', waiting: true })).toBe('usual')
  })
  it('sounds every 30 seconds while something urgent waits, and no more when it is acknowledged', () => {
    const { ring } = createRinger()
    ring(0, { arrived: 'urgent', waiting: true })
    const seconds = Array.from({ length: 100 }, (_, i) => i + 1)
    const rung = seconds.filter((second) => ring(second * 1000, { arrived: null, waiting: second < 95 }))
    expect(rung).toEqual([30, 60, 90])
    expect(ring(200_000, { arrived: null, waiting: false })).toBeNull()
  })
})

describe('the list of alerts', () => {
  it('holds what nobody has acknowledged, tells what is news, and no count as news', () => {
    const { applyChange } = useAlerts.getState()
    const heard: number[] = []
    const stop = useAlerts.subscribe(({ arrived }, before) => {
      if (arrived && arrived !== before.arrived) heard.push(arrived.alert.id)
    })
    applyChange(alert(1), true)
    applyChange(alert(1, { count: 40 }), false)
    applyChange(alert(2, { severity: 'usual' }), true)
    applyChange(alert(2, { severity: 'usual', level: 1 }), true)
    expect(heard).toEqual([1, 2, 2])
    expect(useAlerts.getState().alerts.get(1)?.count).toBe(40)
    applyChange(alert(1, { acknowledgedBy: '李', acknowledgedAt: '2026-11-21T04:01:00.000Z' }), true)
    expect([...useAlerts.getState().alerts.keys()]).toEqual([2])
    expect(heard).toEqual([1, 2, 2])
    stop()
  })
  it('begins with the gravest, then the newest', () => {
    const later = { lastAt: '2026-11-21T05:00:00.000Z' }
    const given = [
      alert(1, { severity: 'minor', ...later }),
      alert(2),
      alert(3, { severity: 'usual', ...later }),
      alert(4, later),
    ]
    expect(inOrder(given).map(({ id }) => id)).toEqual([4, 2, 3, 1])
  })
})
