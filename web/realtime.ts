import { io, type Socket } from 'socket.io-client'
import { create } from 'zustand'
import type { Alert } from '../api/contract/alert.ts'
import type { CallView, Floor, SignalSent, TalkSent } from '../api/contract/call.ts'
import type { Ack, ClientToServer, ServerToClient, SubscribeAnswer } from '../api/contract/events.ts'
import { createFrameReader } from '../api/contract/frames.ts'
import type { Incident, TimelineEvent } from '../api/contract/incident.ts'
import type { MonitoringPoint } from '../api/contract/monitoring.ts'
import type { FixOutcome, FixReport } from '../api/contract/position.ts'
import { parser } from '../api/contract/stream-parser.ts'
import type { Wall } from '../api/contract/wall.ts'
import { useAlerts } from './alerts/store.ts'
import { getJson, RequestFailed } from './client.ts'
import { hearNews } from './dispatch/news.ts'
import { useGrids } from './grids/store.ts'
import { useIncidents } from './incidents/store.ts'
import { useMonitoring } from './monitoring/store.ts'
import { fleet, usePositions } from './positions/store.ts'
import { tell } from './ui/notices.ts'
import { useUnits } from './units/store.ts'

// The only file that writes the stream into the stores. Durable events are applied in the order of their numbers;
// frames of positions are decoded into the fleet as they come, and told of once a tick.

interface Stream {
  connected: boolean
  /** The screen's clock, when the server was last heard: to a few seconds while connected, exact once the line is lost. */
  heardAt: number | null
  /** Add to the screen's clock to get the server's. */
  skew: number
  /** The first load of everything. */
  loaded: 'loading' | 'ready' | 'failed'
}
export const useStream = create<Stream>(() => ({
  connected: false,
  heardAt: null,
  skew: 0,
  loaded: 'loading',
}))

/** Now by the server's clock: ages and deadlines are told by it, whatever this machine's clock says. */
export const serverNow = () => Date.now() + useStream.getState().skew

/** The frames of one tick come room by room: they are told of together. */
const publishMs = 100
/** Subscriptions are never closer than this, after a miss than that. */
const subscribeMs = 500
const missedMs = 2000
/** An event older than this is history the board catches up on, not news that sounds. */
const newsWithin = 60_000

/** After a refused connection; a signed-out page has stopped its stream by then. */
const refusedRetryMs = 3000

/** So long a page waits for the socket before it loads without it. */
const patienceMs = 1500

let socket: Socket<ServerToClient, ClientToServer> | null = null
let lastSeq: number | undefined
let asking = false
/** Events that overtook the answer to a subscription: they come after what the answer brings. */
let early: TimelineEvent[] = []
let publishing: ReturnType<typeof setTimeout> | undefined
let resubscribing: ReturnType<typeof setTimeout> | undefined
let subscribedAt = 0
let patience: ReturnType<typeof setTimeout> | undefined
/** The cells in view. Until the map tells, none: a city's positions are not sent to a page that may not show them. */
let cells: string[] = []
const reader = createFrameReader(fleet)

/** Kept here and told rarely: what is told, the page draws again, and while connected it asks for no more than that there is one. */
const toldMs = 10_000
let lastHeard = 0
const heard = () => {
  lastHeard = Date.now()
  if (lastHeard - (useStream.getState().heardAt ?? 0) >= toldMs) useStream.setState({ heardAt: lastHeard })
}

/** Loads what the board shows. A part that fails is told and leaves the others standing. */
export async function loadEverything(): Promise<void> {
  const stores = [useGrids, useUnits, useMonitoring, useIncidents, useAlerts]
  // Positions come with the stream, if there is one.
  const all = useStream.getState().connected ? stores : [...stores, usePositions]
  const parts = all.map((store) => store.getState().load())
  const results = await Promise.allSettled(parts)
  for (const result of results) if (result.status === 'rejected') tell(result.reason)
  useStream.setState({ loaded: results[0]?.status === 'fulfilled' ? 'ready' : 'failed' })
}

