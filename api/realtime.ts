import type { Server as HttpServer } from 'node:http'
import { Server, type Socket } from 'socket.io'
import type { ZodType, z } from 'zod'
import { checkAccess, type Identity, isOurOrigin, scopeOf, sessionCookie, tokenShape } from './auth.ts'
import type { Line } from './calls/line.ts'
import type { Switchboard } from './calls/switchboard.ts'
import type { Talk } from './calls/talk.ts'
import {
  callRequest,
  consentRequest,
  inviteRequest,
  joinRequest,
  pictureRequest,
  ringRequest,
  showRequest,
  signalRequest,
  talkPieceRequest,
  talkRequest,
} from './contract/call.ts'
import {
  type Ack,
  type ClientToServer,
  type GridCrossing,
  type ServerToClient,
  type SubscribeAnswer,
  type SubscribeRequest,
  subscribeRequest,
  watchRequest,
} from './contract/events.ts'
import type { TimelineEvent } from './contract/incident.ts'
import { fixBatch } from './contract/position.ts'
import { type Caller, command, desks, people, type Role, street } from './contract/roles.ts'
import type { Wall } from './contract/wall.ts'
import type { Db } from './db/connect.ts'
import { inScope } from './db/scope.ts'
import { listTimelineAfter, timelineSeq } from './db/timeline.ts'
import { notFound, problemOf, Refusal } from './errors.ts'
import type { Locator } from './grids/locate.ts'
import type { RecordFixes } from './positions/ingest.ts'
import type { LivePicture } from './positions/live.ts'
import { createRooms, placeOf } from './positions/rooms.ts'
import type { Hall } from './walls/hall.ts'
import { maskedEvents } from './walls/mask.ts'
import { findWall } from './walls/queries.ts'
import { mayWatch } from './walls/routes.ts'

/** Whoever can be called. */
const callers: readonly Role[] = [...command, ...street]

/** Who may send which event; an event that is not here is refused by a test. */
export const socketAccess: Record<keyof ClientToServer, readonly Role[]> = {
  subscribe: people,
  report: street,
  'wall:watch': [...desks, 'screen'],
  'call:ring': callers,
  'call:invite': command,
  'call:join': callers,
  'call:decline': callers,
  'call:leave': callers,
  'call:show': callers,
  'call:signal': callers,
  'call:ask-picture': command,
  'call:consent': callers,
  'talk:listen': callers,
  'talk:stop': callers,
  'talk:take': callers,
  'talk:give': callers,
  'talk:sound': callers,
}

interface Held {
  caller: Caller
  token: string
  /** It does not read: it is told nothing until it does, and then to load again. */
  cut: boolean
  /** It was still reading when a tick went out: it gets its rooms' snapshots when it is done. */
  missed: boolean
  view: View | null
  /** For calls, of whoever can be called. */
  line?: Line
}
/** The places some screens look at, and the room that they are in. */
interface View {
  room: string
  places: readonly string[]
}
type IO = Server<ClientToServer, ServerToClient, Record<string, never>, Held>
type Client = Socket<ClientToServer, ServerToClient, Record<string, never>, Held>
/** The same socket, where one line of code serves many events and each schema says what its own brings. */
interface Untyped {
  on(event: string, listener: (request: unknown, ack: unknown) => void): unknown
}

interface Parts {
  db: Db
  now: () => Date
  live: LivePicture
  locator: () => Locator
  identity: Identity
  recordFixes: RecordFixes
  everyoneLimit: number
  calls: Switchboard
  talk: Talk
  hall: Hall
}
/** What the rooms may ask of the stream. */
export interface Stream {
  /** Something was committed to the timeline: read on and send. */
  wake(): void
  /** Officers have entered or left grids. */
  cross(crossings: readonly GridCrossing[]): void
  /** A wall is steered, or has become another. */
  showWall(wall: Wall): void
  /** Everything has changed (an import): every client loads again. */
  reset(reason: string): Promise<void>
}

