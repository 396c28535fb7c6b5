import { useEffect, useMemo, useRef, useState } from 'react'
import { duration, figure, hourMinute } from '../format.ts'
import { useGrids } from '../grids/store.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { useTracksText } from '../locales/tracks-text.ts'
import { useHover } from '../map/hover.ts'
import { useMapState } from '../map/state.ts'
import { useSession } from '../people/store.ts'
import { serverNow } from '../realtime.ts'
import { Card, Empty, Skeleton } from '../ui/controls.tsx'
import { useUnits } from '../units/store.ts'
import { useView } from '../view.ts'
import { DayFields } from './DayFields.tsx'
import {
  boundsOf,
  type DaySpan,
  dayBefore,
  instantsOf,
  nearestAt,
  speedBounds,
  todayIn,
  toleranceFor,
} from './day.ts'
import { reasonFor, withReason } from './reasons.ts'
import { SpeedStrip } from './SpeedStrip.tsx'
import { type ShownTrack, useTracks } from './store.ts'

/** So near to the line, in pixels, the pointer means the line. */
const reach = 14
const gridsShown = 6
/** The map comes nearer as soon as the way is there: asked this finely, it need not be asked for again. */
const coarsest = 5

/** Where an officer was on a day: the figures beside the map, the speed below it. */
export function TrackPanel({ officerId }: { officerId: number }) {
  const text = useText()
  const words = useTracksText()
  const { loading, problem, shown, pointed, load, point, close } = useTracks()
  const officer = useUnits((state) => state.officers.get(officerId))
  const timeZone = useGrids((state) => state.town?.timeZone ?? 'UTC')
  const ownId = useSession((state) => state.me?.officerId ?? null)
  const today = todayIn(serverNow(), timeZone)
  const [span, setSpan] = useState<DaySpan>({ date: today, fromHour: 0, toHour: 24 })
  const [turn, setTurn] = useState(0)
  const tolerance = useMapState((state) => toleranceFor(state.metersPerPixel))
  useEffect(() => {
    const asked = {
      ...instantsOf(span, timeZone),
      tolerance: Math.min(coarsest, toleranceFor(useMapState.getState().metersPerPixel)),
    }
    withReason([officerId], ownId, () => void load(asked, reasonFor(officerId, Date.now())))
  }, [officerId, ownId, span, timeZone, turn, load])
  useFiner(officerId, tolerance)
  useFit(shown)
  usePointed(shown)
  const empty = shown && shown.track.fixes === 0
  return (
    <>
      <div className="tracks-column">
        <Card
          testId="track-panel"
          kicker={words.track.title(officer?.code ?? '')}
          title={officer?.name ?? ''}
          onClose={close}
          closeLabel={words.close}
        >
          <DayFields span={span} today={today} onChange={setSpan} />
          {problem ? (
            <Empty action={{ text: words.retry, onClick: () => setTurn(turn + 1) }}>
              {sentenceOf(text, problem)}
            </Empty>
          ) : null}
          {!shown && loading ? <Skeleton lines={6} label={words.loading} /> : null}
          {empty ? (
            <Empty
              action={{
                text: words.track.another,
                onClick: () => setSpan({ ...span, date: dayBefore(span.date) }),
              }}
            >
              {words.track.empty}
            </Empty>
          ) : null}
          {shown && !empty ? <Figures shown={shown} timeZone={timeZone} /> : null}
        </Card>
      </div>
      {shown && !empty ? (
        <section className="panel tracks-strip" aria-label={words.track.strip}>
          <header className="strip-head">
            <h2>{words.track.strip}</h2>
            <SpeedLegend />
            <span className="hint" role="status">
              {loading ? words.track.finer : ''}
            </span>
          </header>
          <SpeedStrip {...{ shown, timeZone, pointed }} onPoint={point} />
        </section>
      ) : null}
    </>
  )
}

/** Asks again, in the same terms, when the map has come so near that what was left out would be missed. */
function useFiner(officerId: number, tolerance: number): void {
  const shown = useTracks((state) => state.shown)
  const load = useTracks((state) => state.load)
  const ownId = useSession((state) => state.me?.officerId ?? null)
  useEffect(() => {
    const reason = reasonFor(officerId, Date.now())
    // The coarser line stays where the reason is no longer remembered: nobody is asked for moving the map.
    if (!shown || tolerance >= shown.tolerance || !(reason || ownId === officerId)) return
    const later = setTimeout(() => {
      const { from, to } = shown.track
      void load({ from: Date.parse(from), to: Date.parse(to), tolerance }, reason)
    }, 400)
    return () => clearTimeout(later)
  }, [officerId, ownId, shown, tolerance, load])
}