function applyEvent(event: TimelineEvent): void {
  hearNews(event)
  if (event.event.startsWith('incident:')) {
    const incident = event.data.incident as Incident | undefined
    const news = event.event === 'incident:reported' && serverNow() - Date.parse(event.at) < newsWithin
    if (incident) useIncidents.getState().applyChange(incident, news)
  } else if (event.event === 'point:changed') {
    const point = event.data.point as MonitoringPoint | undefined
    if (point) useMonitoring.getState().applyChange(point)
  } else if (event.event.startsWith('alert:')) {
    const recent = serverNow() - Date.parse(event.at) < newsWithin
    const news = recent && ['alert:raised', 'alert:escalated'].includes(event.event)
    useAlerts.getState().applyChange(event.data.alert as Alert, news)
  } else if (event.event === 'shift:started' || event.event === 'shift:ended') {
    const officerId = event.data.officerId as number
    useUnits.getState().setOnShift(officerId, event.event === 'shift:started')
    if (event.event === 'shift:ended') usePositions.getState().leave(officerId)
  }
}

/**
 * Applies what follows the last number seen. Numbers may jump: what lies outside the caller's grids is not sent.
 * Within one connection nothing is lost or overtaken; after a lost one the last number asks for the rest.
 */
function applyEvents(events: readonly TimelineEvent[]): void {
  for (const event of [...events].sort((a, b) => a.seq - b.seq)) {
    if (lastSeq !== undefined && event.seq <= lastSeq) continue
    lastSeq = event.seq
    applyEvent(event)
  }
}

function subscribe(): void {
  clearTimeout(resubscribing)
  resubscribing = undefined
  if (!socket?.connected || asking) return
  asking = true
  const sentAt = Date.now()
  subscribedAt = sentAt
  const asked = cells
  socket.emit('subscribe', lastSeq === undefined ? { cells } : { cells, lastSeq }, (answer) => {
    asking = false
    heard()
    if (!answer.ok) return tell(answer.problem)
    resume(answer.data, sentAt)
    applyEvents(early)
    early = []
    if (asked !== cells) subscribeLater(subscribeMs)
  })
}

/** Once for however many reasons, and not too soon after the last time. */
function subscribeLater(apartMs: number): void {
  resubscribing ??= setTimeout(subscribe, Math.max(0, subscribedAt + apartMs - Date.now()))
}

/** Positions in these cells are wanted from now on; of an empty list, numbers alone. */
export function watchCells(wanted: string[]): void {
  if (String(wanted) === String(cells)) return
  cells = wanted
  subscribeLater(subscribeMs)
}

function resume({ seq, events, complete, serverTime, rooms, shows }: SubscribeAnswer, sentAt: number): void {
  const half = (Date.now() - sentAt) / 2
  useStream.setState({ connected: true, skew: Date.parse(serverTime) + half - Date.now() })
  const first = lastSeq === undefined
  reader.keep(rooms)
  usePositions.setState({ shows })
  publishSoon()
  applyEvents(events)
  lastSeq = Math.max(seq, lastSeq ?? 0)
  // The first answer carries no history: whatever was loaded over HTTP before it may be older than its number.
  clearTimeout(patience)
  if (first || !complete) void loadEverything()
}

function publishSoon(): void {
  publishing ??= setTimeout(() => {
    publishing = undefined
    usePositions.getState().publish()
  }, publishMs)
}

function takeFrame(frame: ArrayBuffer): void {
  heard()
  fleet.begin(Date.now())
  if (reader.read(frame) === 'gap') subscribeLater(missedMs)
  publishSoon()
}

