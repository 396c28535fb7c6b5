import { describe, expect, test } from 'vitest'
import type { OsmRelation } from '../../gis-data/formats/osm.ts'
import { turnFault, turnOf } from '../../gis-data/nouns/turns.ts'

const relation = (
  tags: Record<string, string>,
  members: [OsmRelation['members'][number]['type'], number, string][] = [
    ['way', 10, 'from'],
    ['node', 2, 'via'],
    ['way', 11, 'to'],
  ],
): OsmRelation => ({
  type: 'relation',
  id: 7,
  tags: { type: 'restriction', ...tags },
  members: members.map(([type, ref, role]) => ({ type, ref, role })),
})
const turn = { relation: 7, from: 10, via: 2, to: 11, only: false }

describe('what a relation says of turning', () => {
  test.each([
    [{ restriction: 'no_left_turn' }, turn],
    [{ restriction: 'only_straight_on' }, { ...turn, only: true }],
    [{ 'restriction:motorcar': 'no_entry' }, turn],
    [
      { restriction: 'no_left_turn', 'restriction:motor_vehicle': 'only_right_turn' },
      { ...turn, only: true },
    ],
    [{ restriction: 'no_left_turn', except: 'bicycle; psv' }, turn],
    [{ restriction: 'no_left_turn', 'restriction:conditional': 'none @ (22:00-06:00)' }, turn],
    [{ restriction: 'no_left_turn', except: 'psv; motorcar' }, { reason: 'cars are excepted' }],
    [{ 'restriction:hgv': 'no_left_turn' }, { reason: 'is not for cars' }],
    [{ 'restriction:conditional': 'no_left_turn @ (Mo-Fr)' }, { reason: 'holds at times only' }],
    [{ restriction: 'no_left_turn', hour_on: '07:00' }, { reason: 'holds at times only' }],
    [{ restriction: 'give_way' }, { reason: 'restricts no turn (give_way)' }],
  ])('%j', (tags, said) => {
    expect(turnOf(relation(tags))).toEqual(said)
  })

  test.each<[Parameters<typeof relation>[1], string]>([
    [
      [
        ['way', 10, 'from'],
        ['way', 12, 'via'],
        ['way', 11, 'to'],
      ],
      'goes over a way, not over a node',
    ],
    [
      [
        ['way', 10, 'from'],
        ['way', 11, 'to'],
      ],
      'lacks the way it is from, the node it is via or the way it is to',
    ],
    [
      [
        ['node', 10, 'from'],
        ['node', 2, 'via'],
        ['way', 11, 'to'],
      ],
      'lacks the way it is from, the node it is via or the way it is to',
    ],
    [
      [
        ['way', 10, 'from'],
        ['way', 12, 'from'],
        ['node', 2, 'via'],
        ['way', 11, 'to'],
      ],
      'names several ways it is from or to',
    ],
  ])('%j: %s', (members, reason) => {
    expect(turnOf(relation({ restriction: 'no_entry' }, members))).toEqual({ reason })
  })
})

describe('whether a turn can be made on the roads', () => {
  const roads = new Map([
    [10, [1, 2]],
    [11, [2, 3]],
    [12, [4, 2, 5]],
  ])
  const places = new Map([1, 2, 3, 4, 5].map((id) => [id, true]))
  test.each([
    [{ ...turn }, null],
    [{ ...turn, to: 10 }, null],
    [{ ...turn, from: 12, to: 12 }, null],
    [{ ...turn, to: 13 }, 'way 13 is no road of the file'],
    [{ ...turn, via: 1 }, 'node 1 is not on way 11'],
    [{ ...turn, from: 12 }, 'way 12 is not cut at node 2: which side of it is meant is not said'],
    [{ ...turn, to: 12 }, 'way 12 is not cut at node 2: which side of it is meant is not said'],
  ])('%j: %s', (given, fault) => {
    expect(turnFault(given, { roads, places })).toBe(fault)
  })
  test('a node that the file does not hold', () => {
    expect(turnFault(turn, { roads, places: new Map() })).toBe('node 2 is not in the file')
  })
})
