import { globSync } from 'node:fs'
import { basename, join } from 'node:path'

// `npm run bench -- <name>`: one file a benchmark; each ends with one line of JSON.

const names = globSync(join(import.meta.dirname, '*.bench.ts')).map((file) => basename(file, '.bench.ts'))
const name = process.argv[2] ?? ''
if (!names.includes(name)) {
  console.error(`Which benchmark? npm run bench -- ${names.join(' | ')}`)
  process.exit(1)
}
const { bench } = (await import(join(import.meta.dirname, `${name}.bench.ts`))) as {
  bench: () => Promise<Record<string, number>>
}
console.log(JSON.stringify(await bench()))