export function startStream(): void {
  if (socket) return
  socket = io({
    path: '/ws',
    parser,
    transports: ['websocket', 'polling'],
    // A thousand screens that lost the server together come back spread over seconds.
    reconnectionDelay: 1500,
    reconnectionDelayMax: 10_000,
    randomizationFactor: 1,
  })
  carryCalls(socket)
  socket.on('connect', () => {
    asking = false // an answer that was on its way when the line broke never comes
    early = []
    subscribe()
  })
  // The server refused the line itself: Socket.IO does not try again by itself. Signed out, or only a bad moment?
  socket.on('connect_error', () => {
    if (!socket || socket.active) return
    void getJson('/api/session').catch(() => {})
    setTimeout(() => socket?.connect(), refusedRetryMs)
  })
  socket.on('disconnect', () => useStream.setState({ connected: false, heardAt: lastHeard || null }))
  socket.on('timeline:appended', (events) => {
    heard()
    if (asking) early.push(...events)
    else applyEvents(events)
  })
  socket.on('positions:moved', takeFrame)
  socket.on('positions:counted', (counted) => {
    heard()
    usePositions.setState({ counted })
  })
  socket.on('presence:changed', (changes) => {
    heard()
    // Who falls silent turns hollow by age; who is given up leaves.
    for (const { officerId, state } of changes) if (state === 'offline') fleet.remove(officerId)
    publishSoon()
  })
  socket.on('stream:reset', () => {
    heard()
    lastSeq = undefined
    subscribe()
  })
  // A page whose socket is blocked still shows what is, and says that it is not live.
  patience = setTimeout(() => void loadEverything(), patienceMs)
}

export function stopStream(): void {
  if (socket) endLine(socket)
  socket = null
  lastSeq = undefined
  for (const timer of [publishing, resubscribing, patience]) clearTimeout(timer)
  publishing = undefined
  resubscribing = undefined
}

/** A report that is not answered for so long is sent again; the server leaves out what it has. */
const answerMs = 15_000
/** So long a call waits for a line that is being opened. */
const lineSoonMs = 5000
const lost = () =>
  new RequestFailed({ type: 'about:blank', title: 'Network', status: 0, code: 'network', detail: '' })

/**
 * A line for reports alone: it subscribes to nothing, a phone has no use for the board. `report` resolves after the server's
 * commit and rejects with `RequestFailed`; nothing is held back for later, the caller keeps what was not acknowledged.
 */
export function openReportLine(changed: (connected: boolean) => void, sent: () => void = () => {}) {
  const line: Socket<ServerToClient, ClientToServer> = io({
    path: '/ws',
    transports: ['websocket', 'polling'],
    forceNew: true,
    reconnectionDelayMax: 10_000,
  })
  carryCalls(line)
  line.on('connect', () => changed(true))
  line.on('squads:changed', sent)
  line.on('disconnect', () => changed(false))
  let retry: ReturnType<typeof setTimeout> | undefined
  line.on('connect_error', () => {
    if (!line.active) retry = setTimeout(() => line.connect(), refusedRetryMs)
  })
  return {
    async report(fixes: FixReport[]): Promise<FixOutcome> {
      if (!line.connected) throw lost()
      const answer = await line
        .timeout(answerMs)
        .emitWithAck('report', { fixes })
        .catch(() => Promise.reject(lost()))
      if (!answer.ok) throw new RequestFailed(answer.problem)
      return answer.data
    },
    close() {
      clearTimeout(retry)
      endLine(line)
    },
  }
}

// Calls and push to talk: over whichever line the page has, one of its own only where there is none. ------------------------------

type Line = Socket<ServerToClient, ClientToServer>
/** What somebody hears of calls; `line`: once there is one (again, or another), and when there is none. */
export interface Ears {
  line?: (connected: boolean) => void
  changed?: (call: CallView) => void
  signal?: (sent: SignalSent) => void
  floor?: (floor: Floor) => void
  sound?: (sent: TalkSent) => void
  /** A wall that this page watches shows something else, or has become another. */
  wall?: (wall: Wall) => void
}
type CallEvent = Exclude<keyof ClientToServer, 'subscribe' | 'report' | 'talk:sound'>

