import type { Signal } from '../../api/contract/call.ts'

/** `gone`: the other page has closed its end. */
export type PeerState = 'connecting' | 'connected' | 'reconnecting' | 'gone'
export interface Tracks {
  audio: MediaStreamTrack | null
  video: MediaStreamTrack | null
}
export interface Peer {
  /** What the other side sends. */
  stream: MediaStream
  take: (signal: Signal) => Promise<void>
  /** Sends another microphone or camera from now on, or nothing. */
  send: (kind: keyof Tracks, track: MediaStreamTrack | null) => void
  /** Most bits a second of picture: each of several gets its own. */
  limit: (bits: number) => void
  /** After the line to the server was lost: says again what may not have arrived, and looks for another way where there is none. */
  mend: () => void
  /** Packets lost of a hundred, and the way there and back in milliseconds, since it was asked last. */
  quality: () => Promise<{ lost: number; roundTripMs: number }>
  close: () => void
}

interface Parts {
  /** One of the two gives way when both offer at once; the other makes the first offer. */
  polite: boolean
  ice: RTCConfiguration
  tracks: Tracks
  send: (signal: Signal) => void
  changed: (state: PeerState) => void
}

/**
 * A way that is lost is given this long to come back by itself. The polite page leaves looking for another to the other one for longer:
 * two offers at once are taken back and made anew, after which Chromium's picture may stand still though packets come.
 */
const patienceMs = { polite: 12_000, impolite: 3000 }

/**
 * A connection to one other page, by perfect negotiation (w3.org/TR/webrtc, 10.7). Both lines, sound and picture, are there from the
 * first offer on, filled or not: muting and changing cameras need no new one.
 */
export function openPeer({ polite, ice, tracks, send, changed }: Parts): Peer {
  const connection = new RTCPeerConnection(ice)
  const stream = new MediaStream()
  // Closed with the other page's end: known at once, and without the server.
  const wire = connection.createDataChannel('wire', { negotiated: true, id: 0 })
  const senders: Partial<Record<keyof Tracks, RTCRtpSender>> = {}
  const current = { ...tracks }
  let [state, bits]: [PeerState, number] = ['connecting', 0]
  let [making, ignoring, closed] = [false, false, false]
  let waiting: ReturnType<typeof setTimeout> | undefined
  let turn = Promise.resolve()
  const patience = patienceMs[polite ? 'polite' : 'impolite']
  let before = { lost: 0, received: 0 }

  const tell = (next: PeerState) => {
    if (closed || next === state) return
    state = next
    changed(state)
  }
  function fill() {
    for (const transceiver of connection.getTransceivers()) {
      const kind = transceiver.receiver.track.kind as keyof Tracks
      if (transceiver.direction !== 'sendrecv') transceiver.direction = 'sendrecv'
      if (senders[kind] === transceiver.sender) continue
      senders[kind] = transceiver.sender
      void transceiver.sender.replaceTrack(current[kind])
    }
    applyLimit()
  }
  function applyLimit() {
    const sender = senders.video
    if (!sender || bits === 0) return
    const parameters = sender.getParameters()
    for (const encoding of parameters.encodings) encoding.maxBitrate = bits
    // Before the first offer is settled there is nothing to set yet; it is set again then.
    void sender.setParameters(parameters).catch(() => {})
  }
  async function take(signal: Signal) {
    if ('candidate' in signal) {
      await connection.addIceCandidate(signal.candidate as RTCIceCandidateInit).catch((error) => {
        if (!ignoring) throw error
      })
      return
    }
    const { description } = signal
    const collision = description.type === 'offer' && (making || connection.signalingState !== 'stable')
    ignoring = !polite && collision
    if (ignoring) return
    await connection.setRemoteDescription(description)
    fill()
    if (description.type !== 'offer') return
    await connection.setLocalDescription()
    sendDescription()
  }
  function sendDescription() {
    const made = connection.localDescription
    if (made && made.type !== 'pranswer') send({ description: { type: made.type, sdp: made.sdp } })
  }

  connection.onnegotiationneeded = async () => {
    if (polite && !connection.remoteDescription) return
    try {
      making = true
      await connection.setLocalDescription()
      sendDescription()
    } catch {
      // The other's offer came in between; what is needed is negotiated after it.
    } finally {
      making = false
    }
  }
  connection.onicecandidate = ({ candidate }) => {
    const made = candidate?.toJSON()
    if (made?.candidate) send({ candidate: { ...made, candidate: made.candidate } })
  }
  connection.ontrack = ({ track }) => stream.addTrack(track)
  connection.onconnectionstatechange = () => {
    clearTimeout(waiting)
    const now = connection.connectionState
    if (now === 'connected') tell('connected')
    if (now === 'disconnected') {
      tell('reconnecting')
      waiting = setTimeout(() => connection.restartIce(), patience)
    }
    if (now === 'failed') {
      tell('reconnecting')
      // No answer to that either: once more, for as long as the call lasts.
      const again = () => {
        connection.restartIce()
        waiting = setTimeout(again, 2 * patience)
      }
      if (polite) waiting = setTimeout(again, 2 * patience)
      else again()
    }
  }
  wire.onclose = () => tell('gone')
  if (!polite) for (const kind of ['audio', 'video'] as const) connection.addTransceiver(kind)
  if (!polite) fill()

  return {
    stream,
    take: (signal) => (turn = turn.then(() => (closed ? undefined : take(signal))).catch(() => {})),
    send(kind, track) {
      current[kind] = track
      void senders[kind]?.replaceTrack(track).catch(() => {})
    },
    limit(most) {
      bits = most
      applyLimit()
    },
    mend() {
      if (connection.signalingState === 'have-local-offer') sendDescription()
      else if (!polite && connection.connectionState !== 'connected') connection.restartIce()
    },
    async quality() {
      const now = { lost: 0, received: 0 }
      let roundTripMs = 0
      for (const one of (await connection.getStats()).values()) {
        if (one.type === 'inbound-rtp') {
          now.lost += Number(one.packetsLost ?? 0)
          now.received += Number(one.packetsReceived ?? 0)
        }
        if (one.type === 'candidate-pair' && one.nominated)
          roundTripMs = 1000 * Number(one.currentRoundTripTime ?? 0)
      }
      const [lost, received] = [now.lost - before.lost, now.received - before.received]
      before = now
      return { lost: lost + received > 0 ? (100 * Math.max(0, lost)) / (lost + received) : 0, roundTripMs }
    },
    close() {
      closed = true
      clearTimeout(waiting)
      connection.close()
    },
  }
}
