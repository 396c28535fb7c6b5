import { memo, type ReactNode, useRef } from 'react'
import { usePreferences } from '../ui/preferences.ts'
import { type Bar, barsDrawing, mostOf } from './bars.ts'
import { ChartFrame } from './ChartFrame.tsx'

interface BarListProps {
  title: string
  /** What it shows, for whoever does not see it. */
  label: string
  testId: string
  bars: readonly Bar[]
  write: (value: number) => string
  words: { now: string; opposite: string }
  caption: string
  aside?: ReactNode
  /** A line above the bars. */
  lead?: string
  /** Said where there are none. */
  none?: string
  /** What a pressed bar does; must stay the same, or every bar is drawn anew. */
  onPress?: (key: string) => void
}

/** Bars from the largest down; a tick where the other side stands. Elements of the page, no chart: five of them change at every step. */
export function BarList(props: BarListProps) {
  const { title, label, testId, bars, write, words, caption, aside, lead, none, onPress } = props
  const list = useRef<HTMLUListElement>(null)
  const theme = usePreferences((state) => state.theme)
  const most = mostOf(bars)
  return (
    <ChartFrame
      title={title}
      testId={testId}
      aside={aside}
      caption={caption}
      drawing={() => {
        const box = list.current?.getBoundingClientRect()
        return box ? barsDrawing(bars, theme, box) : null
      }}
    >
      {lead ? <p className="chart-lead">{lead}</p> : null}
      {bars.length === 0 && none ? <p className="hint">{none}</p> : null}
      <ul ref={list} className="bars" aria-label={label}>
        {bars.map(({ key, name, value, opposite, text, faded }) => (
          <BarRow
            key={key}
            id={key}
            name={name}
            text={text}
            share={value / most}
            tick={opposite === null ? null : opposite / most}
            faded={faded}
            hint={[
              name,
              `${words.now}  ${text}`,
              ...(opposite === null ? [] : [`${words.opposite}  ${write(opposite)}`]),
            ].join('\n')}
            onPress={onPress}
          />
        ))}
      </ul>
    </ChartFrame>
  )
}

interface BarRowProps {
  id: string
  name: string
  text: string
  /** Of the room that there is. */
  share: number
  tick: number | null
  faded: boolean
  hint: string
  onPress: ((key: string) => void) | undefined
}
const BarRow = memo(function BarRow({ id, name, text, share, tick, faded, hint, onPress }: BarRowProps) {
  const drawn = (
    <>
      <span className="bar-name">{name}</span>
      <span className="bar-room">
        <i style={{ transform: `scaleX(${share})` }} />
        {tick === null ? null : <u style={{ left: `${tick * 100}%` }} />}
      </span>
      <b>{text}</b>
    </>
  )
  return (
    <li className={faded ? 'is-faded' : undefined} title={hint}>
      {onPress ? (
        <button type="button" onClick={() => onPress(id)}>
          {drawn}
        </button>
      ) : (
        <div>{drawn}</div>
      )}
    </li>
  )
})
