import { useEffect } from 'react'
import { hourMinute, longDate } from '../format.ts'
import { useGrids } from '../grids/store.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { useSession } from '../people/store.ts'
import { useNow } from '../ui/clock.ts'
import { Segmented } from '../ui/controls.tsx'
import { Icon } from '../ui/Icon.tsx'
import { tell } from '../ui/notices.ts'
import { Progress } from '../ui/Progress.tsx'
import { usePreferences } from '../ui/preferences.ts'
import { isEmpty, type Past } from './past.ts'
import { Legend, Strip } from './ReplayStrip.tsx'
import { speeds, useReplay } from './replay.ts'
import { useWall } from './store.ts'
import './replay.css'

const minute = 60
/** CSS pixels before scaling, with what lies below it: the map keeps clear of it. */
export const replayBarHeight = 220

/** Now instead of the past: on a desk for everybody who looks at the wall, on a kiosk for that one alone. */
function useLeave(): () => void {
  const kiosk = useSession((state) => state.me?.role === 'screen')
  return () => {
    const { wall, steer } = useWall.getState()
    if (wall && !kiosk) steer({ replay: null }).catch(tell)
    else useReplay.getState().leave()
  }
}

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  target.closest('input:not([type=range]), textarea, select, dialog[open]') !== null

function useKeys(leave: () => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return
      const { status, second, past, clock, seek, play, setSpeed } = useReplay.getState()
      const jump = (event.shiftKey ? 60 : 10) * minute
      const other = (by: number) => {
        const at = speeds.findLastIndex((speed) => speed <= clock.speed)
        setSpeed(speeds[Math.max(0, at + by)] ?? clock.speed)
      }
      const moves: Record<string, () => void> = {
        ' ': () => play(!clock.playing || second >= (past?.until ?? 0)),
        ArrowLeft: () => seek(second - jump),
        ArrowRight: () => seek(second + jump),
        ArrowUp: () => other(1),
        ArrowDown: () => other(-1),
        Home: () => seek(0),
        End: () => seek(past?.seconds ?? 0),
      }
      const onButton = event.key === ' ' && (event.target as HTMLElement).closest?.('button')
      const act =
        event.key.toLowerCase() === 'l' ? leave : status === 'ready' && !onButton ? moves[event.key] : null
      if (!act) return
      event.preventDefault()
      event.stopPropagation()
      act()
    }
    addEventListener('keydown', press, true)
    return () => removeEventListener('keydown', press, true)
  }, [leave])
}

/** What stands at the foot of the map while a past day is told: how far its reading is, its clock and scrubber, and the way back to now. */
export function ReplayBar({ width }: { width: number }) {
  const text = useText()
  const words = text.wall.past
  const status = useReplay((state) => state.status)
  const told = useReplay((state) => state.told)
  const problem = useReplay((state) => state.problem)
  const past = useReplay((state) => state.past)
  const load = useReplay((state) => state.load)
  const leave = useLeave()
  if (!told) return null
  if (status === 'live')
    return (
      <section className="wall-past is-note" aria-label={words.title} data-testid="wall-replay-left">
        <p>{words.left(told.day)}</p>
        <button type="button" className="button" onClick={() => void load()}>
          {words.watch}
        </button>
      </section>
    )
  return (
    <section
      className={`wall-past ${status === 'ready' ? '' : 'is-note'}`}
      aria-label={words.title}
      data-testid="wall-replay"
      data-status={status}
    >
      {status === 'loading' ? <Loading day={told.day} /> : null}
      {status === 'failed' ? (
        <p role="status">
          <b>{words.failed(told.day)}</b> {problem ? sentenceOf(text, problem) : ''}
        </p>
      ) : null}
      {status === 'failed' ? (
        <button type="button" className="button" onClick={() => void load()}>
          {text.common.retry}
        </button>
      ) : null}
      {past && status === 'ready' ? (
        <Ready {...{ past, width }} onLeave={leave} />
      ) : (
        <LiveButton onLeave={leave} />
      )}
    </section>
  )
}

function LiveButton({ onLeave }: { onLeave: () => void }) {
  const text = useText()
  useKeys(onLeave)
  return (
    <button
      type="button"
      className="button is-primary past-live"
      onClick={onLeave}
      data-testid="wall-back-to-live"
    >
      <Icon name="target" />
      {text.wall.backToLive}
      <kbd aria-hidden="true">L</kbd>
    </button>
  )
}

/** How much is on its way nobody knows; how long it has taken is told. */
function Loading({ day }: { day: string }) {
  const words = useText().wall.past
  const askedAt = useReplay((state) => state.askedAt)
  const seconds = Math.max(0, Math.floor((useNow(1000) - askedAt) / 1000))
  return (
    <Progress label={words.loading(day)} share={null}>
      {words.loading(day)} {seconds >= 2 ? words.taken(seconds) : ''}
    </Progress>
  )
}

function Ready({ past, width, onLeave }: { past: Past; width: number; onLeave: () => void }) {
  const text = useText()
  const words = text.wall.past
  const language = usePreferences((state) => state.language)
  const timeZone = useGrids((state) => state.town?.timeZone ?? 'UTC')
  const at = useReplay(({ second }) => Math.floor(second / minute) * minute)
  const ended = useReplay(({ second }) => second >= past.until)
  const { playing, speed } = useReplay((state) => state.clock)
  const { seek, play, setSpeed } = useReplay.getState()
  const runs = playing && !ended
  const whole = past.until === past.seconds
  const shown = ended && whole ? '24:00' : hourMinute(past.from + at * 1000, timeZone)
  const offered = [...new Set([...speeds, speed])].sort((a, b) => a - b)
  return (
    <>
      <header>
        <p className="past-day">
          <b>{words.replay}</b>
          <span>
            {past.day.slice(0, 4)} · {longDate(past.from, timeZone, language)}
          </span>
        </p>
        <time data-testid="wall-replay-time">{shown}</time>
        <button
          type="button"
          className="button past-play"
          aria-label={runs ? words.pause : words.play}
          onClick={() => play(!runs)}
          data-testid="wall-replay-play"
        >
          <Icon name={runs ? 'pause' : 'play'} />
        </button>
        {width >= 960 ? (
          <Segmented
            label={words.speed}
            value={String(speed)}
            onChange={(value) => setSpeed(Number(value))}
            options={offered.map((one) => ({ value: String(one), text: `${one}×` }))}
          />
        ) : (
          <span className="past-speed">{speed}×</span>
        )}
        <LiveButton onLeave={onLeave} />
      </header>
      <Strip past={past} />
      <input
        type="range"
        className="past-scrub"
        aria-label={words.scrub}
        aria-valuetext={shown}
        min={0}
        max={past.seconds}
        step={minute}
        value={ended ? past.until : at}
        onChange={(event) => seek(Number(event.target.value))}
        data-testid="wall-replay-scrub"
      />
      <p className="past-hours" aria-hidden="true">
        {['0:00', '6:00', '12:00', '18:00', '24:00'].map((hour) => (
          <span key={hour}>{hour}</span>
        ))}
      </p>
      {isEmpty(past) ? (
        <p className="past-says" role="status">
          {words.empty}
        </p>
      ) : ended ? (
        <p className="past-says" role="status" data-testid="wall-replay-ended">
          {whole ? words.ended : words.endedNow(shown)}
        </p>
      ) : (
        <Legend past={past} at={at} wide={width >= 760} />
      )}
    </>
  )
}
