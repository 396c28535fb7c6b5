import { databases } from '../setup/database.ts'
import setup from '../setup/global.ts'
import { openTown } from '../setup/town.ts'
import { grounds } from './grounds.ts'
import { runKills } from './loop-kill.ts'
import { runModel } from './loop-model.ts'
import { runQueues } from './loop-queues.ts'

// `npm run faults -- incidents [seed]`: the full counts, on both databases; ends with one line of JSON.

const [name, given] = process.argv.slice(2)
if (name !== 'incidents') {
  console.error('Which faults? npm run faults -- incidents [seed]')
  process.exit(1)
}
const seed = Number(given ?? Math.floor(Date.now() / 1000))
if (!Number.isSafeInteger(seed)) {
  console.error('The seed must be a whole number.')
  process.exit(1)
}
console.log(`seed ${seed}`)
const stop = await setup()
const sums: Record<string, number> = {}
const add = (part: string, figures: object) => {
  console.log(part, JSON.stringify(figures))
  for (const [key, value] of Object.entries(figures) as [string, number][])
    if (key !== 'seed') sums[key] = (sums[key] ?? 0) + value
}
try {
  for (const { name: database, open } of databases) {
    const town = await openTown(open)
    // The server takes the longer half of the ten thousand.
    const count = database === 'server' ? 7000 : 3000
    add(`model ${database}`, await runModel(town, { count, seed }))
    add(`queues ${database}`, await runQueues(town, { count: 1000, seed }))
    await town.close()
  }
  for (const ground of grounds) add(`kills ${ground.name}`, await runKills(ground, 50))
} finally {
  stop?.()
}
console.log(JSON.stringify({ ...sums, seed }))
process.exit(0)
