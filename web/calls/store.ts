import { create } from 'zustand'
import type { CallPerson, CallView, IceSettings } from '../../api/contract/call.ts'
import type { CallKind, CallOutcome } from '../../api/contract/call-rules.ts'
import type { Problem } from '../../api/contract/problem.ts'
import { getJson, newKey, problemOf } from '../client.ts'
import { askCall, type Ears, hearCalls } from '../realtime.ts'
import { type Facing, hasCameras, openCamera, openMicrophone, type Trouble, takeFrame } from './media.ts'
import { createMesh, type Remotes } from './mesh.ts'
import { keepPicture } from './snapshot.ts'

/** This page in a call: new with every load. */
const seat = newKey()

/** Why it is over, as far as this page knows. `moved`: another page of the account has it; `lost`: the server does not know it any more. */
export interface Ending {
  outcome: CallOutcome | 'moved' | 'lost' | 'left'
  who: string
  missed: boolean
}

interface Calls {
  accountId: number | null
  line: boolean
  /** The call that this page is in, or is rung for. */
  call: CallView | null
  /** The account is in this one, but its page is gone. */
  elsewhere: CallView | null
  /** The server has forgotten the call; sound and pictures go on. */
  detached: boolean
  since: number | null
  remotes: Remotes
  microphone: MediaStreamTrack | null
  camera: MediaStreamTrack | null
  muted: boolean
  facing: Facing
  cameras: boolean
  trouble: { microphone: Trouble | null; camera: Trouble | null }
  busy: boolean
  problem: Problem | null
  ending: Ending | null
  /** Of the picture that was taken last. */
  picture: 'taking' | 'kept' | 'failed' | null
  /** Hears of calls for this account until the answer is called. */
  follow: (accountId: number) => () => void
  ring: (kind: CallKind, to: { officerId?: number; incidentId?: number }) => Promise<void>
  answer: (withCamera: boolean) => Promise<void>
  takeOver: () => Promise<void>
  hangUp: () => Promise<void>
  invite: (officerId: number) => Promise<void>
  mute: (on: boolean) => void
  showCamera: (on: boolean) => Promise<void>
  changeCamera: () => Promise<void>
  askPicture: (of: number, incidentId: number, name: string) => Promise<void>
  consent: (allowed: boolean, always: boolean) => Promise<void>
  dismiss: () => void
}

const nothing = {
  call: null,
  elsewhere: null,
  detached: false,
  since: null,
  remotes: new Map() as Remotes,
  microphone: null,
  camera: null,
  muted: false,
  facing: 'user' as Facing,
  trouble: { microphone: null, camera: null },
  busy: false,
  picture: null,
}
/** How the picture is called that is asked for. */
let pictureName = ''
let takenId = 0

export const mine = (call: CallView | null, accountId: number | null): CallPerson | undefined =>
  call?.people.find((one) => one.accountId === accountId)
export const isRung = ({ call, accountId }: Pick<Calls, 'call' | 'accountId'>): boolean =>
  mine(call, accountId)?.state === 'ringing'
/** The others: whoever is in it or rung. */
export const othersIn = (call: CallView, accountId: number | null): CallPerson[] =>
  call.people.filter((one) => one.accountId !== accountId && ['joined', 'ringing'].includes(one.state))

/** What had no answer is asked again after this. */
const againMs = 1000