const lines = new Set<Line>()
const ears = new Set<Ears>()
/** The line that calls go by now: the oldest that is connected, the spare one last. */
let carrying: Line | null = null
/** What was said last of a call that goes on: who begins to hear later than the line began is told it too. */
let lastSaid: CallView | null = null
let spare: Line | null = null
/** From one page to the next the line changes: a spare one is opened only after so long without. */
const spareMs = 1000
let sparing: ReturnType<typeof setTimeout> | undefined

function carryCalls(line: Line): void {
  lines.add(line)
  line.on('connect', chooseLine)
  line.on('disconnect', (reason) => {
    chooseLine()
    // Let go of by the server itself, Socket.IO does not come back; whoever has signed out is refused then.
    if (reason === 'io server disconnect') comeBack(line)
  })
  line.on('call:changed', (call) => {
    lastSaid = call.endedAt ? null : call
    for (const one of ears) one.changed?.(call)
  })
  line.on('call:signal', (sent) => ears.forEach((one) => one.signal?.(sent)))
  line.on('talk:floor', (floor) => ears.forEach((one) => one.floor?.(floor)))
  line.on('talk:sound', (sent) => ears.forEach((one) => one.sound?.(sent)))
  line.on('wall:changed', (wall) => ears.forEach((one) => one.wall?.(wall)))
}

const comeBack = (line: Line) => setTimeout(() => lines.has(line) && line.connect(), refusedRetryMs)

function endLine(line: Line): void {
  lines.delete(line)
  if (line === spare) spare = null
  // The next one is told before this one goes: a call keeps its place.
  chooseLine()
  line.disconnect()
}

function chooseLine(): void {
  const open = [...lines].filter((line) => line.connected)
  const next = open.find((line) => line !== spare) ?? open[0] ?? null
  if (next !== carrying) {
    carrying = next
    if (!next) lastSaid = null
    for (const one of ears) one.line?.(next !== null)
  }
  if (spare && lines.size > 1 && carrying !== spare) return endLine(spare)
  clearTimeout(sparing)
  if (ears.size > 0 && lines.size === 0) sparing = setTimeout(openSpare, spareMs)
}

function openSpare(): void {
  if (lines.size > 0) return
  spare = io({
    path: '/ws',
    transports: ['websocket', 'polling'],
    forceNew: true,
    reconnectionDelayMax: 10_000,
  })
  const line = spare
  carryCalls(line)
  line.on('connect_error', () => line.active || comeBack(line))
}

/** Hears of calls until the answer is called. */
export function hearCalls(listener: Ears): () => void {
  ears.add(listener)
  if (carrying) listener.line?.(true)
  if (lastSaid) listener.changed?.(lastSaid)
  chooseLine()
  return () => {
    ears.delete(listener)
    if (ears.size > 0) return
    clearTimeout(sparing)
    if (spare) endLine(spare)
  }
}

/** Asks the server about a call; rejects with `RequestFailed`, also where there is no line. */
export async function askCall<E extends CallEvent>(
  event: E,
  request: Parameters<ClientToServer[E]>[0],
): Promise<Answered<E>> {
  // A page that has just been opened has no line yet.
  for (let waited = 0; !carrying && waited < lineSoonMs; waited += 100)
    await new Promise((resolve) => setTimeout(resolve, 100))
  if (!carrying) throw lost()
  const line = carrying.timeout(answerMs) as unknown as {
    emitWithAck(event: string, request: unknown): Promise<Parameters<Ack<Answered<E>>>[0]>
  }
  const answer = await line.emitWithAck(event, request).catch(() => Promise.reject(lost()))
  if (!answer.ok) throw new RequestFailed(answer.problem)
  return answer.data
}
type Answered<E extends CallEvent> = Parameters<ClientToServer[E]>[1] extends Ack<infer T> ? T : never

/** Sound that cannot leave now is left out: false. */
export function sendSound(unitId: number, sound: string): boolean {
  if (!carrying?.connected) return false
  carrying.volatile.emit('talk:sound', { unitId, sound })
  return true
}
