import { useAlerts } from '../alerts/store.ts'
import { useNews } from '../dispatch/news.ts'
import { isOpen } from '../incidents/light.ts'
import { useIncidents } from '../incidents/store.ts'
import { askCall, hearCalls, serverNow, useStream } from '../realtime.ts'
import { playedChange } from '../walls/playing.ts'
import { behindOf } from './fresh.ts'
import { useWall } from './store.ts'

// Keeps a wall in step for months: its numbers, what it is told to show, and its memory.

const pollMs = 15_000
/** Whatever happens within this belongs to one question. */
const soonMs = 250
/** Never more often than this, and never more than a third of the time spent on asking. */
const apartMs = 300
const watchMs = 10_000
const playMs = 500
const forgetMs = 10 * 60_000
/** Cases that are closed leave the memory so long after. */
const keptMs = 3_600_000

/** Follows one wall (null: none was put up). A kiosk also says how far behind it is. Returns how to stop. */
export function followWall(wallId: number | null, kiosk: boolean): () => void {
  const stops = [followPicture(), every(forgetMs, forgetClosed)]
  if (wallId !== null) {
    let told = 0
    const watch = () => {
      const behindMs = kiosk ? behindNow() : undefined
      const before = told
      askCall('wall:watch', behindMs === undefined ? { wallId } : { wallId, behindMs }).then(
        // What was told while this was asked is at least as new as the answer.
        (wall) => before === told && useWall.getState().apply(wall),
        () => {}, // the line is down, and the wall says so; it is watched again with the next one
      )
    }
    // The first word goes out before there is a picture to be behind of.
    stops.push(
      useWall.subscribe(({ picture }, { picture: before }) => {
        if (picture && !before) watch()
      }),
    )
    stops.push(
      hearCalls({
        line: (connected) => connected && watch(),
        wall: (wall) => {
          if (wall.id !== wallId) return
          told += 1
          useWall.getState().apply(wall)
          readSequences()
        },
      }),
      every(watchMs, watch),
      every(playMs, play),
    )
  }
  return () => {
    for (const stop of stops) stop()
  }
}

let readAt = 0
/** A sequence may have other steps than when it was read last. */
function readSequences(): void {
  const { wall, loadSequences } = useWall.getState()
  if (!wall?.state.sequence) return
  readAt = Date.now()
  loadSequences().catch(() => {}) // it is asked for again while it is not here
}

/** Where the sequence is now; nothing is told while it stays in a step. */
function play(): void {
  const { wall, sequences, played } = useWall.getState()
  const wanted = wall?.state.sequence ?? null
  const missing = wanted && !sequences.some(({ id }) => id === wanted.id)
  if (missing && Date.now() - readAt > watchMs) readSequences()
  const change = wall && wanted ? playedChange(wall.state, sequences, serverNow()) : {}
  if (JSON.stringify(change) !== JSON.stringify(played)) useWall.setState({ played: change, module: null })
}

/** By the server's clock, in the shape that `wallFreshness` reads. */
export function streamNow() {
  const { connected, heardAt, skew } = useStream.getState()
  const { picture } = useWall.getState()
  return {
    connected,
    heardAt: heardAt === null ? null : heardAt + skew,
    pictureAt: picture ? Date.parse(picture.at) : null,
  }
}
const behindNow = () => behindOf(serverNow(), streamNow())

function every(ms: number, act: () => void): () => void {
  const timer = setInterval(act, ms)
  return () => clearInterval(timer)
}

/** The numbers: now, every 15 s, and shortly after whatever is told by the timeline, many at once as one. */
function followPicture(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let due = Number.POSITIVE_INFINITY
  let asking = false
  let stopped = false
  let again = false
  const plan = (inMs: number) => {
    const at = Date.now() + inMs
    if (stopped || at >= due) return
    due = at
    clearTimeout(timer)
    timer = setTimeout(() => void ask(), inMs)
  }
  const ask = async () => {
    due = Number.POSITIVE_INFINITY
    if (asking) {
      again = true
      return
    }
    asking = true
    const began = Date.now()
    await useWall.getState().loadPicture()
    asking = false
    plan(again ? Math.max(apartMs, 2 * (Date.now() - began)) : pollMs)
    again = false
  }
  const stops = [
    useNews.subscribe(() => plan(soonMs)),
    useAlerts.subscribe(({ alerts }, before) => alerts !== before.alerts && plan(soonMs)),
    // After a lost line, everything may have changed.
    useStream.subscribe(({ connected }, before) => connected && !before.connected && plan(0)),
  ]
  plan(0)
  return () => {
    stopped = true
    clearTimeout(timer)
    for (const stop of stops) stop()
  }
}

/** A page that stands for months forgets what is over: closed cases, and that they once arrived. */
function forgetClosed(): void {
  const { incidents, arrivals } = useIncidents.getState()
  const now = serverNow()
  const over = [...incidents.values()].filter(
    (one) => !isOpen(one) && now - Date.parse(one.closedAt ?? one.reportedAt) > keptMs,
  )
  if (over.length === 0) return
  const left = new Map(incidents)
  for (const { id } of over) left.delete(id)
  useIncidents.setState({
    incidents: left,
    arrivals: new Map([...arrivals].filter(([id]) => left.has(id))),
  })
}
