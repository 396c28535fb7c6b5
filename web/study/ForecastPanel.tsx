import { useMemo, useState } from 'react'
import type { Forecasts } from '../../api/contract/study.ts'
import { figure } from '../format.ts'
import { useStudyText } from '../locales/study-text.ts'
import { Empty, Segmented } from '../ui/controls.tsx'
import { usePreferences } from '../ui/preferences.ts'
import type { Question } from './answers.ts'
import { DayBars } from './DayBars.tsx'
import { StudyPanel } from './StudyPanel.tsx'
import { StudyTable } from './StudyTable.tsx'
import {
  isWorse,
  oneDecimal,
  orderGroups,
  percent,
  sayBackTest,
  sayBackTestShort,
  sayWarning,
} from './sentences.ts'

const groupings = ['all', 'grid', 'class', 'unit'] as const
type By = (typeof groupings)[number]
type Group = Forecasts['groups'][number]

/** The coming week by what somebody wants it told, with how far such forecasts were off. */
export function ForecastPanel({ query, level }: { query: Question['query']; level: number }) {
  const words = useStudyText()
  const own = words.forecast
  const [by, setBy] = useState<By>('all')
  const question = useMemo(
    () => ({ path: 'forecast', query: { ...query, by, ...(by === 'grid' ? { level } : {}) } }) as const,
    [query, by, level],
  )
  return (
    <StudyPanel<Forecasts>
      title={own.title}
      testId="forecast"
      question={question}
      aside={
        <Segmented
          label={own.by}
          value={by}
          options={groupings.map((value) => ({ value, text: own.bys[value] }))}
          onChange={setBy}
        />
      }
    >
      {(told) => <Told key={by} told={told} by={by} />}
    </StudyPanel>
  )
}

function Told({ told, by }: { told: Forecasts; by: By }) {
  const words = useStudyText()
  const own = words.forecast
  const [first] = told.groups
  if (!first) return <Empty>{own.none}</Empty>
  return (
    <>
      <p className="study-lead">{own.days(told.from, told.to)}</p>
      {by === 'all' ? <Whole group={first} told={told} /> : <Groups told={told} />}
    </>
  )
}

/** The whole of the question in large. */
function Whole({ group, told }: { group: Group; told: Forecasts }) {
  const words = useStudyText()
  const own = words.forecast
  const { total, lastWeek, backTest, days, warning, blank } = group
  return (
    <>
      <dl className="study-figures">
        <div>
          <dt>{own.expected}</dt>
          <dd data-testid="forecast-expected">
            <b>{total ? oneDecimal(total.mean) : '—'}</b>{' '}
            {total ? (
              <>
                {own.range(figure(Math.round(total.low)), figure(Math.round(total.high)))}{' '}
                <small className="hint">{own.interval(percent(told.confidence))}</small>
              </>
            ) : null}
          </dd>
        </div>
        <div>
          <dt>{own.lastWeek}</dt>
          <dd data-testid="forecast-last">
            <b>{figure(lastWeek)}</b>
          </dd>
        </div>
        <div>
          <dt>{own.warning}</dt>
          <dd>
            <WarningMark warning={warning} />
          </dd>
        </div>
      </dl>
      {total ? <DayBars from={told.from} days={days} large /> : <Blank blank={blank} />}
      {backTest ? (
        <p data-testid="forecast-tested">
          {sayBackTest(backTest, words)}{' '}
          {isWorse(backTest) ? <span className="is-attention">{own.worse}</span> : null}
        </p>
      ) : null}
    </>
  )
}

function Blank({ blank }: { blank: string | null }) {
  const words = useStudyText()
  return <Empty>{words.blanks[blank ?? ''] ?? words.blanks['too-few']}</Empty>
}

function Groups({ told }: { told: Forecasts }) {
  const words = useStudyText()
  const own = words.forecast
  const english = usePreferences(({ language }) => language === 'en')
  const ordered = useMemo(() => orderGroups(told.groups), [told])
  const warned = ordered.filter(({ warning }) => warning.warned).length
  const rows = ordered.map((group) => ({
    key: group.key,
    cells: [
      (english && group.nameEn) || group.name || words.unknown(group.key),
      group.total ? <DayBars from={told.from} days={group.days} /> : '—',
      group.total ? (
        <span className="is-whole">
          {own.of(
            oneDecimal(group.total.mean),
            figure(Math.round(group.total.low)),
            figure(Math.round(group.total.high)),
          )}
        </span>
      ) : (
        <span className="hint">{words.blanks[group.blank ?? ''] ?? '—'}</span>
      ),
      figure(group.lastWeek),
      group.backTest ? (
        <span
          className={isWorse(group.backTest) ? 'is-attention' : ''}
          title={sayBackTest(group.backTest, words)}
        >
          {sayBackTestShort(group.backTest, words)}
        </span>
      ) : (
        '—'
      ),
      <WarningMark key="warning" warning={group.warning} />,
    ],
  }))
  return (
    <>
      {warned > 0 ? (
        <p className="is-attention" data-testid="forecast-warned">
          {own.warnedOf(warned)}
        </p>
      ) : null}
      <StudyTable
        label={own.title}
        testId="forecast-groups"
        columns={[
          { name: own.name },
          { name: own.daily },
          { name: own.expected, number: true },
          { name: own.lastWeek, number: true },
          { name: own.tested },
          { name: own.warning },
        ]}
        rows={rows}
      />
      <p className="hint">{own.note(percent(told.confidence))}</p>
    </>
  )
}

/** A warning with its reason in sight; without one the reason is there to be opened. */
function WarningMark({ warning }: { warning: Group['warning'] }) {
  const words = useStudyText()
  const own = words.forecast
  const said = sayWarning(warning, words)
  if (warning.warned)
    return (
      <span className="study-warning" data-testid="forecast-warning">
        <b>{own.warned}</b> {said}
      </span>
    )
  return (
    <details className="study-quiet">
      <summary title={said}>{own.quiet}</summary>
      {said}
    </details>
  )
}
