import { expect, test } from 'vitest'
import { createRepeats } from '../../gis-data/values/repeats.ts'

test('a key that comes again is told with its first row, among three hundred thousand like it', () => {
  const repeated = createRepeats()
  for (let i = 1; i <= 300_000; i += 1) expect(repeated(`源:${i}`, i)).toBeUndefined()
  for (const i of [1, 77, 4096, 150_000, 300_000]) expect(repeated(`源:${i}`, 999_999)).toBe(i)
  expect(repeated('', 5)).toBeUndefined()
  expect(repeated('', 6)).toBe(5)
})
