import type { Server as HttpServer } from 'node:http'
import { Server, type Socket } from 'socket.io'
import { type Identity, isOurOrigin, scopeOf, sessionCookie, tokenShape } from './auth.ts'
import {
  type ClientToServer,
  type ServerToClient,
  type SubscribeAnswer,
  type SubscribeRequest,
  subscribeRequest,
} from './contract/events.ts'
import { encodePositions, type MovedOfficer } from './contract/frames.ts'
import type { TimelineEvent } from './contract/incident.ts'
import { type Caller, people, type Role } from './contract/roles.ts'
import type { Db } from './db/connect.ts'
import { inScope } from './db/scope.ts'
import { listTimelineAfter, timelineSeq } from './db/timeline.ts'
import { problemOf, Refusal } from './errors.ts'
import type { Locator } from './grids/locate.ts'
import type { LiveOfficer, LivePicture } from './positions/live.ts'

/** Who may send which event; an event that is not here is refused by a test. */
export const socketAccess: Record<keyof ClientToServer, readonly Role[]> = { subscribe: people }

type IO = Server<
  ClientToServer,
  ServerToClient,
  Record<string, never>,
  { caller: Caller; token: string; cut: boolean }
>
type Client = Socket<
  ClientToServer,
  ServerToClient,
  Record<string, never>,
  { caller: Caller; token: string; cut: boolean }
>

interface Parts {
  db: Db
  now: () => Date
  live: LivePicture
  locator: () => Locator
  identity: Identity
}
/** What the rooms may ask of the stream. */
export interface Stream {
  /** Something was committed to the timeline: read on and send. */
  wake(): void
  /** Everything has changed (an import): every client loads again. */
  reset(reason: string): Promise<void>
}

const tickMs = 500
/** More events than this behind: reloading the screen is cheaper than replaying. */
const replayLimit = 2000
/** Packets waiting for one client before it is cut off and told to load again: a frozen screen must not grow the server. */
const backlogLimit = 256

/**
 * The only file that emits. Durable events are read from the timeline after each commit, so their order and number are the
 * database's; positions are conflated and sent once per cell and tick. Rooms: `t:<grid>` events in a grid, `p:<grid>` positions
 * in a grid, `p:<cell>` positions in a viewport cell (for those who may see the whole town).
 */
