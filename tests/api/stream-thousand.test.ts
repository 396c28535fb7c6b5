import { io } from 'socket.io-client'
import { expect, it } from 'vitest'
import { parser } from '../../api/contract/stream-parser.ts'
import { databases } from '../setup/database.ts'
import { openTown, readFrames, until } from '../setup/town.ts'

// A thousand screens lose their lines at once, as after a restart.

it('a thousand screens that lose their lines come back spread over seconds, and are all served', async () => {
  const open = databases.find(({ name }) => name === 'embedded')?.open
  if (!open) throw new Error('no embedded database')
  const town = await openTown(open)
  const { cookie } = await town.as('leader')
  const back: number[] = []
  let served = 0
  let lost = 0
  const screens = Array.from({ length: 1000 }, () => {
    const socket = io(town.running.url, {
      path: '/ws',
      parser,
      transports: ['websocket'],
      extraHeaders: { cookie },
      forceNew: true,
      // As web/realtime.ts has it.
      reconnectionDelay: 1500,
      reconnectionDelayMax: 10_000,
      randomizationFactor: 1,
    })
    readFrames(socket)
    socket.on('connect', () => {
      if (lost > 0) back.push(performance.now())
      void socket.emitWithAck('subscribe', { cells: [] }).then((answer) => {
        if (answer.ok) served += 1
      })
    })
    return socket
  })
  await until('the first thousand', () => served === 1000, 30_000)
  served = 0
  lost = performance.now()
  for (const socket of screens) socket.io.engine.close()
  await until('the thousand again', () => served >= 1000, 40_000)
  const waits = back.map((at) => at - lost).sort((a, b) => a - b)
  expect(waits.length).toBeGreaterThanOrEqual(1000)
  // Nine tenths of them over more than a second: not all at once.
  const span = (waits[949] ?? 0) - (waits[49] ?? 0)
  expect(span).toBeGreaterThan(1000)
  for (const socket of screens) socket.close()
  await town.close()
}, 90_000)