export const useCalls = create<Calls>((set, get) => {
  const mesh = createMesh({
    seat,
    send(to, signal) {
      const callId = get().call?.id
      if (callId) void askCall('call:signal', { callId, to, signal }).catch(() => {})
    },
    changed(remotes) {
      set({ remotes })
      const { call, detached, line } = get()
      // The others have hung up, and there is no server to say so.
      const gone = [...remotes.values()].every(({ state }) => state === 'gone')
      if (call && remotes.size > 0 && gone && (detached || !line)) finish('answered')
    },
  })
  const fail = (cause: unknown) => set({ problem: problemOf(cause), busy: false })
  const attempt = async (work: () => Promise<unknown>) => {
    set({ problem: null })
    await work().catch(fail)
  }

  async function openOwn(camera: boolean) {
    const [sound, settings] = await Promise.all([openMicrophone(), getJson<IceSettings>('/api/calls/ice')])
    mesh.use(settings as RTCConfiguration)
    const microphone = typeof sound === 'string' ? null : sound
    mesh.send('audio', microphone)
    set({ microphone, trouble: { microphone: typeof sound === 'string' ? sound : null, camera: null } })
    if (camera) await openPicture()
    set({ cameras: await hasCameras() })
  }
  async function openPicture(not?: string) {
    const found = await openCamera(get().facing, not)
    const camera = typeof found === 'string' ? null : found
    // Taken away by the system, or its permission withdrawn: not a black picture.
    camera?.addEventListener('ended', () => get().camera === camera && void get().showCamera(false))
    set({ camera, trouble: { ...get().trouble, camera: typeof found === 'string' ? found : null } })
    mesh.send('video', camera)
  }
  let again: ReturnType<typeof setTimeout> | undefined
  const later = (work: () => void) => {
    clearTimeout(again)
    again = setTimeout(work, againMs)
  }
  const tellShown = () => {
    const { call, muted, microphone, camera } = get()
    if (!call || get().detached) return
    const shown = { callId: call.id, mic: microphone !== null && !muted, camera: camera !== null }
    const said = mine(call, get().accountId)
    if (said?.mic === shown.mic && said.camera === shown.camera) return
    // Nobody else tells it: what was lost on its way is told again.
    void askCall('call:show', shown).catch((cause: unknown) => {
      if (problemOf(cause).code === 'network') later(tellShown)
    })
  }

  function finish(outcome: Ending['outcome']) {
    const { call, accountId, microphone, camera } = get()
    const me = mine(call, accountId)
    const others =
      call?.people.filter((one) => one.accountId !== accountId && one.state !== 'elsewhere') ?? []
    // Nobody is told of their own hanging up.
    const told = call !== null && outcome !== 'left' && me?.state !== 'declined'
    const starter = call?.people.find((one) => one.accountId === call.startedBy)
    const missed = call?.startedBy !== accountId && (me?.state === 'ringing' || me?.state === 'missed')
    const who = missed && starter ? starter.name : others.map(({ name }) => name).join('、')
    mesh.end()
    microphone?.stop()
    camera?.stop()
    takenId = 0
    set({ ...nothing, ending: told ? { outcome, who, missed } : null })
  }

  /** Puts what the server says of a call into effect; the same said twice changes nothing. */
  function take(view: CallView) {
    const { call, accountId, elsewhere } = get()
    const me = mine(view, accountId)
    const here = call?.id === view.id
    if (elsewhere?.id === view.id) set({ elsewhere: null })
    if (!me || (call && !here)) return
    if (view.endedAt) {
      if (!here) return
      set({ call: view })
      return finish(view.outcome ?? 'answered')
    }
    if (me.state === 'ringing') return set({ call: view, ending: null })
    if (me.state !== 'joined') return here ? finish(me.state === 'elsewhere' ? 'moved' : 'left') : undefined
    if (me.seat !== seat) {
      if (here) return finish('moved')
      return set({ elsewhere: me.away ? view : null })
    }
    // Said of a call that this page has left meanwhile.
    if (!here && !get().busy) return
    set({ call: view, since: get().since ?? (view.answeredAt ? Date.now() : null) })
    mesh.meet(
      view.people.flatMap((one) => (one.state === 'joined' && one.seat && one !== me ? [one.seat] : [])),
    )
    const { ask } = view
    if (ask?.state === 'allowed' && ask.by === accountId && ask.id > takenId) void takePicture(view)
  }

  async function takePicture({ ask, people }: CallView) {
    const shown = people.find(({ accountId }) => accountId === ask?.of)
    const stream = shown?.seat ? get().remotes.get(shown.seat)?.stream : undefined
    if (!ask || !stream) return
    takenId = ask.id
    set({ picture: 'taking' })
    try {
      await keepPicture(await takeFrame(stream), ask.incidentId, pictureName)
      set({ picture: 'kept' })
    } catch (cause) {
      set({ picture: 'failed', problem: problemOf(cause) })
    }
  }

  async function come(callId: string, move: boolean) {
    const view = await askCall('call:join', { callId, seat, move })
    take(view)
    tellShown()
  }

  const ears: Ears = {
    async line(connected) {
      set({ line: connected })
      const { call, accountId, detached } = get()
      if (!connected || !call || detached) return
      // Whether it still rings, the server says anew.
      if (mine(call, accountId)?.state !== 'joined') return finish('left')
      try {
        await come(call.id, false)
        mesh.mend()
      } catch (cause) {
        const { code } = problemOf(cause)
        if (get().call?.id !== call.id) return
        // A busy server has not answered in time: what was told meanwhile would stay unknown.
        if (code === 'network')
          return later(() => {
            if (get().line) ears.line?.(true)
          })
        if (code === 'call-over' && mesh.goesOn()) set({ detached: true })
        else finish(code === 'other-screen' ? 'moved' : 'lost')
      }
    },
    changed: take,
    signal({ callId, from, signal }) {
      const { call } = get()
      if (call?.id !== callId || !call.people.some((one) => one.seat === from)) return
      mesh.take(from, signal)
    },
  }

  return {
    ...nothing,
    accountId: null,
    line: false,
    cameras: false,
    problem: null,
    ending: null,
    follow: (accountId) => {
      set({ accountId })
      const stop = hearCalls(ears)
      return () => {
        // While there is still a line: the others need not wait for somebody who has signed out.
        void get().hangUp()
        stop()
        set({ accountId: null, elsewhere: null, ending: null })
      }
    },
    ring: async (kind, to) => {
      if (get().call || get().busy) return
      set({ busy: true, problem: null, ending: null })
      try {
        await openOwn(kind === 'video')
        const view = await askCall('call:ring', { seat, kind, ...to })
        set({ call: view })
        if (view.endedAt) return finish(view.outcome ?? 'unreachable')
        take(view)
        set({ busy: false })
        tellShown()
      } catch (cause) {
        const problem = problemOf(cause)
        finish('left')
        set({ problem })
      }
    },
    answer: async (withCamera) => {
      const { call, busy } = get()
      if (!call || busy) return
      set({ busy: true, problem: null })
      try {
        await openOwn(withCamera)
        await come(call.id, false)
        set({ busy: false })
      } catch (cause) {
        const problem = problemOf(cause)
        finish('left')
        set({ problem })
      }
    },
    takeOver: async () => {
      const { elsewhere } = get()
      if (!elsewhere) return
      set({ busy: true, problem: null })
      await openOwn(elsewhere.kind === 'video').catch(fail)
      set({ call: elsewhere, elsewhere: null })
      await come(elsewhere.id, true).catch((cause: unknown) => {
        finish('lost')
        fail(cause)
      })
      set({ busy: false })
    },
    hangUp: async () => {
      const { call, elsewhere, detached } = get()
      const id = call?.id ?? elsewhere?.id
      if (!id) return
      if (call) finish('left')
      set({ elsewhere: null })
      if (detached) return
      await askCall('call:leave', { callId: id }).catch((cause: unknown) => {
        // Without a line the server gives the place up by itself.
        if (!['network', 'call-over'].includes(problemOf(cause).code)) fail(cause)
      })
    },
    invite: async (officerId) => {
      const { call } = get()
      if (call) await attempt(async () => take(await askCall('call:invite', { callId: call.id, officerId })))
    },
    mute: (on) => {
      const { microphone } = get()
      if (microphone) microphone.enabled = !on
      set({ muted: on })
      tellShown()
    },
    showCamera: async (on) => {
      if (on) await openPicture()
      else {
        get().camera?.stop()
        set({ camera: null })
        mesh.send('video', null)
      }
      tellShown()
    },
    changeCamera: async () => {
      const { camera, facing } = get()
      const deviceId = camera?.getSettings().deviceId
      camera?.stop()
      set({ facing: facing === 'user' ? 'environment' : 'user' })
      await openPicture(deviceId)
      tellShown()
    },
    askPicture: async (of, incidentId, name) => {
      const { call } = get()
      if (!call) return
      pictureName = name
      set({ picture: null })
      await attempt(async () => take(await askCall('call:ask-picture', { callId: call.id, of, incidentId })))
    },
    consent: async (allowed, always) => {
      const { call } = get()
      if (call?.ask)
        await attempt(async () =>
          take(await askCall('call:consent', { callId: call.id, askId: call.ask?.id ?? 0, allowed, always })),
        )
    },
    dismiss: () => set({ ending: null, problem: null }),
  }
})
