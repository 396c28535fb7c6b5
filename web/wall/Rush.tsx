import { useMemo } from 'react'
import type { WallPicture } from '../../api/contract/wall.ts'
import { figure, hourMinute } from '../format.ts'
import { useGrids } from '../grids/store.ts'
import { useText } from '../locales/text.ts'
import { useWall } from './store.ts'

/** Under so many reports nothing is a rush, however little is usual; above, it is when there are so many times what is usual. */
const fewest = 10
const times = 3
/** So long after an hour has begun the one before counts with it. */
const settleMinutes = 30

/** Whether far more is reported now than is usual at this hour: how much, and what is usual; null: nothing out of the way. */
export function rushOf(rhythm: WallPicture['rhythm'], hour: number, minute: number) {
  const hours = minute < settleMinutes && hour > 0 ? [hour - 1, hour] : [hour]
  const rows = rhythm.filter((one) => hours.includes(one.hour))
  const reported = rows.reduce((sum, one) => sum + one.reported, 0)
  const usual = rows.reduce((sum, one) => sum + one.usual, 0)
  return reported >= fewest && reported >= times * usual ? { since: hours[0] ?? hour, reported, usual } : null
}

/** Says on the map itself that a storm of reports is on. */
export function Rush() {
  const text = useText()
  const picture = useWall((state) => state.picture)
  const timeZone = useGrids((state) => state.town?.timeZone ?? 'UTC')
  const rush = useMemo(() => {
    if (!picture) return null
    const [hour = 0, minute = 0] = hourMinute(Date.parse(picture.at), timeZone).split(':').map(Number)
    return rushOf(picture.rhythm, hour, minute)
  }, [picture, timeZone])
  if (!rush) return null
  const words = text.wall.rush
  return (
    <p className="wall-caption wall-rush" role="status" data-testid="wall-rush">
      <span>{words.title}</span>
      <b>{words.since(`${rush.since}:00`, figure(rush.reported))}</b>
      <em>{words.usual(figure(Math.round(rush.usual)))}</em>
    </p>
  )
}