const tickMs = 500
/** More events than this behind: reloading the screen is cheaper than replaying. */
const replayLimit = 2000
const countsMs = 2000
/** What may wait for one client before it is cut off and told to load again: a frozen screen must not grow the server. */
const backlogLimit = { packets: 256, bytes: 4_000_000 }

/**
 * The only file that emits. Durable events are read from the timeline after each commit, so their order and number are the
 * database's. Positions are conflated: each tick one frame per place (a cell of the viewport for those who may see the whole town,
 * a grid for the others), encoded once; all frames of a view (the places a screen looks at) go out as one message.
 * Rooms: `o:<officer>` their pages, `w:<wall>` a wall and who steers it, `t:<grid>` events in a grid (`s:<grid>`: without who did it, for walls), `x:<grid>` also who crosses its borders, `v:<n>` a view, `c:far` and `c:near` counts.
 */
export function createRealtime({
  db,
  now,
  live,
  locator,
  identity,
  recordFixes,
  everyoneLimit,
  ...spoken
}: Parts) {
  const { calls, talk, hall } = spoken
  let io: IO | undefined
  let seq = 0
  let reading = false
  let again = false
  const timers: NodeJS.Timeout[] = []
  const rooms = createRooms(live)
  const views = new Map<string, View>()
  let viewCount = 0
  let rounds = 0
  let looks = 0
  /** Whether there are more officers than everybody is sent; told apart by a tenth, so that the screens do not go to and fro. */
  let crowded = false
  let crossed: GridCrossing[] = []

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

  /** Who is sent somewhere, or called back, looks at once: the phones of the street subscribe to nothing. */
  function nudge(events: readonly TimelineEvent[]) {
    const sent = new Set(
      events.flatMap(({ event, data }) => (event.startsWith('squad:') ? (data.officerIds as number[]) : [])),
    )
    if (sent.size > 0) io?.to([...sent].map((id) => `o:${id}`)).emit('squads:changed')
  }

  /** Runs of events from one grid go out as one message. */
  function send(events: readonly TimelineEvent[]) {
    nudge(events)
    for (let i = 0; i < events.length; ) {
      const key = String(events[i]?.path)
      let end = i + 1
      while (end < events.length && String(events[end]?.path) === key) end += 1
      const path = events[i]?.path ?? []
      const run = events.slice(i, end)
      if (path.length > 0) {
        io?.to(path.map((grid) => `t:${grid}`)).emit('timeline:appended', run)
        const walls = path.map((grid) => `s:${grid}`).filter((room) => io?.sockets.adapter.rooms.has(room))
        if (walls.length > 0) io?.to(walls).emit('timeline:appended', maskedEvents(run))
      }
      i = end
    }
  }

  function tick() {
    if (!io) return
    const at = now().getTime()
    const there = io.sockets.adapter.rooms
    for (const [key, view] of views) if (!there.has(view.room)) views.delete(key)
    const open = new Set([...views.values()].flatMap(({ places }) => places))
    const frames = rooms.tick(live.takeMoves(), { isOpen: (place) => open.has(place), at })
    // A client takes a tick whole, or not at all while it has not read the last one.
    for (const { room, places } of views.values()) {
      const message = messageOf(places.flatMap((place) => frames.get(place) ?? []))
      for (const id of there.get(room) ?? []) {
        const socket = io.sockets.sockets.get(id)
        if (!socket) continue
        if (backlogOf(socket) > 0) socket.data.missed = true
        else if (socket.data.missed) {
          socket.data.missed = false
          sendSnapshots(socket, places)
        } else if (message.data.length > 0) sendFrames(socket, message)
      }
    }
    sendPresence()
    sendCrossings()
    cutOffTheSlow()
  }

  function sendSnapshots(socket: Client, places: readonly string[]) {
    const at = now().getTime()
    if (places.length > 0)
      sendFrames(socket, messageOf(places.map((place) => rooms.join(place, at).snapshot)))
  }

  function viewOf(places: readonly string[]): View {
    const key = [...places].sort().join(' ')
    const held = views.get(key) ?? { room: `v:${(viewCount += 1)}`, places }
    views.set(key, held)
    return held
  }

  /** One message a room, however many are told of: five thousand phones come back at once after a restart. */
  function sendByGrid<T>(
    kind: 't' | 's' | 'x',
    told: readonly T[],
    pathOf: (one: T) => readonly number[],
    send: (room: string, some: T[]) => void,
  ) {
    const there = io?.sockets.adapter.rooms
    const byRoom = new Map<string, T[]>()
    for (const one of told)
      for (const grid of pathOf(one)) {
        const room = `${kind}:${grid}`
        if (!there?.has(room)) continue
        const some = byRoom.get(room)
        if (some) some.push(one)
        else byRoom.set(room, [one])
      }
    for (const [room, some] of byRoom) send(room, some)
  }

  function sendPresence() {
    const told = live.takePresence()
    for (const kind of ['t', 's'] as const)
      sendByGrid(
        kind,
        told,
        ({ path }) => path,
        (room, some) =>
          io?.to(room).emit(
            'presence:changed',
            some.map(({ officerId, state, at }) => ({ officerId, state, at })),
          ),
      )
  }

  function sendCrossings() {
    const told = crossed
    crossed = []
    const { has, pathOf } = locator()
    sendByGrid(
      'x',
      told,
      ({ gridId }) => (has(gridId) ? pathOf(gridId) : []),
      (room, some) => io?.to(room).emit('grid:crossed', some),
    )
  }

  const countsNow = () => ({
    total: live.size,
    grids: [...live.counts({ grids: [locator().townId] })],
    units: [...live.countsByUnit()],
  })
  function countTheCrowd() {
    const limit = everyoneLimit * (crowded ? 0.9 : 1)
    if (crowded === live.size >= limit) return
    crowded = !crowded
    io?.emit('stream:reset', crowded ? 'many officers' : 'few officers')
  }
  /** Whoever sees only counts gets them every two seconds, whoever sees officers as well every third time. */
  function sendCounts() {
    countTheCrowd()
    rounds += 1
    const heard = ['c:far', ...(rounds % 3 === 0 ? ['c:near'] : [])].filter((room) =>
      io?.sockets.adapter.rooms.has(room),
    )
    if (heard.length > 0) io?.to(heard).emit('positions:counted', countsNow())
  }

  function cutOffTheSlow() {
    for (const socket of io?.sockets.sockets.values() ?? []) {
      const waiting = backlogOf(socket)
      // Again and again: one that cannot read may still write, and subscribe anew.
      if (waiting > backlogLimit.packets || bytesWaiting(socket) > backlogLimit.bytes) {
        socket.data.cut = true
        leaveAll(socket)
      } else if (socket.data.cut && waiting === 0) {
        socket.data.cut = false
        socket.data.missed = false
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
    countTheCrowd()
    const seesTown = caller.grids.includes(townId) && !request.grids
    const shows =
      !request.cells || !seesTown || !crowded ? 'everyone' : request.cells.length > 0 ? 'cells' : 'counts'
    const before = socket.data.view?.places ?? []
    const places = {
      everyone: grids.map(placeOf),
      cells: request.cells ?? [],
      counts: [],
    }[shows]
    const view = places.length > 0 ? viewOf(places) : null
    // Without a pause in between: two subscriptions that arrive together must not mix.
    leaveAll(socket)
    void socket.join([
      ...grids.map((grid) => `${caller.role === 'screen' ? 's' : 't'}:${grid}`),
      ...(request.crossings ? grids.map((grid) => `x:${grid}`) : []),
      ...(view ? [view.room] : []),
      ...(shows === 'everyone' ? [] : [shows === 'counts' ? 'c:far' : 'c:near']),
    ])
    if (shows !== 'everyone') socket.emit('positions:counted', countsNow())
    // The same rooms asked for again: the client has lost a frame. Otherwise those it has been in go on.
    const again = places.every((place) => before.includes(place))
    socket.data.view = view
    sendSnapshots(socket, again ? places : places.filter((place) => !before.includes(place)))
    const ids = places.map((place) => rooms.idOf(place) ?? 0)
    // The rooms are joined first: an event that commits now comes twice rather than never; clients drop numbers they have seen.
    const head = await timelineSeq(db)
    const after = request.lastSeq ?? head
    const complete = head - after <= replayLimit && after <= head
    const events =
      complete && after < head
        ? await db.scoped(scopeOf(caller), (tx) => listTimelineAfter(tx, after, replayLimit))
        : []
    const told = request.grids
      ? events.filter((event) => event.path.some((id) => grids.includes(id)))
      : events
    return {
      seq: head,
      events: caller.role === 'screen' ? maskedEvents(told) : told,
      complete,
      serverTime: now().toISOString(),
      rooms: ids,
      shows,
    }
  }

  async function watchWall(socket: Client, { wallId, behindMs }: z.infer<typeof watchRequest>) {
    const { caller } = socket.data
    checkAccess(caller, socketAccess['wall:watch'])
    const row = await findWall(db, wallId)
    if (!row || !mayWatch(caller, row)) throw notFound('wall')
    void socket.join(`w:${wallId}`)
    // A desk that looks on is not the screen.
    if (caller.role === 'screen' && behindMs !== undefined) hall.note(wallId, behindMs)
    return hall.wire(row)
  }

  const stream: Stream = {
    wake: () => void readTimeline(),
    cross: (crossings) => {
      // Nobody listens for the most of them: kept only from tick to tick.
      if (io && crossed.length < 50_000) crossed.push(...crossings)
    },
    showWall: (wall) => io?.to(`w:${wall.id}`).emit('wall:changed', wall),
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
        socket.data = { caller, token, cut: false, missed: false, view: null }
        next()
      })
      io.on('connection', (socket) => {
        const { officerId } = socket.data.caller
        if (officerId !== null) void socket.join(`o:${officerId}`)
        socket.on('subscribe', (request, ack) =>
          answer(ack, () => subscribe(socket, parsed(subscribeRequest, request))),
        )
        socket.on('report', (batch, ack) =>
          answer(ack, () => {
            const { caller } = socket.data
            checkAccess(caller, socketAccess.report)
            if (caller.officerId === null)
              throw new Refusal(403, 'no-officer', 'This account belongs to no officer.')
            return recordFixes(caller.officerId, parsed(fixBatch, batch).fixes, 'socket')
          }),
        )
        socket.on('wall:watch', (request, ack) =>
          answer(ack, () => watchWall(socket, parsed(watchRequest, request))),
        )
        if (callers.includes(socket.data.caller.role)) carryCalls(socket)
      })
      timers.push(
        setInterval(tick, tickMs),
        setInterval(sendCounts, countsMs),
        // Another process may have written (a second API, an import): look now and then.
        setInterval(stream.wake, 2000),
        setInterval(() => void dropRevoked(), 5000),
        setInterval(() => {
          calls.tick()
          talk.tick()
        }, 1000),
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

  /** What comes from one page about calls and push to talk, and what is told to it. */
  function carryCalls(socket: Client) {
    const { accountId } = socket.data.caller
    if (accountId === null) return
    const line: Line = {
      caller: () => socket.data.caller,
      changed: (call) => socket.emit('call:changed', call),
      signal: (sent) => socket.emit('call:signal', sent),
      floor: (floor) => socket.emit('talk:floor', floor),
      sound: (sent) => socket.emit('talk:sound', sent),
      isBehind: () => backlogOf(socket) > 0,
      isOpen: () => socket.connected,
    }
    type Asked = Exclude<keyof ClientToServer, 'subscribe' | 'report' | 'talk:sound' | 'wall:watch'>
    const on = <E extends Asked, T>(
      event: E,
      schema: ZodType<T>,
      work: (line: Line, request: T) => unknown,
    ) =>
      (socket as unknown as Untyped).on(event, (request, ack) =>
        answer(ack as Ack<unknown>, async () => {
          checkAccess(socket.data.caller, socketAccess[event])
          return work(line, parsed(schema, request))
        }),
      )
    on('call:ring', ringRequest, calls.ring)
    on('call:invite', inviteRequest, calls.invite)
    on('call:join', joinRequest, calls.join)
    on('call:decline', callRequest, calls.decline)
    on('call:leave', callRequest, calls.leave)
    on('call:show', showRequest, calls.show)
    on('call:signal', signalRequest, calls.signal)
    on('call:ask-picture', pictureRequest, calls.askPicture)
    on('call:consent', consentRequest, calls.consent)
    on('talk:listen', talkRequest, talk.listen)
    on('talk:stop', talkRequest, talk.stop)
    on('talk:take', talkRequest, talk.take)
    on('talk:give', talkRequest, talk.give)
    socket.on('talk:sound', (piece) => {
      const read = talkPieceRequest.safeParse(piece)
      if (read.success && callers.includes(socket.data.caller.role)) talk.sound(line, read.data)
    })
    socket.on('disconnect', () => {
      talk.disconnect(line)
      calls.disconnect(line, accountId)
    })
    calls.connect(line)
    socket.data.line = line
  }

  /** Once in 30 s everybody is asked for, as every caller costs a query; whoever hears a squad each time. */
  async function dropRevoked() {
    looks += 1
    const everybody = looks % 6 === 0
    for (const socket of io?.sockets.sockets.values() ?? []) {
      const { line } = socket.data
      if (!everybody && !(line && talk.isHearing(line))) continue
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

async function answer<T>(ack: Ack<T>, work: () => Promise<T>): Promise<void> {
  if (typeof ack !== 'function') return
  try {
    ack({ ok: true, data: await work() })
  } catch (error) {
    ack({ ok: false, problem: problemOf(error) })
  }
}
function parsed<T>(schema: ZodType<T>, given: unknown): T {
  const read = schema.safeParse(given)
  if (read.success) return read.data
  const issue = read.error.issues[0]
  throw new Refusal(422, 'invalid', [issue?.path.join('.'), issue?.message].filter(Boolean).join(': '))
}

/** Frames on their way: as data, and as one websocket message that all who get it share, head and body in one buffer. */
interface Message {
  data: Buffer
  options: { wsPreEncodedFrame: [Buffer] }
}
/** Engine.IO's own option, by which Socket.IO broadcasts text; its types leave it out. */
interface FramedLine {
  write(data: Buffer, options: Message['options']): void
}
function messageOf(frames: readonly Uint8Array[]): Message {
  const length = frames.reduce((sum, { byteLength }) => sum + byteLength, 0)
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10)
  // Final, binary, unmasked; then the length in 7 bits, 16 or 64 (RFC 6455, 5.2).
  head[0] = 0x82
  head[1] = head.length === 2 ? length : head.length === 4 ? 126 : 127
  if (head.length === 4) head.writeUInt16BE(length, 2)
  if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2)
  const whole = Buffer.concat([head, ...frames])
  return { data: whole.subarray(head.length), options: { wsPreEncodedFrame: [whole] } }
}
/** As a bare binary message: see contract/stream-parser.ts. */
function sendFrames({ conn }: Client, { data, options }: Message) {
  const line: FramedLine = conn as unknown as FramedLine
  line.write(data, options)
}

const packetsOf = (socket: Client) =>
  (socket.conn as unknown as { writeBuffer: { data?: { length?: number } }[] }).writeBuffer
const backlogOf = (socket: Client) => packetsOf(socket).length
const bytesWaiting = (socket: Client) =>
  packetsOf(socket).reduce((sum, { data }) => sum + (data?.length ?? 0), 0)
function leaveAll(socket: Client) {
  socket.data.view = null
  for (const room of socket.rooms) if (/^[tsxvc]:/.test(room)) void socket.leave(room)
}
const cookieOf = (header = '') =>
  header.match(new RegExp(`(?:^|; )${sessionCookie}=([^;]+)`))?.[1]?.match(tokenShape)?.[0]
