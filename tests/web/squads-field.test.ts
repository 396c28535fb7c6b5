import { describe, expect, it } from 'vitest'
import { officerAbilities } from '../../api/contract/abilities.ts'
import type { OwnAssignment } from '../../api/contract/assignment.ts'
import { dispatchSettings, usualSettings } from '../../api/contract/dispatch.ts'
import type { Officer } from '../../api/contract/unit.ts'
import { platformOf, toGcj02, wayLink } from '../../web/field/datum.ts'
import {
  isWayDue,
  leftOf,
  metersBetween,
  metersText,
  nextStep,
  offerOf,
  taskOf,
  type Way,
} from '../../web/field/task.ts'
import { en } from '../../web/locales/en.ts'
import {
  limits,
  settingsDraftOf,
  settingsFrom,
  timeNames,
  usual,
  weightNames,
  wrongSetting,
} from '../../web/loop/settings-draft.ts'
import { addWords, findAble, wordsInUse } from '../../web/staffing/abilities.ts'

const assignment = (id: number, more: Partial<OwnAssignment> = {}) =>
  ({
    id,
    state: 'offered',
    severity: 'usual',
    classCode: '01',
    offeredAt: '2026-11-21T01:00:00.000Z',
    lapsesAt: '2026-11-21T01:01:30.000Z',
    ...more,
  }) as OwnAssignment

describe('degrees for another app', () => {
  // googollee/eviltransform, BSD-2.
  it.each([
    [121.5272106, 31.1774276, 121.531541859215, 31.17530398364597],
    [113.912316, 22.543847, 113.9171764808363, 22.540796131694766],
    [116.377817, 39.911954, 116.38404722455657, 39.91334545536069],
  ])('are shifted in China: %f, %f', (lng, lat, x, y) => {
    const [gotX, gotY] = toGcj02(lng, lat)
    expect(gotX).toBeCloseTo(x, 5)
    expect(gotY).toBeCloseTo(y, 5)
  })
  it('are left alone elsewhere', () => expect(toGcj02(-73.98, 40.75)).toEqual([-73.98, 40.75]))

  const goal = { lng: 121.5272106, lat: 31.1774276, name: '东环路 8 号&b' }
  const name = encodeURIComponent(goal.name)
  const link = (app: Parameters<typeof wayLink>[0], platform: 'android' | 'ios' | 'other' = 'other') =>
    wayLink(app, goal, { mode: 'drive', platform })
  it('go to AMap shifted, by the app where there is one', () => {
    expect(link('amap')).toBe(
      `https://uri.amap.com/navigation?to=121.531542,31.175304,${name}&mode=car&coordinate=gaode`,
    )
    expect(link('amap', 'android')).toMatch(/^amapuri:\/\/.*dlat=31\.175304&dlon=121\.531542.*dev=0/)
    expect(link('amap', 'ios')).toMatch(/^iosamap:\/\/.*dlat=31\.175304&dlon=121\.531542.*dev=0/)
  })
  it('go to Baidu and Apple shifted, to any other map as the satellites say', () => {
    expect(link('baidu')).toContain(`destination=latlng:31.175304,121.531542|name:${name}&coord_type=gcj02`)
    expect(link('apple')).toBe('https://maps.apple.com/?daddr=31.175304,121.531542&dirflg=d')
    expect(link('other')).toMatch(/^geo:31\.177428,121\.527211\?q=31\.177428,121\.527211/)
    expect(wayLink('apple', goal, { mode: 'walk', platform: 'ios' })).toContain('dirflg=w')
  })
  it('know the phone by its name', () => {
    expect(platformOf('Mozilla/5.0 (Linux; Android 14; M2102)')).toBe('android')
    expect(platformOf('Mozilla/5.0 (iPhone; CPU iPhone OS 17_5)')).toBe('ios')
    expect(platformOf('Mozilla/5.0 (X11; Linux x86_64)')).toBe('other')
  })
})

