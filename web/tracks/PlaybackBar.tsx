import { useEffect, useMemo } from 'react'
import { clock, dayDate, hourMinute } from '../format.ts'
import { useGrids } from '../grids/store.ts'
import { useTracksText } from '../locales/tracks-text.ts'
import { Segmented } from '../ui/controls.tsx'
import { Icon } from '../ui/Icon.tsx'
import { useView } from '../view.ts'
import { boundsOf } from './day.ts'
import { type Rate, rates, usePlayback } from './playback.ts'
import { headsAt, presence, type Reel } from './reel.ts'

const minuteMs = 60_000
const bins = 240

/** Plays on while it is open: moves the clock with the screen's frames, no faster than the map is drawn. */
function useClock(playing: boolean): void {
  useEffect(() => {
    if (!playing) return
    let frame = 0
    let last = performance.now()
    const tick = (now: number) => {
      frame = requestAnimationFrame(tick)
      if (now - last < 33) return
      // A page that was hidden goes on where it was, and does not leap.
      usePlayback.getState().step(Math.min(5000, now - last))
      last = now
    }
    frame = requestAnimationFrame(tick)
    return () => cancelAnimationFrame(frame)
  }, [playing])
}

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  target.closest('input:not([type=range]), textarea, select, dialog[open]') !== null

/** Before the board's own keys, which go on with the live map. */
function useKeys(): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return
      const { playing, at, rate, play, seek, setRate, close } = usePlayback.getState()
      const jump = (event.shiftKey ? 10 : 1) * minuteMs
      const other = (by: number) => setRate(rates[rates.indexOf(rate) + by] ?? rate)
      const keys: Record<string, () => void> = {
        ' ': () => play(!playing),
        ArrowLeft: () => seek(at - jump),
        ArrowRight: () => seek(at + jump),
        ArrowUp: () => other(1),
        ArrowDown: () => other(-1),
        Escape: close,
      }
      const act = keys[event.key]
      if (!act) return
      event.preventDefault()
      event.stopPropagation()
      act()
    }
    addEventListener('keydown', press, true)
    return () => removeEventListener('keydown', press, true)
  }, [])
}

/** The past, said so that nobody takes it for now, and its clock. */
export function PlaybackBar({ reel }: { reel: Reel }) {
  const words = useTracksText().playback
  const { playing, rate, play, setRate, seek, close } = usePlayback()
  const second = usePlayback(({ at }) => Math.floor(at / 1000))
  const timeZone = useGrids((state) => state.town?.timeZone ?? 'UTC')
  const now = reel.from + second * 1000
  const length = reel.to - reel.from
  useClock(playing)
  useKeys()
  useEffect(() => {
    // The lines leave out where somebody's phone has leapt to.
    const places = reel.lines.flatMap(({ path }) =>
      Array.from({ length: path.length / 2 }, (_, i) => ({
        lng: path[2 * i] ?? 0,
        lat: path[2 * i + 1] ?? 0,
      })),
    )
    const bounds = boundsOf(places)
    if (bounds) useView.getState().look({ to: 'bounds', bounds })
  }, [reel])
  const out = headsAt(reel, second * 1000).filter(({ held }) => !held).length
  return (
    <>
      <div className="playback-frame" aria-hidden="true" />
      <section className="playback-banner" aria-label={words.past} data-testid="playback-banner">
        <p>
          <b>{words.past}</b>
          <span>{words.notNow}</span>
        </p>
        <p className="playback-time">
          <time data-testid="playback-time">{clock(now, timeZone)}</time>
          <span>
            {dayDate(now, timeZone)} · {rate}×
          </span>
        </p>
        <button
          type="button"
          className="button is-primary"
          onClick={close}
          data-testid="back-to-live"
          title={words.liveGoesOn}
        >
          <Icon name="target" /> {words.live}
        </button>
      </section>
      <section className="panel tracks-strip playback-bar" aria-label={words.title}>
        <header className="strip-head">
          <button
            type="button"
            className="icon-button"
            aria-label={words.back}
            title={words.back}
            onClick={() => seek(second * 1000 - minuteMs)}
          >
            <Icon name="back" />
          </button>
          <button
            type="button"
            className="button is-primary playback-play"
            onClick={() => play(!playing)}
            data-testid="play"
          >
            <Icon name={playing ? 'pause' : 'play'} /> {playing ? words.pause : words.play}
          </button>
          <button
            type="button"
            className="icon-button"
            aria-label={words.forward}
            title={words.forward}
            onClick={() => seek(second * 1000 + minuteMs)}
          >
            <Icon name="forward" />
          </button>
          <Segmented<`${Rate}`>
            label={words.rate}
            value={`${rate}`}
            onChange={(value) => setRate(Number(value) as Rate)}
            options={rates.map((value) => ({ value: `${value}` as const, text: `${value}×` }))}
          />
          <span className="playback-out">{words.out(out, reel.ways.length)}</span>
        </header>
        <Presence reel={reel} />
        <input
          type="range"
          className="playback-scrub"
          aria-label={words.scrub}
          aria-valuetext={clock(now, timeZone)}
          min={0}
          max={Math.floor(length / 1000)}
          value={second}
          onChange={(event) => seek(Number(event.target.value) * 1000)}
          data-testid="scrub"
        />
        <p className="playback-ends">
          <span>{hourMinute(reel.from, timeZone)}</span>
          <span className="hint">{words.keys}</span>
          <span>{hourMinute(reel.to, timeZone)}</span>
        </p>
      </section>
    </>
  )
}

/** When how many were out, above the scrubber. */
function Presence({ reel }: { reel: Reel }) {
  const words = useTracksText().playback
  const counts = useMemo(() => [...presence(reel, bins)], [reel])
  const most = Math.max(1, ...counts)
  return (
    <svg
      className="presence"
      role="img"
      aria-label={words.presence}
      viewBox={`0 0 ${bins} 100`}
      preserveAspectRatio="none"
    >
      {counts.map((count, i) =>
        count === 0 ? null : (
          <rect key={i} x={i} width={1.05} y={100 - (100 * count) / most} height={(100 * count) / most} />
        ),
      )}
    </svg>
  )
}
