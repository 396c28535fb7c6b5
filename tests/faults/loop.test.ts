import { describe, expect, it } from 'vitest'
import { databases } from '../setup/database.ts'
import { openTown } from '../setup/town.ts'
import { grounds } from './grounds.ts'
import { runKills } from './loop-kill.ts'
import { runModel } from './loop-model.ts'
import { runQueues } from './loop-queues.ts'

// A short run of what `npm run faults -- incidents` does at length; a seed that fails there is tried again with it.

const seed = Math.floor(Date.now() / 1000) % 2 ** 31

describe.each(databases)('the loop under random hands on $name', ({ open }) => {
  it('stays within its table, tells of every step, and leaves no hole in the numbers', async () => {
    const town = await openTown(open)
    const figures = await runModel(town, { count: 60, seed })
    await town.close()
    expect(figures).toMatchObject({ sequences: 60, illegalStates: 0, lostTransitions: 0, timelineGaps: 0 })
    expect(figures.accepted).toBeGreaterThan(100)
  }, 120_000)

  it('does what phones send again and again once', async () => {
    const town = await openTown(open)
    const figures = await runQueues(town, { count: 40, seed })
    await town.close()
    expect(figures).toMatchObject({ duplicates: 0, lost: 0 })
  }, 120_000)
})

describe.each(grounds)('a loop that is killed on $name', (ground) => {
  it('has everything it acknowledged, and screens get the rest by number', async () => {
    const figures = await runKills(ground, 4)
    expect(figures).toMatchObject({ acknowledgedLost: 0, notConverged: 0 })
    expect(figures.acknowledged).toBeGreaterThan(4)
  }, 120_000)
})