describe('what rings and what is the task', () => {
  it('rings for danger first, then by weight, then for what lapses first', () => {
    const all = [
      assignment(1, { lapsesAt: '2026-11-21T01:02:00.000Z' }),
      assignment(2),
      assignment(3, { severity: 'urgent' }),
      assignment(4, { classCode: 'SOS', severity: 'urgent', lapsesAt: '2026-11-21T01:09:00.000Z' }),
      assignment(5, { state: 'enroute', severity: 'urgent' }),
    ]
    const order = []
    for (let left = all; ; ) {
      const offer = offerOf(left)
      if (!offer) break
      order.push(offer.id)
      left = left.filter((one) => one !== offer)
    }
    expect(order).toEqual([4, 3, 2, 1])
    expect(taskOf(all)?.id).toBe(5)
    expect(taskOf(all.slice(0, 4))).toBeNull()
  })
  it('goes on its way, to the scene, and away', () => {
    const after = (state: OwnAssignment['state']) => nextStep({ state })
    expect([after('accepted'), after('enroute'), after('onscene'), after('done'), after('offered')]).toEqual([
      'enroute',
      'onscene',
      'done',
      null,
      null,
    ])
  })
  it('counts down by the server’s clock, and never longer than the offer was', () => {
    const now = Date.parse('2026-11-21T01:00:30.000Z')
    expect(leftOf(assignment(1), now, 0)).toBe(60_000)
    expect(leftOf(assignment(1), now, 20_000)).toBe(40_000)
    expect(leftOf(assignment(1), now, -300_000)).toBe(90_000)
    expect(leftOf(assignment(1), now, 300_000)).toBe(0)
  })
  it('asks for the way again after a while or a hundred metres, more rarely where there is none', () => {
    const seen: Way = {
      at: 0,
      lng: 120.4,
      lat: 31.7,
      journey: { seconds: 60, meters: 500, mode: 'drive', line: [] },
      problem: null,
    }
    const near = { lng: 120.4009, lat: 31.7 }
    const far = { lng: 120.4011, lat: 31.7 }
    expect(metersBetween({ lng: 120.4, lat: 31.7 }, near)).toBeLessThan(100)
    expect(isWayDue(null, 0, null)).toBe(true)
    expect(isWayDue(seen, 14_000, near)).toBe(false)
    expect(isWayDue(seen, 14_000, far)).toBe(true)
    expect(isWayDue(seen, 15_000, near)).toBe(true)
    expect(isWayDue({ ...seen, journey: null }, 15_000, near)).toBe(false)
    expect(isWayDue({ ...seen, journey: null }, 30_000, near)).toBe(true)
  })
  it('says metres as people do', () => {
    const { squad } = en.street
    expect([metersText(84, squad), metersText(996, squad), metersText(4_230, squad)]).toEqual([
      '80 m',
      '1.0 km',
      '4.2 km',
    ])
  })
})

describe('the settings of dispatching while they are being written', () => {
  it('are the contract’s: what is usual, and the least and the most of each', () => {
    expect(usual).toEqual(usualSettings)
    for (const name of [...weightNames, ...timeNames]) {
      const at = (value: number) =>
        name in usual.weights
          ? { ...usual, weights: { ...usual.weights, [name]: value } }
          : { ...usual, [name]: value }
      const [least, most] = limits[name]
      const takes = (value: number) => dispatchSettings.safeParse(at(value)).success
      expect([name, takes(least), takes(most), takes(least - 1), takes(most + 1)]).toEqual([
        name,
        true,
        true,
        false,
        false,
      ])
    }
  })
  it('go through the form unchanged', () => {
    expect(settingsFrom(settingsDraftOf(usualSettings))).toEqual(usualSettings)
    expect(settingsDraftOf(usualSettings).ownGrid).toBe('2')
    const none = { ...usualSettings, weights: { ...usualSettings.weights, ownGrid: 0 } }
    expect(dispatchSettings.parse(settingsFrom(settingsDraftOf(none)))).toEqual(none)
  })
  it.each([
    ['ownGrid', '61'],
    ['gap', '-1'],
    ['gap', ''],
    ['offerSeconds', '90.5'],
    ['offerSeconds', '14'],
    ['stormMinutes', '1e2'],
  ] as const)('refuses %s: %s', (name, typed) => {
    expect(wrongSetting({ ...settingsDraftOf(usualSettings), [name]: typed })).toBe(name)
    expect(wrongSetting(settingsDraftOf(usualSettings))).toBeNull()
  })
})

describe('what people can do', () => {
  const officer = (code: string, more: Partial<Officer>) =>
    ({
      code,
      name: `名${code}`,
      unitId: 1,
      certified: false,
      skills: [],
      powers: [],
      equipment: [],
      ...more,
    }) as unknown as Officer
  const all = [
    officer('2', { certified: true, skills: ['急救', '潜水'], unitId: 2 }),
    officer('1', { skills: ['急救'], equipment: ['拖车'] }),
  ]
  it('takes words as they are typed, several at once, each once, no more than the server does', () => {
    expect(addWords(['急救'], ' 潜水、急救; 手语,\n')).toEqual(['急救', '潜水', '手语'])
    const many = addWords([], Array.from({ length: 30 }, (_, i) => `词${i}${'长'.repeat(50)}`).join('、'))
    expect(officerAbilities.safeParse({ skills: many }).success).toBe(true)
  })
  it('offers the words in use, the most frequent first', () => {
    expect(wordsInUse(all, 'skills')).toEqual(['急救', '潜水'])
  })
  it('finds by any word, by the certificate and by the squad', () => {
    const find = (wish: object) =>
      findAble(all, { text: '', show: 'all', unitId: null, ...wish }).map(({ code }) => code)
    expect(find({})).toEqual(['1', '2'])
    expect(find({ text: '急救 拖车' })).toEqual(['1'])
    expect(find({ show: 'certified' })).toEqual(['2'])
    expect(find({ show: 'plain' })).toEqual(['1'])
    expect(find({ unitId: 2 })).toEqual(['2'])
  })
})
