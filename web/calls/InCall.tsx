import { type PointerEvent as ReactPointerEvent, useEffect, useMemo, useRef, useState } from 'react'
import type { CallPerson } from '../../api/contract/call.ts'
import { mostInCall } from '../../api/contract/call-rules.ts'
import { command } from '../../api/contract/roles.ts'
import { elapsed } from '../format.ts'
import { useIncidents } from '../incidents/store.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { type Dictionary } from '../locales/zh-CN.ts'
import { useNow } from '../ui/clock.ts'
import { Icon, type IconName } from '../ui/Icon.tsx'
import { useUnits } from '../units/store.ts'
import type { Remote } from './mesh.ts'
import { Pictures, TakePicture } from './Pictures.tsx'
import { mine, othersIn, useCalls } from './store.ts'

/** A call that goes on, or that somebody is rung for. */
export function InCall() {
  const words = useText().calls
  const { call, accountId, remotes, since, line, detached, camera } = useCalls()
  const [small, setSmall] = useState(false)
  const moving = useMoving()
  const now = useNow(1000)
  if (!call) return null
  const others = othersIn(call, accountId)
  const shown = others.length > 0 ? others : call.people.filter((one) => one.accountId !== accountId)
  const pictures = shown.some((one) => one.camera && one.state === 'joined') || camera !== null
  return (
    <section
      className={`call-dock is-going ${small ? 'is-small' : ''} ${pictures ? '' : 'is-voice'}`}
      aria-label={words.title}
      data-testid="call"
      data-people={shown.length + 1}
      style={moving.style}
    >
      <header onPointerDown={moving.begin}>
        <b>
          {call.toDesk && call.startedBy === accountId && !call.answeredAt
            ? words.desk
            : shown.map(({ name }) => name).join('、')}
        </b>
        <span role="timer" data-testid="call-time">
          {since === null ? words.calling : elapsed(now - since)}
        </span>
        <button
          type="button"
          className="icon-button"
          aria-label={small ? words.restore : words.minimise}
          title={small ? words.restore : words.minimise}
          onClick={() => setSmall(!small)}
          data-testid="call-small"
        >
          <Icon name={small ? 'large' : 'minus'} />
        </button>
      </header>
      <div className="call-tiles" data-count={shown.length}>
        {shown.map((person) => (
          <Tile
            key={person.accountId}
            person={person}
            remote={person.seat ? remotes.get(person.seat) : undefined}
          />
        ))}
        <Own />
      </div>
      <div className="call-says" aria-live="polite">
        <Troubles />
        {detached ? <p>{words.detached}</p> : line ? null : <p data-testid="call-line">{words.lineLost}</p>}
        <Pictures />
      </div>
      <Controls />
    </section>
  )
}

/** Drawn aside by its head, off what somebody wants to see on the map. */
function useMoving() {
  const [offset, setOffset] = useState({ x: 0, y: 0 })
  const begin = (event: ReactPointerEvent) => {
    if (event.target instanceof Element && event.target.closest('button')) return
    const from = { x: event.clientX - offset.x, y: event.clientY - offset.y }
    const move = ({ clientX, clientY }: PointerEvent) =>
      setOffset({ x: clientX - from.x, y: clientY - from.y })
    addEventListener('pointermove', move)
    addEventListener('pointerup', () => removeEventListener('pointermove', move), { once: true })
  }
  return { begin, style: { translate: `${offset.x}px ${offset.y}px` } }
}

function Stream({
  stream,
  muted = false,
  mirrored = false,
}: {
  stream: MediaStream
  muted?: boolean
  mirrored?: boolean
}) {
  const video = useRef<HTMLVideoElement>(null)
  useEffect(() => {
    if (video.current) video.current.srcObject = stream
  }, [stream])
  return <video ref={video} autoPlay playsInline muted={muted} className={mirrored ? 'is-mirrored' : ''} />
}

/** What is to be said of somebody's picture; nothing where it goes well. */
function stateOf(
  words: Dictionary['calls'],
  { person, remote, video }: { person: CallPerson; remote: Remote | undefined; video: boolean },
): string {
  if (person.state === 'ringing') return words.ringingThem
  if (remote?.state === 'connected') return person.camera || !video ? '' : words.noPicture
  if (person.away) return words.away
  if (remote?.state === 'gone') return words.gone
  return remote?.state === 'reconnecting' ? words.reconnecting : words.connecting
}

