import { useMemo } from 'react'
import type { NearRepeats } from '../../api/contract/study.ts'
import { figure } from '../format.ts'
import { useStudyText } from '../locales/study-text.ts'
import { Empty } from '../ui/controls.tsx'
import type { Question } from './answers.ts'
import { StudyPanel } from './StudyPanel.tsx'
import { chanceText, type NearCell, nearRows, oneDecimal, sayNear } from './sentences.ts'

/** Whether a case makes others near it more likely in the days after: metres by days. */
export function NearPanel({ query }: { query: Question['query'] }) {
  const words = useStudyText()
  const question = useMemo(() => ({ path: 'near-repeat', query }) as const, [query])
  return (
    <StudyPanel<NearRepeats> title={words.near.title} testId="near-repeat" question={question}>
      {(told) => <Matrix told={told} />}
    </StudyPanel>
  )
}

function Matrix({ told: { bands, blank, cases } }: { told: NearRepeats }) {
  const words = useStudyText()
  const own = words.near
  const rows = useMemo(() => nearRows(bands), [bands])
  if (blank) return <Empty>{words.blanks[blank] ?? blank}</Empty>
  return (
    <>
      <p className="study-lead" data-testid="near-told">
        {sayNear(rows, words)}
      </p>
      <table className="near-matrix" aria-label={own.title} data-testid="near-matrix">
        <thead>
          <tr>
            <th scope="col">
              <span className="visually-hidden">{own.corner}</span>
            </th>
            {(rows[0] ?? []).map(({ fromDays, toDays }) => (
              <th key={toDays} scope="col">
                {own.days(fromDays, toDays)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row[0]?.toMeters}>
              <th scope="row">{own.meters(row[0]?.fromMeters ?? 0, row[0]?.toMeters ?? 0)}</th>
              {row.map((cell) => (
                <Cell key={cell.toDays} cell={cell} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="study-legend">
        <span className="near-mark">{own.marked}</span>
      </p>
      <p className="hint">{own.note(figure(cases), figure(bands.length))}</p>
    </>
  )
}

function Cell({ cell: { ratio, marked, observed, expected, p } }: { cell: NearCell }) {
  const own = useStudyText().near
  return (
    <td
      className={marked ? 'is-marked' : ''}
      title={own.cell(figure(observed), oneDecimal(expected), chanceText(p))}
      data-marked={marked}
    >
      {ratio === null ? '—' : own.ratio(oneDecimal(ratio))}
      {marked ? <span className="visually-hidden"> {own.marked}</span> : null}
    </td>
  )
}
