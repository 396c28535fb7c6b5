import type { Signal } from '../../api/contract/call.ts'
import { openPeer, type Peer, type PeerState, type Tracks } from './peer.ts'

/** One of the other pages in a call. */
export interface Remote {
  stream: MediaStream
  state: PeerState
  /** Much is lost, or it is very late. */
  weak: boolean
}
export type Remotes = ReadonlyMap<string, Remote>

/** Bits a second of picture to each other page: what a phone's uplink bears, shared out. */
const bitsFor = (others: number) => Math.round(1_500_000 / Math.max(1, others))
const weakFrom = { lost: 5, roundTripMs: 600 }
const qualityMs = 2000

interface Parts {
  seat: string
  send: (to: string, signal: Signal) => void
  changed: (remotes: Remotes) => void
}

/** Connections from this page to every other in a call; told of are all of them, after each change. */
export function createMesh({ seat, send, changed }: Parts) {
  const peers = new Map<string, Peer>()
  const tracks: Tracks = { audio: null, video: null }
  let remotes: Remotes = new Map()
  let ice: RTCConfiguration = {}
  let measuring: ReturnType<typeof setInterval> | undefined

  function remember(of: string, more: Partial<Remote>) {
    const peer = peers.get(of)
    if (!peer) return
    const before = remotes.get(of) ?? { stream: peer.stream, state: 'connecting', weak: false }
    remotes = new Map(remotes).set(of, { ...before, ...more })
    changed(remotes)
  }
  function connect(of: string): Peer {
    const peer = openPeer({
      polite: seat < of,
      ice,
      tracks,
      send: (signal) => send(of, signal),
      changed: (state) => remember(of, { state }),
    })
    peers.set(of, peer)
    remember(of, {})
    return peer
  }
  function forget(of: string) {
    peers.get(of)?.close()
    peers.delete(of)
    remotes = new Map([...remotes].filter(([one]) => one !== of))
    changed(remotes)
  }
  async function measure() {
    for (const [of, peer] of peers) {
      const { lost, roundTripMs } = await peer.quality().catch(() => ({ lost: 0, roundTripMs: 0 }))
      const weak = lost > weakFrom.lost || roundTripMs > weakFrom.roundTripMs
      if (remotes.get(of)?.weak !== weak) remember(of, { weak })
    }
  }

  return {
    /** By which servers the connections that follow find their way. */
    use(settings: RTCConfiguration) {
      ice = settings
    },
    /** A connection to each of these pages, and to no other. */
    meet(seats: readonly string[]) {
      for (const of of peers.keys()) if (!seats.includes(of)) forget(of)
      for (const of of seats) if (!peers.has(of)) connect(of)
      for (const peer of peers.values()) peer.limit(bitsFor(peers.size))
      measuring ??= setInterval(() => void measure(), qualityMs)
    },
    take: (from: string, signal: Signal) => void (peers.get(from) ?? connect(from)).take(signal),
    send(kind: keyof Tracks, track: MediaStreamTrack | null) {
      tracks[kind] = track
      for (const peer of peers.values()) peer.send(kind, track)
    },
    /** After the line to the server was away. */
    mend() {
      for (const peer of peers.values()) peer.mend()
    },
    goesOn: () => [...remotes.values()].some(({ state }) => state === 'connected'),
    end() {
      for (const peer of peers.values()) peer.close()
      peers.clear()
      remotes = new Map()
      changed(remotes)
      tracks.audio = tracks.video = null
      clearInterval(measuring)
      measuring = undefined
    },
  }
}