function Tile({ person, remote }: { person: CallPerson; remote: Remote | undefined }) {
  const text = useText()
  const words = text.calls
  const video = useCalls(({ call }) => call?.kind === 'video')
  const state = stateOf(words, { person, remote, video })
  const seen = person.camera && remote?.state === 'connected'
  const role = useCalls(({ call, accountId }) => mine(call, accountId)?.role)
  return (
    <figure
      className={`call-tile ${seen ? 'is-seen' : ''}`}
      data-testid="call-tile"
      data-account={person.accountId}
      data-state={remote?.state ?? person.state}
    >
      {remote ? <Stream stream={remote.stream} /> : null}
      {seen ? null : (
        <span className="call-face" aria-hidden="true">
          {person.name.slice(0, 1)}
        </span>
      )}
      <figcaption>
        {person.mic ? null : <Icon name="microphoneOff" />}
        {person.mic ? null : <span className="visually-hidden">{words.muted}</span>}
        <span>{person.name}</span>
        {state ? <em>{state}</em> : remote?.weak ? <em className="is-attention">{words.weak}</em> : null}
      </figcaption>
      {seen && role && command.includes(role) ? <TakePicture person={person} /> : null}
    </figure>
  )
}

/** One's own picture, small in a corner; a mirror where the camera looks at its owner. */
function Own() {
  const words = useText().calls
  const { camera, facing } = useCalls()
  const stream = useMemo(() => (camera ? new MediaStream([camera]) : null), [camera])
  if (!stream) return null
  return (
    <figure className="call-own" aria-label={words.you} data-testid="call-own">
      <Stream stream={stream} muted mirrored={facing === 'user'} />
    </figure>
  )
}

function Troubles() {
  const text = useText()
  const words = text.calls
  const { trouble, problem } = useCalls()
  return (
    <>
      {trouble.microphone ? <p role="alert">{words.microphone[trouble.microphone]}</p> : null}
      {trouble.camera && trouble.camera !== trouble.microphone ? (
        <p role="alert">{words.camera[trouble.camera]}</p>
      ) : null}
      {problem ? <p role="alert">{words.problems[problem.code] ?? sentenceOf(text, problem)}</p> : null}
    </>
  )
}

function Controls() {
  const words = useText().calls
  const { call, muted, microphone, camera, cameras, mute, showCamera, changeCamera, hangUp } = useCalls()
  return (
    <footer className="call-controls">
      <Round
        icon={muted ? 'microphoneOff' : 'microphone'}
        label={muted ? words.unmute : words.mute}
        pressed={muted}
        disabled={!microphone}
        onClick={() => mute(!muted)}
        testId="call-mute"
      />
      <Round
        icon={camera ? 'video' : 'videoOff'}
        label={camera ? words.cameraOff : words.cameraOn}
        pressed={!camera}
        onClick={() => void showCamera(!camera)}
        testId="call-camera"
      />
      {camera && cameras ? (
        <Round
          icon="turn"
          label={words.changeCamera}
          onClick={() => void changeCamera()}
          testId="call-turn"
        />
      ) : null}
      <Invite />
      <Round
        icon="hangUp"
        label={call?.answeredAt ? words.hangUp : words.cancel}
        end
        onClick={() => void hangUp()}
        testId="call-end"
      />
    </footer>
  )
}

interface RoundProps {
  icon: IconName
  label: string
  onClick: () => void
  testId: string
  pressed?: boolean
  disabled?: boolean
  end?: boolean
}
function Round({ icon, label, onClick, testId, pressed, disabled, end }: RoundProps) {
  return (
    <button
      type="button"
      className={`call-round ${end ? 'is-end' : ''}`}
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      disabled={disabled}
      onClick={onClick}
      data-testid={testId}
    >
      <Icon name={icon} />
    </button>
  )
}

/** One more officer on shift, for those at the desk. */
function Invite() {
  const words = useText().calls
  const { call, accountId, detached, invite } = useCalls()
  const officers = useUnits((state) => state.officers)
  const incidents = useIncidents((state) => state.incidents)
  const role = mine(call, accountId)?.role
  if (!call?.answeredAt || !role || !command.includes(role) || detached) return null
  const there = othersIn(call, accountId)
  const inCall = new Set(there.map(({ officerId }) => officerId))
  const atWork = new Set(
    [...incidents.values()].filter(({ id }) => id === call.incidentId).map(({ unitId }) => unitId),
  )
  const free = [...officers.values()]
    .filter(({ id, onShift }) => onShift && !inCall.has(id))
    // Whose squad has this incident comes first.
    .sort(
      (a, b) => Number(atWork.has(b.unitId)) - Number(atWork.has(a.unitId)) || a.code.localeCompare(b.code),
    )
  const full = there.length + 1 >= mostInCall
  return (
    <label className="call-round call-invite" title={full ? words.full : words.add}>
      <Icon name="person" />
      <select
        value=""
        disabled={full}
        aria-label={full ? words.full : words.addWhom}
        onChange={({ target }) => void invite(Number(target.value))}
        data-testid="call-invite"
      >
        <option value="">{free.length > 0 ? words.addWhom : words.noOthers}</option>
        {free.map(({ id, name, code }) => (
          <option key={id} value={id}>{`${name} · ${code}`}</option>
        ))}
      </select>
    </label>
  )
}
