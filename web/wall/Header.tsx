import { modules } from '../../api/contract/wall-rules.ts'
import { clock, dayTime, duration, hourMinute, longDate } from '../format.ts'
import { useGrids } from '../grids/store.ts'
import { useText } from '../locales/text.ts'
import { useSession } from '../people/store.ts'
import { serverNow, useStream } from '../realtime.ts'
import { useNow } from '../ui/clock.ts'
import { tell } from '../ui/notices.ts'
import { usePreferences } from '../ui/preferences.ts'
import { streamNow } from './following.ts'
import { wallFreshness } from './fresh.ts'
import { shorten } from './layout.ts'
import { useReplay, useReplaying } from './replay.ts'
import { useShown } from './shown.ts'
import { useWall } from './store.ts'

/** Whose wall this is. */
export function Title({ width }: { width: number }) {
  const text = useText()
  const town = useGrids((state) => state.town)
  const language = usePreferences((state) => state.language)
  const wall = useWall((state) => state.wall?.name)
  const name = town ? (language === 'en' ? town.nameEn : town.name) : ''
  const room = width - 130
  return (
    <div className="wall-title" data-testid="wall-title">
      <p className="wordmark" aria-label={text.name}>
        霞客
      </p>
      <div>
        <h1>{shorten(name, room, 22)}</h1>
        <p>{shorten(wall ?? text.wall.label, room, 16)}</p>
      </div>
    </div>
  )
}

/** The six modules; a press changes what the wall shows. */
export function ModuleTabs({ width }: { width: number }) {
  const text = useText()
  const { module } = useShown()
  const kiosk = useSession((state) => state.me?.role === 'screen')
  const press = useWall((state) => state.press)
  return (
    <div
      className="wall-modules"
      role="group"
      aria-label={text.wall.modulesLabel}
      data-testid="wall-modules"
      // Where there is little room the tabs stand closer, never smaller than can be read.
      style={{ '--tab': width < 780 ? '10px' : '18px' } as never}
    >
      {modules.map((one) => (
        <button
          key={one}
          type="button"
          aria-pressed={one === module}
          data-testid={`wall-module-${one}`}
          onClick={() => void press(one, kiosk).catch(tell)}
        >
          {text.wall.modules[one]}
        </button>
      ))}
    </div>
  )
}

/** The time, the day, and how current everything here is. */
export function WallClock({ width }: { width: number }) {
  const text = useText()
  const timeZone = useGrids((state) => state.town?.timeZone ?? 'UTC')
  const language = usePreferences((state) => state.language)
  useNow(1000)
  // Draws again with each of these too, not only with the second.
  useStream((state) => state.connected)
  useWall((state) => state.picture)
  const replaying = useReplaying()
  if (replaying) return <PastClock width={width} />
  const now = serverNow()
  return (
    <div className="wall-clock" data-testid="wall-clock">
      <FreshnessMark now={now} timeZone={timeZone} />
      {width > 400 ? <p className="wall-date">{longDate(now, timeZone, language)}</p> : null}
      <time aria-label={text.wall.time}>{clock(now, timeZone)}</time>
    </div>
  )
}

/** The clock of a replay, in the place of the other one: the time of now beside a past map would be taken for the map's. */
function PastClock({ width }: { width: number }) {
  const words = useText().wall.past
  const timeZone = useGrids((state) => state.town?.timeZone ?? 'UTC')
  const language = usePreferences((state) => state.language)
  const past = useReplay((state) => state.past)
  const { playing, speed } = useReplay((state) => state.clock)
  const minute = useReplay(({ second }) => Math.floor(second / 60))
  const ended = useReplay(({ second }) => past !== null && second >= past.until)
  const at = past ? past.from + minute * 60_000 : null
  const midnight = past !== null && ended && past.until === past.seconds
  return (
    <div className="wall-clock" data-testid="wall-clock">
      <p className="freshness is-replay" role="status" data-testid="wall-freshness" data-kind="replay">
        <i aria-hidden="true" />
        {ended ? words.over : playing ? words.clock(speed) : words.paused}
      </p>
      {at !== null && width > 400 ? (
        <p className="wall-date">{longDate(at - (midnight ? 1 : 0), timeZone, language)}</p>
      ) : null}
      <time className="is-replay">{at === null ? '—' : midnight ? '24:00' : hourMinute(at, timeZone)}</time>
    </div>
  )
}

function FreshnessMark({ now, timeZone }: { now: number; timeZone: string }) {
  const text = useText()
  const words = text.freshness
  const fresh = wallFreshness(now, streamNow())
  const said = () => {
    if (fresh.kind === 'behind') return words.behind(duration(fresh.seconds * 1000, text.units))
    if (fresh.kind !== 'none') return words[fresh.kind]
    return words.none((now - fresh.since > 43_200_000 ? dayTime : hourMinute)(fresh.since, timeZone))
  }
  return (
    <p
      className={`freshness is-${fresh.kind}`}
      role="status"
      data-testid="wall-freshness"
      data-kind={fresh.kind}
    >
      <i aria-hidden="true" />
      {said()}
    </p>
  )
}