export function createRealtime({ db, now, live, locator, identity }: Parts) {
  let io: IO | undefined
  let seq = 0
  let reading = false
  let again = false
  const timers: NodeJS.Timeout[] = []

  async function readTimeline() {
    if (reading) {
      again = true
      return
    }
    reading = true
    try {
      do {
        again = false
        const head = await timelineSeq(db)
        if (head - seq > replayLimit) {
          seq = head
          io?.emit('stream:reset', 'too many changes at once')
          continue
        }
        const events = await listTimelineAfter(db, seq, replayLimit)
        seq = events.at(-1)?.seq ?? seq
        send(events)
      } while (again)
    } catch (error) {
      console.error(`timeline: ${(error as Error).message}`)
    } finally {
      reading = false
    }
  }

  /** Runs of events from one grid go out as one message. */
  function send(events: readonly TimelineEvent[]) {
    for (let i = 0; i < events.length; ) {
      const key = String(events[i]?.path)
      let end = i + 1
      while (end < events.length && String(events[end]?.path) === key) end += 1
      const rooms = (events[i]?.path ?? []).map((grid) => `t:${grid}`)
      if (rooms.length > 0) io?.to(rooms).emit('timeline:appended', events.slice(i, end))
      i = end
    }
  }

  function sendMoves() {
    if (!io) return
    const rooms = io.sockets.adapter.rooms
    const frames = new Map<string, MovedOfficer[]>()
    const put = (room: string, officer: LiveOfficer, gone: boolean) => {
      if (!rooms.has(room)) return
      const frame = frames.get(room) ?? []
      frame.push({ ...officer, gridId: officer.path.at(-1) ?? 0, gone })
      frames.set(room, frame)
    }
    for (const { before, after } of live.takeMoves()) {
      const left = new Set(before ? roomsOf(before) : [])
      if (after) {
        for (const room of roomsOf(after)) {
          put(room, after, false)
          left.delete(room)
        }
      }
      if (before) for (const room of left) put(room, before, true)
    }
    // A client takes a tick whole, or not at all while it has not read the last one. Socket.IO's `volatile` would send
    // the first room's frame and drop those of the others: it looks at the line between any two packets.
    const busy = [...io.sockets.sockets.values()].filter((one) => backlogOf(one) > 0).map((one) => one.id)
    for (const [room, frame] of frames) {
      io.to(room)
        .except(busy)
        .emit('positions:moved', encodePositions(frame) as never)
    }
    cutOffTheSlow()
  }

  function cutOffTheSlow() {
    for (const socket of io?.sockets.sockets.values() ?? []) {
      const waiting = backlogOf(socket)
      // Again and again: one that cannot read may still write, and subscribe anew.
      if (waiting > backlogLimit) {
        socket.data.cut = true
        leaveAll(socket)
      } else if (socket.data.cut && waiting === 0) {
        socket.data.cut = false
        socket.emit('stream:reset', 'fell behind')
      }
    }
  }

  async function subscribe(socket: Client, request: SubscribeRequest): Promise<SubscribeAnswer> {
    const { caller } = socket.data
    const { pathOf, has, townId } = locator()
    const grids = request.grids ?? [...caller.grids]
    for (const grid of grids) {
      if (!has(grid) || !inScope(caller, pathOf(grid)))
        throw new Refusal(403, 'scope', `Grid ${grid} lies outside your grids.`)
    }
    const seesTown = caller.grids.includes(townId) && !request.grids
    // Without a pause in between: two subscriptions that arrive together must not mix.
    leaveAll(socket)
    void socket.join([
      ...grids.map((grid) => `t:${grid}`),
      ...(request.cells && seesTown
        ? request.cells.map((cell) => `p:${cell}`)
        : grids.map((grid) => `p:${grid}`)),
    ])
    // The rooms are joined first: an event that commits now comes twice rather than never; clients drop numbers they have seen.
    const head = await timelineSeq(db)
    const after = request.lastSeq ?? head
    const complete = head - after <= replayLimit && after <= head
    const events =
      complete && after < head
        ? await db.scoped(scopeOf(caller), (tx) => listTimelineAfter(tx, after, replayLimit))
        : []
    const wanted = request.grids
      ? events.filter((event) => event.path.some((id) => grids.includes(id)))
      : events
    return { seq: head, events: wanted, complete, serverTime: now().toISOString() }
  }

  const stream: Stream = {
    wake: () => void readTimeline(),
    async reset(reason) {
      seq = await timelineSeq(db)
      io?.emit('stream:reset', reason)
    },
  }

  return {
    stream,
    async attach(server: HttpServer) {
      seq = await timelineSeq(db)
      io = new Server(server, {
        path: '/ws',
        serveClient: false,
        maxHttpBufferSize: 100_000,
        // `cors.origin` does not stop a hostile page's websocket; this does.
        allowRequest: (request, done) => {
          const { origin, host } = request.headers
          done(null, isOurOrigin(origin, host))
        },
      })
      io.use(async (socket, next) => {
        const token = cookieOf(socket.handshake.headers.cookie)
        const caller = token ? await identity.bySession(token).catch(() => null) : null
        if (!token || !caller || !socketAccess.subscribe.includes(caller.role))
          return next(new Error('sign-in'))
        socket.data = { caller, token, cut: false }
        next()
      })
      io.on('connection', (socket) => {
        socket.on('subscribe', async (request, ack) => {
          if (typeof ack !== 'function') return
          try {
            const parsed = subscribeRequest.safeParse(request)
            if (!parsed.success)
              throw new Refusal(422, 'invalid', parsed.error.issues[0]?.message ?? 'not a subscription')
            ack({ ok: true, data: await subscribe(socket, parsed.data) })
          } catch (error) {
            ack({ ok: false, problem: problemOf(error) })
          }
        })
      })
      timers.push(
        setInterval(sendMoves, tickMs),
        // Another process may have written (a second API, an import): look now and then.
        setInterval(stream.wake, 2000),
        setInterval(() => void dropRevoked(), 30_000),
      )
    },
    /** Packets waiting for each client. */
    backlogs: () => [...(io?.sockets.sockets.values() ?? [])].map(backlogOf),
    /** Lets go of every client; they come back by themselves and ask for the rest. */
    dropClients: () => io?.disconnectSockets(true),
    async close() {
      for (const timer of timers) clearInterval(timer)
      await io?.close()
    },
  }

  async function dropRevoked() {
    for (const socket of io?.sockets.sockets.values() ?? []) {
      const held = socket.data.caller
      const caller = await identity.bySession(socket.data.token).catch(() => held)
      if (!caller) socket.disconnect(true)
      else if (caller.role !== held.role || String(caller.grids) !== String(held.grids)) {
        socket.data.caller = caller
        leaveAll(socket)
        socket.emit('stream:reset', 'rights have changed')
      }
    }
  }
}

const backlogOf = (socket: Client) =>
  (socket.conn as unknown as { writeBuffer: unknown[] }).writeBuffer.length
function leaveAll(socket: Client) {
  for (const room of socket.rooms) if (room !== socket.id) void socket.leave(room)
}
const roomsOf = (officer: LiveOfficer) => [`p:${officer.cell}`, ...officer.path.map((id) => `p:${id}`)]
const cookieOf = (header = '') =>
  header.match(new RegExp(`(?:^|; )${sessionCookie}=([^;]+)`))?.[1]?.match(tokenShape)?.[0]
