import { io } from 'socket.io-client'
import { createFrameReader } from '../../api/contract/frames.ts'
import { parser } from '../../api/contract/stream-parser.ts'

// Screens that read every frame as the web does, and say how long each fix took from its phone.

interface Work {
  url: string
  cookie: string
  clients: number
  cells: string[]
}
const latencies = new Uint32Array(100_000)
let officers = 0
const lines: { bytesRead: number }[] = []
let began = 0

process.on('message', async (work: Work | 'begin' | 'end') => {
  if (work === 'begin') {
    latencies.fill(0)
    officers = 0
    began = lines.reduce((sum, one) => sum + one.bytesRead, 0)
    return
  }
  if (work === 'end') {
    const bytes = lines.reduce((sum, one) => sum + one.bytesRead, 0) - began
    process.send?.({ officers, bytes, latencies: [...latencies.entries()].filter(([, n]) => n > 0) })
    return
  }
  for (let i = 0; i < work.clients; i += 1) {
    const socket = io(work.url, {
      path: '/ws',
      parser,
      transports: ['websocket'],
      extraHeaders: { cookie: work.cookie },
      forceNew: true,
    })
    let now = 0
    let frameAt = 0
    const reader = createFrameReader({
      from(at) {
        frameAt = at
      },
      take(_room, _id, _lng, _lat, age) {
        officers += 1
        const late = Math.max(0, Math.round(now - frameAt + age * 100))
        latencies[late] = (latencies[late] ?? 0) + 1
      },
      gone() {},
    })
    socket.on('positions:moved', (frame: ArrayBuffer) => {
      now = Date.now()
      if (reader.read(frame) === 'gap') throw new Error('a frame is missing')
    })
    await new Promise<void>((resolve) => socket.once('connect', () => resolve()))
    const transport = socket.io.engine.transport as unknown as { ws: { _socket: { bytesRead: number } } }
    lines.push(transport.ws._socket)
    await socket.emitWithAck('subscribe', { cells: work.cells })
  }
  process.send?.('ready')
})
