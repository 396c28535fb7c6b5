import { useEffect, useRef, useState } from 'react'
import type { WallPicture } from '../../api/contract/wall.ts'
import { duration, figure } from '../format.ts'
import { useText } from '../locales/text.ts'
import { usePreferences } from '../ui/preferences.ts'
import { Instrument, insideOf } from './Instrument.tsx'
import { type Box, shorten } from './layout.ts'
import { useBehindCases } from './list.ts'
import { usePicture } from './picture.ts'
import { useReplaying } from './replay.ts'

type Steps = WallPicture['loop']

/** Cases that have come into a step since the picture before: what is seen to flow. A new day begins at nothing. */
export const movedBetween = (before: Steps | null, now: Steps): number[] =>
  now.map(({ entered }, i) => Math.max(0, entered - (before?.[i]?.entered ?? entered)))

/** The nine steps as one stream: as wide as came through today, a drop for what moves now, and still when nothing does. */
export function Loop({ box }: { box: Box }) {
  const text = useText()
  const language = usePreferences((state) => state.language)
  const loop = usePicture((picture) => picture.loop)
  const replaying = useReplaying()
  const behind = useBehindCases()
  const moved = useMoved(loop)
  const words = text.wall.loop
  const { width, height } = insideOf(box)
  if (!loop)
    return (
      <Instrument title={words.title} testId="loop" waits>
        {null}
      </Instrument>
    )
  const most = Math.max(1, ...loop.map(({ entered }) => entered))
  const wide = width > 900 && height < 230
  const row = Math.min(40, Math.floor(height / loop.length))
  const still = loop.every(({ entered }) => entered === 0)
  return (
    <Instrument
      title={words.title}
      testId="loop"
      aside={still ? words.still : replaying ? text.wall.past.loop : words.head}
    >
      <ol className={`loop ${wide ? 'is-wide' : ''}`} style={wide ? {} : { gridAutoRows: `${row}px` }}>
        {loop.map(({ state, now, entered, medianSeconds }, i) => (
          <li key={state} data-state={state}>
            <span className="loop-stream" aria-hidden="true">
              {i > 0 ? (
                <i className="loop-pipe" style={{ '--flow': `${2 + 8 * (entered / most)}px` } as never} />
              ) : null}
              <i className={`loop-dot ${now > 0 ? 'is-held' : ''}`} />
              {moved.counts[i] ? <i key={moved.at} className="loop-drop" /> : null}
            </span>
            <button type="button" onClick={() => behind.state(state)}>
              <span className="loop-name">
                {language === 'en' && !wide ? text.states[state] : words.steps[state]}
                {language === 'en' && !wide ? null : <small>{text.states[state]}</small>}
              </span>
              <b>{figure(now)}</b>
              <span className={entered > 0 ? '' : 'is-zero'}>{words.entered(figure(entered))}</span>
              <small className="loop-time">
                {replaying
                  ? ''
                  : medianSeconds === null
                    ? '—'
                    : shorten(duration(medianSeconds * 1000, text.units), 96, 16)}
              </small>
            </button>
          </li>
        ))}
      </ol>
    </Instrument>
  )
}

/** What has moved with the newest picture; `at` changes with it, so that a drop falls once. */
function useMoved(loop: Steps | null): { at: number; counts: readonly number[] } {
  const before = useRef<Steps | null>(null)
  const [moved, setMoved] = useState<{ at: number; counts: readonly number[] }>({ at: 0, counts: [] })
  useEffect(() => {
    if (!loop) return
    const counts = movedBetween(before.current, loop)
    before.current = loop
    if (counts.some((count) => count > 0)) setMoved(({ at }) => ({ at: at + 1, counts }))
  }, [loop])
  return moved
}
