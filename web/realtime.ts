import { io, type Socket } from 'socket.io-client'
import { create } from 'zustand'
import type { ClientToServer, ServerToClient, SubscribeAnswer } from '../api/contract/events.ts'
import { decodePositions, type MovedOfficer } from '../api/contract/frames.ts'
import type { Incident, TimelineEvent } from '../api/contract/incident.ts'
import type { MonitoringPoint } from '../api/contract/monitoring.ts'
import { getJson } from './client.ts'
import { useGrids } from './grids/store.ts'
import { useIncidents } from './incidents/store.ts'
import { useMonitoring } from './monitoring/store.ts'
import { usePositions } from './positions/store.ts'
import { tell } from './ui/notices.ts'
import { useUnits } from './units/store.ts'

// The only file that writes the stream into the stores. Durable events are applied in the order of their numbers;
// positions are kept newest per officer and written at a steady rate.

interface Stream {
  connected: boolean
  /** The screen's clock, when the server was last heard. */
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

/** How often waiting positions are written: the eye sees the interpolation, not this. */
const applyEvery = 500
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
let timer: ReturnType<typeof setInterval> | undefined
let patience: ReturnType<typeof setTimeout> | undefined
const waiting = new Map<number, MovedOfficer>()

const heard = () => useStream.setState({ heardAt: Date.now() })

/** Loads what the board shows. A part that fails is told and leaves the others standing. */
export async function loadEverything(): Promise<void> {
  const parts = [useGrids, useUnits, usePositions, useMonitoring, useIncidents].map((store) =>
    store.getState().load(),
  )
  const results = await Promise.allSettled(parts)
  for (const result of results) if (result.status === 'rejected') tell(result.reason)
  useStream.setState({ loaded: results[0]?.status === 'fulfilled' ? 'ready' : 'failed' })
}

function applyEvent(event: TimelineEvent): void {
  if (event.event.startsWith('incident:')) {
    const incident = event.data.incident as Incident | undefined
    const news = event.event === 'incident:reported' && serverNow() - Date.parse(event.at) < newsWithin
    if (incident) useIncidents.getState().applyChange(incident, news)
  } else if (event.event === 'point:changed') {
    const point = event.data.point as MonitoringPoint | undefined
    if (point) useMonitoring.getState().applyChange(point)
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
  if (!socket?.connected || asking) return
  asking = true
  const sentAt = Date.now()
  socket.emit('subscribe', lastSeq === undefined ? {} : { lastSeq }, (answer) => {
    asking = false
    heard()
    if (!answer.ok) return tell(answer.problem)
    resume(answer.data, sentAt)
    applyEvents(early)
    early = []
  })
}

function resume({ seq, events, complete, serverTime }: SubscribeAnswer, sentAt: number): void {
  const half = (Date.now() - sentAt) / 2
  useStream.setState({ connected: true, skew: Date.parse(serverTime) + half - Date.now() })
  const first = lastSeq === undefined
  applyEvents(events)
  lastSeq = Math.max(seq, lastSeq ?? 0)
  // The first answer carries no history: whatever was loaded over HTTP before it may be older than its number.
  clearTimeout(patience)
  if (first || !complete) void loadEverything()
}

function flush(): void {
  if (waiting.size === 0) return
  usePositions.getState().apply([...waiting.values()])
  waiting.clear()
}

export function startStream(): void {
  if (socket) return
  socket = io({ path: '/ws', transports: ['websocket', 'polling'], reconnectionDelayMax: 5000 })
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
  socket.on('disconnect', () => useStream.setState({ connected: false }))
  socket.on('timeline:appended', (events) => {
    heard()
    if (asking) early.push(...events)
    else applyEvents(events)
  })
  socket.on('positions:moved', (frame) => {
    heard()
    for (const moved of decodePositions(frame)) {
      const held = waiting.get(moved.officerId)
      if (!held || moved.gone || moved.recordedAt >= held.recordedAt) waiting.set(moved.officerId, moved)
    }
  })
  socket.on('stream:reset', () => {
    heard()
    lastSeq = undefined
    subscribe()
  })
  // A page whose socket is blocked still shows what is, and says that it is not live.
  patience = setTimeout(() => void loadEverything(), patienceMs)
  timer = setInterval(flush, applyEvery)
}

export function stopStream(): void {
  socket?.disconnect()
  socket = null
  lastSeq = undefined
  clearInterval(timer)
  clearTimeout(patience)
  waiting.clear()
}
