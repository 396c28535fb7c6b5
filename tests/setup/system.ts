import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { userInfo } from 'node:os'
import { dirname } from 'node:path'

// What the tests need from the system, found or installed from Debian's packages. Nothing is ever skipped for want of it.

interface Need {
  what: string
  /** Answers where it is, or undefined. */
  find: () => string | undefined
  packages: string[]
}

const findPostgis = () => {
  const binaries = globSync('/usr/lib/postgresql/*/bin/postgres').sort().reverse()
  const found = binaries.find((path) =>
    existsSync(`/usr/share/postgresql/${path.split('/')[4]}/extension/postgis.control`),
  )
  return process.env.XIAKE_PG_BIN ?? (found && dirname(found))
}
const findChromium = () =>
  [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
    (path) => path && existsSync(path),
  )
// Debian keeps servers where an ordinary user's path does not reach.
const findMosquitto = () =>
  [process.env.MOSQUITTO, '/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto', '/usr/bin/mosquitto'].find(
    (path) => path && existsSync(path),
  )
const findFont = () => {
  const listed = spawnSync('fc-list', [':lang=zh-cn', 'file'], { encoding: 'utf8' })
  return listed.stdout?.split('\n').find(Boolean)?.replace(/:\s*$/, '')
}

const needs: Need[] = [
  {
    what: 'a PostgreSQL server with PostGIS',
    find: findPostgis,
    packages: ['postgresql-15-postgis-3', 'postgresql-postgis'],
  },
  { what: 'Chromium', find: findChromium, packages: ['chromium'] },
  { what: 'the MQTT broker Mosquitto', find: findMosquitto, packages: ['mosquitto'] },
  {
    what: 'pdftoppm, which draws a PDF',
    find: () => ['/usr/bin/pdftoppm'].find((path) => existsSync(path)),
    packages: ['poppler-utils'],
  },
  {
    what: 'the relay coturn',
    find: () => ['/usr/bin/turnserver'].find((path) => existsSync(path)),
    packages: ['coturn'],
  },
  {
    what: 'openssl',
    find: () => ['/usr/bin/openssl'].find((path) => existsSync(path)),
    packages: ['openssl'],
  },
  { what: 'a Chinese font', find: findFont, packages: ['fonts-noto-cjk', 'fontconfig'] },
]

/** What a benchmark compares itself with. */
export const pgRouting: Need = {
  what: 'pgRouting',
  find: () => globSync('/usr/share/postgresql/*/extension/pgrouting.control')[0],
  packages: ['postgresql-15-pgrouting', 'postgresql-16-pgrouting', 'postgresql-17-pgrouting'],
}

/** Installs what is missing where that is possible; throws one sentence naming everything that is not to be had. */
export function ensureSystem(wanted: readonly Need[] = needs): void {
  const missing = wanted.filter((need) => !need.find())
  if (missing.length === 0) return
  const canInstall = existsSync('/usr/bin/apt-get') && userInfo().uid === 0
  if (canInstall) {
    const apt = (...args: string[]) =>
      execFileSync('apt-get', ['-qq', ...args], {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      })
    console.log(`installing ${missing.map((need) => need.what).join(', ')} …`)
    try {
      apt('update')
      for (const need of missing)
        apt(
          'install',
          '-y',
          ...need.packages.filter(isKnown).slice(0, need.what.startsWith('a Chinese') ? 2 : 1),
        )
    } catch (error) {
      console.error((error as Error).message)
    }
  }
  const still = wanted.filter((need) => !need.find())
  if (still.length === 0) return
  const list = still.map((need) => `${need.what} (Debian: ${need.packages[0]})`).join(', ')
  throw new Error(
    `The tests need ${list}. ${canInstall ? 'Installing failed.' : 'Install it, or run the tests as root on Debian, where they install it themselves.'}`,
  )
}

const isKnown = (name: string) => spawnSync('apt-cache', ['show', name], { stdio: 'ignore' }).status === 0

export function postgresFolder(): string {
  const found = findPostgis()
  if (!found) throw new Error('PostgreSQL with PostGIS is missing: run `npm test`, which installs it.')
  return found
}
export function chromiumPath(): string {
  const found = findChromium()
  if (!found) throw new Error('Chromium is missing: run `npm test`, which installs it.')
  return found
}
export function mosquittoPath(): string {
  const found = findMosquitto()
  if (!found) throw new Error('Mosquitto is missing: run `npm test`, which installs it.')
  return found
}