/** Brings the whole way into sight, once for each day that is opened. */
function useFit(shown: ShownTrack | null): void {
  const fitted = useRef('')
  useEffect(() => {
    const key = shown ? `${shown.track.from} ${shown.track.to}` : ''
    if (!shown || fitted.current === key) return
    const bounds = boundsOf(shown.runs.flat())
    fitted.current = key
    if (bounds) useView.getState().look({ to: 'bounds', bounds })
  }, [shown])
}

/** What the pointer meets on the map is shown on the strip. */
function usePointed(shown: ShownTrack | null): void {
  const point = useTracks((state) => state.point)
  useEffect(
    () =>
      useHover.subscribe(({ place }, before) => {
        if (!shown || place === before.place) return
        const meters = reach * useMapState.getState().metersPerPixel
        const found =
          place && shown.runs.map((run) => nearestAt(run, place, meters)).find((at) => at !== null)
        point(found ?? null)
      }),
    [shown, point],
  )
}

function SpeedLegend() {
  const { track: words } = useTracksText()
  return (
    <ul className="speed-legend" aria-label={`${words.speed}, ${words.kmh}`}>
      {words.speedClasses.map((name, i) => (
        <li key={name}>
          <i className={`speed-${i}`} />
          {name} <small>{i < speedBounds.length ? `< ${speedBounds[i]}` : `≥ ${speedBounds[i - 1]}`}</small>
        </li>
      ))}
      <li>
        <small>{words.kmh}</small>
      </li>
    </ul>
  )
}

function Figures({ shown: { track }, timeZone }: { shown: ShownTrack; timeZone: string }) {
  const text = useText()
  const { track: words } = useTracksText()
  const grids = useGrids((state) => state.grids)
  const point = useTracks((state) => state.point)
  const nameOf = (gridId: number) => grids.get(gridId)?.name ?? words.unknownGrid
  const covered = useMemo(() => track.grids.reduce((sum, { seconds }) => sum + seconds, 0), [track])
  const most = track.grids[0]?.seconds ?? 1
  const rest = track.grids.slice(gridsShown)
  const long = (seconds: number) => duration(seconds * 1000, text.units)
  const look = (stop: (typeof track.stops)[number]) => {
    point(Date.parse(stop.from))
    useView.getState().look({ to: 'place', center: [stop.lng, stop.lat], zoom: 16 })
  }
  return (
    <>
      <dl className="track-figures" data-testid="track-figures">
        <Figure name={words.distance} value={(track.distanceMeters / 1000).toFixed(2)} unit="km" />
        <Figure name={words.moving} value={long(track.movingSeconds)} />
        <Figure name={words.covered} value={long(covered)} hint={words.coveredHint} />
        <Figure name={words.fixes} value={figure(track.fixes)} />
      </dl>
      {track.jumps > 0 ? <p className="hint">{words.jumps(figure(track.jumps))}</p> : null}
      {track.cut ? <p className="is-attention">{words.cut}</p> : null}
      <h3>{`${words.stops} ${track.stops.length}`}</h3>
      {track.stops.length === 0 ? <p className="hint">{words.noStops}</p> : null}
      <ol className="track-stops" data-testid="track-stops">
        {track.stops.map((stop, i) => {
          const [from, length] = [
            hourMinute(Date.parse(stop.from), timeZone),
            long((Date.parse(stop.to) - Date.parse(stop.from)) / 1000),
          ]
          return (
            <li key={stop.from}>
              <button
                type="button"
                aria-label={`${i + 1}: ${words.stop(nameOf(stop.gridId), from, length)}`}
                onClick={() => look(stop)}
              >
                <b>{i + 1}</b>
                <span>{nameOf(stop.gridId)}</span>
                <time>{from}</time>
                <span className="track-length">{length}</span>
              </button>
            </li>
          )
        })}
      </ol>
      <h3>{words.grids}</h3>
      <ol className="track-grids" data-testid="track-grids">
        {track.grids.slice(0, gridsShown).map(({ gridId, seconds }) => (
          <li key={gridId}>
            <span>{nameOf(gridId)}</span>
            <i style={{ width: `${(100 * seconds) / most}%` }} />
            <b>{long(seconds)}</b>
          </li>
        ))}
        {rest.length > 0 ? (
          <li>
            <span>{words.moreGrids(rest.length)}</span>
            <i style={{ width: 0 }} />
            <b>{long(rest.reduce((sum, { seconds }) => sum + seconds, 0))}</b>
          </li>
        ) : null}
      </ol>
    </>
  )
}

function Figure({ name, value, unit, hint }: { name: string; value: string; unit?: string; hint?: string }) {
  return (
    <div title={hint}>
      <dt>{name}</dt>
      <dd>
        {value}
        {unit ? <small> {unit}</small> : null}
      </dd>
    </div>
  )
}
