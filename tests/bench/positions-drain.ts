import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'

// Screens that read what they are sent and look at nothing: a process of its own, so that only the server's work is counted.

interface Work {
  port: number
  path: string
  cookie: string
  clients: number
  /** What is asked for once the line stands: a Socket.IO event with its acknowledgement's number. */
  subscribe: string | null
}
let bytes = 0

process.on('message', async (work: Work | 'bytes') => {
  if (work === 'bytes') return process.send?.(bytes)
  for (let i = 0; i < work.clients; i += 1) await open(work)
  process.send?.('ready')
})

function open({ port, path, cookie, subscribe }: Work): Promise<void> {
  return new Promise((resolve, reject) => {
    const line = connect(port, '127.0.0.1', () =>
      line.write(
        `GET ${path}/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
          `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nCookie: ${cookie}\r\n\r\n`,
      ),
    )
    line.setNoDelay(true)
    line.on('error', reject)
    // Unasked, before the server's patience ends.
    setInterval(() => line.write(text('3')), 15_000)
    let step = 0
    line.on('data', (data) => {
      bytes += data.length
      if (step > 2) return
      const said = data.toString('latin1')
      // Upgraded and opened; then the namespace; then the subscription.
      if (step === 0 && said.includes('101')) {
        step = 1
        line.write(text('40'))
      } else if (step === 1 && said.includes('40{')) {
        step = 3
        if (subscribe) line.write(text(subscribe))
        resolve()
      }
    })
  })
}

/** A masked text frame of less than 65,536 bytes. */
function text(words: string): Buffer {
  const body = Buffer.from(words)
  const head =
    body.length < 126
      ? Buffer.of(0x81, 0x80 | body.length)
      : Buffer.of(0x81, 0xfe, body.length >> 8, body.length & 255)
  return Buffer.concat([head, Buffer.alloc(4), body])
}
