import type { ReactNode } from 'react'
import { figure, hourMinute } from '../format.ts'
import { useGrids } from '../grids/store.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { Skeleton } from '../ui/controls.tsx'
import type { Box } from './layout.ts'
import { useOld } from './old.ts'
import { useReplay, useReplaying } from './replay.ts'
import { useWall } from './store.ts'

/** What the frame takes off a panel's box. */
export const frame = { head: 40, side: 16, foot: 12 }
export const insideOf = ({ width, height }: Pick<Box, 'width' | 'height'>) => ({
  width: width - 2 * frame.side - 2,
  height: height - frame.head - frame.foot - 2,
})

interface InstrumentProps {
  title: string
  aside?: ReactNode
  /** Said instead of the content when there is nothing to show. */
  empty?: string | false
  /** The content comes from the picture: a skeleton until it is here, a sentence when it cannot be had. */
  waits?: boolean
  children: ReactNode
  testId: string
}

/** The frame of every panel: a title, a hairline, and what it says while it has nothing to say. */
export function Instrument({
  title,
  aside,
  empty = false,
  waits = false,
  children,
  testId,
}: InstrumentProps) {
  const text = useText()
  const replaying = useReplaying()
  const unread = useReplay(({ status }) => status === 'failed') && waits
  const problem = useWall((state) => (waits && !replaying && !state.picture ? state.pictureProblem : null))
  const old = useOld((state) => state.since)
  // A past day does not grow old.
  const since = replaying ? null : old
  const timeZone = useGrids((state) => state.town?.timeZone ?? 'UTC')
  const beside = since === null ? aside : text.wall.asOf(hourMinute(since, timeZone))
  return (
    <section
      className={since === null ? 'instrument' : 'instrument is-old'}
      aria-label={title}
      data-testid={`wall-${testId}`}
    >
      <header>
        <h2>{title}</h2>
        {beside === undefined ? null : <p>{beside}</p>}
      </header>
      {problem ? (
        <p className="instrument-says">{`${text.wall.failed}${sentenceOf(text, problem)}`}</p>
      ) : unread ? (
        <p className="instrument-says">{text.wall.past.unread}</p>
      ) : waits ? (
        <Skeleton lines={4} label={text.common.loading} />
      ) : empty ? (
        <p className="instrument-says">{empty}</p>
      ) : (
        children
      )}
    </section>
  )
}

/** How many rows there was no room for: nothing is cut off unsaid. */
export function More({ count }: { count: number }) {
  const text = useText()
  return count > 0 ? <p className="instrument-more">{text.wall.more(figure(count))}</p> : null
}
