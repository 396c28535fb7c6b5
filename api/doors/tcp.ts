import { createServer, type Socket } from 'node:net'
import { StartError } from '../errors.ts'

/** A TCP port with limits on who may stand in it. */
export interface TcpDoor {
  /** host:port, as it was taken. */
  address: string
  connections: () => number
  close: () => Promise<void>
}
/** One connection. `known` says that its device has shown who it is: from then on its address does not count it. */
export interface Guest {
  socket: Socket
  from: string
  known: () => void
}
export interface TcpLimits {
  /** Connections in all. */
  connections: number
  /** Connections from one address that have not said who they are; a whole fleet may come from one, through its carrier. */
  unknownPerAddress: number
  /** How long one may stay unknown, in milliseconds. */
  unknownMs: number
}
const usual: TcpLimits = { connections: 25_000, unknownPerAddress: 500, unknownMs: 30_000 }

/** Listens, and hands each connection to `serve` unless there are too many. Throws `StartError` when the port cannot be had. */
export async function openTcp(
  { name, host, port, limits }: { name: string; host: string; port: number; limits?: Partial<TcpLimits> },
  serve: (guest: Guest) => void,
): Promise<TcpDoor> {
  const { connections, unknownPerAddress, unknownMs } = { ...usual, ...limits }
  const sockets = new Set<Socket>()
  const unknown = new Map<string, number>()
  const server = createServer({ noDelay: true, keepAlive: true }, (socket) => {
    // A broken connection is an everyday thing; without a listener it would end the process.
    socket.on('error', () => {})
    const from = (socket.remoteAddress ?? '').replace(/^::ffff:/, '')
    const waiting = unknown.get(from) ?? 0
    if (sockets.size >= connections || waiting >= unknownPerAddress) return void socket.destroy()
    unknown.set(from, waiting + 1)
    const tooLate = setTimeout(() => socket.destroy(), unknownMs)
    let isKnown = false
    const known = () => {
      if (isKnown) return
      isKnown = true
      clearTimeout(tooLate)
      const left = (unknown.get(from) ?? 1) - 1
      if (left > 0) unknown.set(from, left)
      else unknown.delete(from)
    }
    sockets.add(socket)
    socket.once('close', () => {
      sockets.delete(socket)
      known()
    })
    serve({ socket, from, known })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', ({ code }: NodeJS.ErrnoException) =>
      reject(
        new StartError(
          code === 'EADDRINUSE'
            ? `Port ${port} for ${name} is taken by another program. Stop it, or choose another port.`
            : `Cannot listen on ${host}:${port} for ${name} (${code}).`,
        ),
      ),
    )
    server.listen(port, host, resolve)
  })
  server.on('error', (error) => console.error(`${name}: ${error.message}`))
  const taken = server.address()
  return {
    address: `${host}:${typeof taken === 'object' && taken ? taken.port : port}`,
    connections: () => sockets.size,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
