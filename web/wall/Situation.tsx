import { openStates, type State } from '../../api/contract/lifecycle.ts'
import { figure } from '../format.ts'
import { useText } from '../locales/text.ts'
import { Instrument, insideOf } from './Instrument.tsx'
import { type Box, fitWords, widthOf } from './layout.ts'
import { useBehindCases } from './list.ts'
import { usePicture } from './picture.ts'
import { useReplaying } from './replay.ts'

/** Today at a glance: reported against yesterday, closed in time, open, overdue, and where the open ones stand. */
export function Situation({ box }: { box: Box }) {
  const text = useText()
  const situation = usePicture((picture) => picture.situation)
  const replaying = useReplaying()
  const behind = useBehindCases()
  const words = text.wall.situation
  const { width, height } = insideOf(box)
  if (!situation)
    return (
      <Instrument title={words.title} testId="situation" waits>
        {null}
      </Instrument>
    )
  const { reported, closed, onTime, open, overdue, yesterday, byState } = situation
  const low = height < 190
  // What the figures leave: a bar, and lines of words below it.
  const lines = Math.min(3, Math.floor((height - (low ? 66 : 176) - bar) / line))
  const unknown = text.wall.past.notKnown
  return (
    <Instrument title={replaying ? text.wall.past.situation : words.title} testId="situation">
      <div className={`situation-figures ${low ? 'is-low' : ''}`}>
        <Big
          name={replaying ? text.wall.past.reported : words.reported}
          value={reported}
          onPress={() => behind.reportedToday(words.reported)}
        >
          {yesterday === null ? text.wall.past.untilThen : words.than(reported - yesterday)}
        </Big>
        <Big
          name={replaying ? text.wall.past.closed : words.closed}
          value={closed}
          onPress={() => behind.closedToday(words.closed)}
        >
          {onTime === null
            ? text.wall.past.untilThen
            : closed > 0
              ? words.onTime(Math.round((100 * onTime) / closed))
              : words.noneClosed}
        </Big>
        <Big name={words.open} value={open} onPress={() => behind.open(words.open)}>
          {words.inHand}
        </Big>
        <Big
          name={words.overdue}
          value={overdue}
          urgent={overdue !== null && overdue > 0}
          onPress={() => behind.overdue(words.overdue)}
        >
          {overdue === null ? unknown : words.ofOpen(open > 0 ? Math.round((100 * overdue) / open) : 0)}
        </Big>
      </div>
      {lines > 0 ? <Stages {...{ byState, width, lines }} onPress={behind.state} /> : null}
    </Instrument>
  )
}

/** The heights of the bar of stages and of a line of words under it. */
const [bar, line] = [18, 24]

interface BigProps {
  name: string
  /** Null: nobody knows. */
  value: number | null
  urgent?: boolean
  onPress: () => void
  children: string
}

function Big({ name, value, urgent = false, onPress, children }: BigProps) {
  return (
    <button type="button" className="big" onClick={onPress}>
      <span>{name}</span>
      <b className={urgent ? 'is-urgent' : ''}>{value === null ? '—' : figure(value)}</b>
      <small>{children}</small>
    </button>
  )
}

/** How the open cases are spread over the steps: one bar, the stronger the nearer to the end; those on hold in grey. */
function Stages({
  byState,
  width,
  lines,
  onPress,
}: {
  byState: readonly { state: State; open: number }[]
  width: number
  lines: number
  onPress: (state: State) => void
}) {
  const text = useText()
  const stages = byState
    .filter(({ state, open }) => openStates.includes(state) && open > 0)
    .sort((a, b) => openStates.indexOf(a.state) - openStates.indexOf(b.state))
  const total = stages.reduce((sum, { open }) => sum + open, 0)
  if (total === 0) return <p className="instrument-says">{text.wall.situation.quiet}</p>
  // Where there is no room for all, the largest are named.
  const bySize = stages.toSorted((a, b) => b.open - a.open)
  const widths = bySize.map(({ state, open }) => widthOf(`${text.states[state]} ${figure(open)}`, 16) + 16)
  const word = widthOf(text.wall.more('9'), 16)
  const count = fitWords(widths, { width, lines, gap: 14, word })
  return (
    <div className="wall-stages">
      <div className="wall-stages-bar" aria-hidden="true">
        {stages.map(({ state, open }) => (
          <i key={state} data-state={state} style={{ flexGrow: open }} />
        ))}
      </div>
      <ul>
        {stages
          .filter((one) => bySize.indexOf(one) < count)
          .map(({ state, open }) => (
            <li key={state}>
              <button type="button" onClick={() => onPress(state)}>
                <i data-state={state} />
                {text.states[state]} <b>{figure(open)}</b>
              </button>
            </li>
          ))}
        {count < stages.length ? (
          <li className="hint">{text.wall.more(figure(stages.length - count))}</li>
        ) : null}
      </ul>
    </div>
  )
}
