import { useMemo } from 'react'
import type { Trend } from '../../api/contract/study.ts'
import { Chart } from '../analysis/Chart.tsx'
import { figure } from '../format.ts'
import { useStudyText } from '../locales/study-text.ts'
import { Empty } from '../ui/controls.tsx'
import { usePreferences } from '../ui/preferences.ts'
import type { Question } from './answers.ts'
import { StudyPanel } from './StudyPanel.tsx'
import { sayChanges, sayTrend } from './sentences.ts'
import { trendOption } from './trend-option.ts'

interface TrendPanelProps {
  query: Question['query']
  /** Under a saved picture. */
  caption: string
}

/** Daily cases without the week's rhythm, where their level changed, and whether the weeks rise or fall. */
export function TrendPanel({ query, caption }: TrendPanelProps) {
  const words = useStudyText()
  const question = useMemo(() => ({ path: 'trend', query }) as const, [query])
  return (
    <StudyPanel<Trend> title={words.trend.title} testId="trend" question={question} titled>
      {(trend) => <TrendChart trend={trend} caption={caption} />}
    </StudyPanel>
  )
}

function TrendChart({ trend, caption }: { trend: Trend; caption: string }) {
  const words = useStudyText()
  const own = words.trend
  const theme = usePreferences((state) => state.theme)
  const option = useMemo(
    () => trendOption(trend, { cases: own.cases, usual: own.usual, level: own.level }, theme),
    [trend, own, theme],
  )
  const changes = sayChanges(trend, words)
  const told = sayTrend(trend.trend, words)
  const sum = trend.days.reduce((all, { cases }) => all + (cases ?? 0), 0)
  const levelled = trend.days.some(({ level }) => level !== null)
  const label = [own.label(trend.days.length, figure(sum)), ...changes, told ?? ''].join(' ').trim()
  return (
    <Chart title={own.title} label={label} testId="trend" option={option} caption={caption}>
      <ul className="study-legend" aria-hidden="true">
        <li className="is-cases">{own.cases}</li>
        {levelled ? (
          <>
            <li className="is-usual">{own.usual}</li>
            <li className="is-level">{own.level}</li>
          </>
        ) : null}
      </ul>
      <div className="study-told" data-testid="trend-told">
        {changes.length > 0 ? (
          <ol className="study-changes">
            {changes.map((sentence) => (
              <li key={sentence} data-testid="trend-change">
                {sentence}
              </li>
            ))}
          </ol>
        ) : levelled ? (
          <p>{own.steady}</p>
        ) : null}
        {told === null ? null : <p data-testid="trend-weeks">{told}</p>}
        {trend.blank ? (
          <Empty>
            {sum === 0
              ? own.none
              : trend.blank === 'too-few'
                ? own.few
                : (words.blanks[trend.blank] ?? trend.blank)}
          </Empty>
        ) : null}
        {levelled || told !== null ? <p className="hint">{own.method}</p> : null}
      </div>
    </Chart>
  )
}
