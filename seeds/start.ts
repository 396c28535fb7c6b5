import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readConfig } from '../api/config.ts'
import { type Db, openDatabase } from '../api/db/connect.ts'
import { migrate } from '../api/db/migrate.ts'
import { StartError } from '../api/errors.ts'
import { findTown } from '../api/grids/queries.ts'
import { checkPort, fail, type Running, serve, stopOnSignal } from '../api/main.ts'
import { seedSchemes } from '../api/staffing/queries.ts'
import { buildWeb, isBuilt } from '../web/build.ts'
import { type DemoFile, readDemoFile, seedDemo } from './demo/seed.ts'
import { startStep } from './progress.ts'
import { seedEmptyTown } from './reference/empty.ts'
import { staffingSchemes } from './reference/staffing.ts'

// One command to a living board: database, town, web app, server, and (unless told otherwise) the demo's people.

const help = `霞客 Xiake · npm start -- [options]
  --port <number>       port to serve at (default 8720; 0 takes a free one)
  --host <address>      address to listen on (default 127.0.0.1; 0.0.0.0 for the whole network)
  --data <folder>       where the embedded database and files live (default data)
  --no-demo             an empty town and one administrator instead of the demo town
  --demo-speed <factor> how fast the demo lives (default 1)
  DATABASE_URL          use a PostgreSQL + PostGIS server instead of the embedded database`

interface Options {
  demo: boolean
  speed: number
}

function readOptions(): Options {
  let values: Record<string, string | boolean | undefined>
  try {
    values = parseArgs({
      options: {
        port: { type: 'string' },
        host: { type: 'string' },
        data: { type: 'string' },
        demo: { type: 'boolean', default: true },
        'demo-speed': { type: 'string', default: '1' },
        help: { type: 'boolean', short: 'h' },
      },
      allowNegative: true,
    }).values
  } catch (error) {
    throw new StartError(`${(error as Error).message}\n${help}`)
  }
  if (values.help) {
    console.log(help)
    process.exit(0)
  }
  for (const [option, variable] of [
    ['port', 'PORT'],
    ['host', 'HOST'],
    ['data', 'XIAKE_DATA'],
  ] as const) {
    const value = values[option]
    if (typeof value === 'string') process.env[variable] = value
  }
  const speed = Number(values['demo-speed'])
  if (!(speed > 0 && speed <= 600)) throw new StartError('--demo-speed takes a number above 0, at most 600.')
  return { demo: values.demo === true, speed }
}

async function openTown(db: Db, options: Options, folder: string): Promise<DemoFile | undefined> {
  await seedSchemes(db, staffingSchemes)
  if (await findTown(db)) return options.demo ? readDemoFile(folder) : undefined
  if (options.demo) return seedDemo(db, { folder, now: new Date(), step: startStep })
  const password = await seedEmptyTown(db)
  console.log(`✓ An empty town. Sign in as admin with the password ${password} (shown this once).`)
  return undefined
}

function startLife(running: Running, folder: string, speed: number): ChildProcess {
  const life = spawn(
    process.execPath,
    [
      join(import.meta.dirname, 'demo', 'life.ts'),
      '--url',
      running.url,
      '--data',
      folder,
      '--speed',
      String(speed),
    ],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  )
  life.on('error', (error) => console.error(`The demo's people cannot start: ${error.message}`))
  life.on('exit', (code) => {
    if (code) console.error(`The demo's people have stopped (code ${code}); the board goes on without them.`)
  })
  return life
}

try {
  const options = readOptions()
  const config = readConfig()
  await checkPort(config)
  console.log('霞客 Xiake')
  const building = isBuilt() ? undefined : { step: startStep('web app · 构建网页'), done: buildWeb() }
  // A failing build must not go unheard while the database opens.
  building?.done.catch(() => {})

  const opening = startStep(
    config.databaseUrl
      ? 'database · 连接数据库'
      : `embedded database in ${config.dataFolder} · 打开内置数据库`,
  )
  const db = await openDatabase({ url: config.databaseUrl, folder: config.dataFolder })
  const ran = await migrate(db)
  opening.done(ran > 0 ? `${ran} migrations` : '')
  const demo = await openTown(db, options, config.dataFolder)
  if (building) {
    await building.done
    building.step.done()
  }
  const running = await serve(db, config)
  const life =
    demo && existsSync(join(import.meta.dirname, 'demo', 'life.ts'))
      ? startLife(running, config.dataFolder, options.speed)
      : undefined
  stopOnSignal(async () => {
    life?.kill()
    await running.close()
  })
  console.log(`
  大屏 board        ${running.url}/
  接口 API          ${running.url}/api/docs
${demo ? `\n  演示账号 demo accounts (password 口令: ${demo.password})\n${demo.accounts.map(({ username, name }) => `    ${username.padEnd(12)} ${name}`).join('\n')}\n` : ''}
  Ctrl-C stops. 按 Ctrl-C 停止。`)
} catch (error) {
  fail(error)
}
