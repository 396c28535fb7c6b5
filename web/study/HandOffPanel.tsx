import { useMemo } from 'react'
import type { HandOffs } from '../../api/contract/study.ts'
import { duration, figure } from '../format.ts'
import { actionOf } from '../incidents/story.ts'
import { useStudyText } from '../locales/study-text.ts'
import { useText } from '../locales/text.ts'
import { Empty } from '../ui/controls.tsx'
import type { Question } from './answers.ts'
import { StudyPanel } from './StudyPanel.tsx'
import { ShareBar, StudyTable } from './StudyTable.tsx'
import { hoursText, percent } from './sentences.ts'

/** From which step to which the hours go, and squads that gave cases back. */
export function HandOffPanel({ query }: { query: Question['query'] }) {
  const words = useStudyText()
  const question = useMemo(() => ({ path: 'hand-offs', query }) as const, [query])
  return (
    <StudyPanel<HandOffs> title={words.handOffs.title} testId="hand-offs" question={question}>
      {(told) => (
        <>
          <Moves told={told} />
          <GivenBack units={told.units} />
        </>
      )}
    </StudyPanel>
  )
}

function Moves({ told: { moves, hours } }: { told: HandOffs }) {
  const own = useStudyText().handOffs
  const text = useText()
  const [first] = moves
  if (!first) return <Empty>{own.none}</Empty>
  const stepOf = (event: string) => {
    const action = actionOf(event)
    return action ? text.actions[action] : event === 'incident:reported' ? own.reported : event
  }
  const time = (seconds: number) => duration(seconds * 1000, text.units)
  const longest = Math.max(first.share, 0.0001)
  return (
    <>
      <p className="study-lead" data-testid="hand-offs-summary">
        {own.summary(hoursText(hours), stepOf(first.from), stepOf(first.to), percent(first.share))}{' '}
        <span className="hint">{own.note}</span>
      </p>
      <StudyTable
        label={own.title}
        testId="moves"
        columns={[
          { name: own.move },
          { name: own.hours },
          { name: own.share, number: true },
          { name: own.median, number: true },
          { name: own.late, number: true },
          { name: own.moves, number: true },
        ]}
        rows={moves.map((move) => ({
          key: `${move.from} ${move.to}`,
          cells: [
            `${stepOf(move.from)} → ${stepOf(move.to)}`,
            <ShareBar key="hours" share={move.share / longest}>
              {hoursText(move.hours)}
            </ShareBar>,
            percent(move.share),
            time(move.p50),
            time(move.p90),
            figure(move.moves),
          ],
        }))}
      />
    </>
  )
}

function GivenBack({ units }: { units: HandOffs['units'] }) {
  const own = useStudyText().handOffs
  return (
    <section className="study-part" aria-label={own.units}>
      <h4>{own.units}</h4>
      {units.length === 0 ? (
        <p className="hint">{own.noUnits}</p>
      ) : (
        <StudyTable
          label={own.units}
          testId="given-back"
          most={5}
          columns={[
            { name: own.unit },
            { name: own.returned, number: true },
            { name: own.lost, number: true },
          ]}
          rows={units.map(({ unitId, name, returned, lostHours }) => ({
            key: String(unitId),
            cells: [name, figure(returned), hoursText(lostHours)],
          }))}
        />
      )}
    </section>
  )
}
