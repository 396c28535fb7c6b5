import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'

// The rooms and their order (design.md §2). A room knows the rooms before it, never those after it.
const rooms = [
  'people',
  'grids',
  'units',
  'staffing',
  'tracks',
  'patrols',
  'positions',
  'doors',
  'monitoring',
  'media',
  'incidents',
  'intake',
  'casefile',
  'alerts',
  'plans',
  'dispatch',
  'calls',
  'evaluation',
  'reports',
  'walls',
  'imports',
  'exports',
]

const root = join(import.meta.dirname, '..')
const files = globSync('{api,web,gis-data,seeds,tests}/**/*.{ts,tsx}', {
  cwd: root,
  exclude: (path) => path.includes('dist'),
})
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const code = (file: string) => read(file).replaceAll(/^\s*\/\/.*|\/\*[\s\S]*?\*\//gm, '')
const importsOf = (file: string) =>
  [...read(file).matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map(([, path = '']) =>
    relative(root, join(root, dirname(file), path)),
  )
const roomOf = (file: string) => file.match(/^(?:api|web)\/([^/]+)\//)?.[1] ?? ''

describe('the architecture', () => {
  it('sees the files', () => expect(files.length).toBeGreaterThan(60))

  it('imports rooms only backwards', () => {
    const forward = files.flatMap((file) => {
      const own = rooms.indexOf(roomOf(file))
      if (own < 0) return []
      return importsOf(file)
        .filter((path) => rooms.indexOf(roomOf(path)) > own && path.split('/')[0] === file.split('/')[0])
        .map((path) => `${file} → ${path}`)
    })
    expect(forward).toEqual([])
  })

  it('keeps the product ignorant of the demo and the tests', () => {
    const wrong = files.flatMap((file) =>
      importsOf(file)
        .filter(
          (path) =>
            // One engine for the manage page and the command line: these two rooms hand files to it.
            (file.startsWith('api/') &&
              (/^(web|seeds|tests)\//.test(path) ||
                (path.startsWith('gis-data/') && !/^api\/(imports|exports)\//.test(file)))) ||
            (file.startsWith('web/') && /^(seeds|tests|gis-data)\//.test(path)),
        )
        .map((path) => `${file} → ${path}`),
    )
    expect(wrong).toEqual([])
    const words = files.filter((file) => /^(api|web)\//.test(file) && /\bdemo\b/i.test(code(file)))
    expect(words).toEqual([])
  })

  it('lets the web see the contract and nothing else of the API', () => {
    const wrong = files.flatMap((file) =>
      file.startsWith('web/')
        ? importsOf(file)
            .filter((path) => path.startsWith('api/') && !path.startsWith('api/contract/'))
            .map((path) => `${file} → ${path}`)
        : [],
    )
    expect(wrong).toEqual([])
  })

  it('keeps SQL in queries, the database room and data builds', () => {
    const allowed = /^(api\/db\/|api\/[^/]+\/(([a-z]+-)?queries|history|overlay)\.ts|gis-data\/|tests\/)/
    const sql = /[`']\s*(select|insert into|update|delete from|with)\s+[a-z_*"]/
    expect(files.filter((file) => !allowed.test(file) && sql.test(code(file)))).toEqual([])
  })

  it('keeps deck.gl in layers and the map, and fetch and sockets out of components', () => {
    const web = files.filter((file) => file.startsWith('web/'))
    expect(
      web.filter(
        (file) => /from '@deck\.gl/.test(read(file)) && !/\/([a-z]+-)?layers?\.tsx?$|^web\/map\//.test(file),
      ),
    ).toEqual([])
    expect(
      web.filter(
        (file) =>
          /\bfetch\(|from 'socket\.io-client'/.test(read(file)) && !/^web\/(client|realtime)\.ts$/.test(file),
      ),
    ).toEqual([])
  })

  it('opens every page over plain http: keys of commands are made where the browser need not give them', () => {
    const askers = files.filter((file) => file.startsWith('web/') && /randomUUID\(/.test(code(file)))
    expect(askers).toEqual(['web/client.ts'])
  })

  it('has no drawer for odds and ends, and no second level below a room', () => {
    expect(
      files.filter((file) => /\/(utils|helpers|common|services|types|lib)(\/|\.tsx?$)/.test(file)),
    ).toEqual([])
    expect(files.filter((file) => /^(api|web)\/[^/]+\/[^/]+\//.test(file))).toEqual([])
  })

  it('emits from one file only', () => {
    expect(files.filter((file) => file.startsWith('api/') && /\.emit\(/.test(read(file)))).toEqual([
      'api/realtime.ts',
    ])
  })
})
