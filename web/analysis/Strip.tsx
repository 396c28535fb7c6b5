import type { Measure } from '../../api/contract/measure-rules.ts'
import { valueOf } from '../../api/contract/measure-rules.ts'
import { area } from '../format.ts'
import { useGrids } from '../grids/store.ts'
import { useAnalysisText } from '../locales/analysis-text.ts'
import { type AnalysisDictionary } from '../locales/analysis-zh.ts'
import { useText } from '../locales/text.ts'
import { usePreferences } from '../ui/preferences.ts'
import { useAnalysis } from './store.ts'
import type { StudySide } from './study.ts'
import { type Change, changeOf, count, countChange, enough, measureOf, write, writeChange } from './values.ts'

/** The ones a leader looks at first; all of them are in the table and side by side. */
const main = [
  'filing',
  'dispatchedOnTime',
  'handledOnTime',
  'closedOnTime',
  'rework',
  'open',
  'satisfied',
  'response',
  'totalTime',
]
const arrows = { up: '↑', down: '↓', even: '≈' } as const

/** Why a change has the arrow it has, or none. */
const saidOf = ({ by, arrow, early }: Change, words: AnalysisDictionary): string => {
  if (early) return words.strip.early
  if (by === null) return words.strip.no
  if (arrow === null) return words.strip.tooFew(enough)
  return arrow === 'even' ? words.strip.even : words.strip[arrow]
}

export function Strip({ now, opposite }: { now: StudySide; opposite: StudySide | null }) {
  const words = useAnalysisText()
  const { units } = useText()
  const english = usePreferences(({ language }) => language === 'en')
  const { view, show } = useAnalysis()
  const { heldOut, shown, vs } = view
  const otherGrid = useGrids(({ grids }) => (vs.kind === 'grid' ? grids.get(vs.gridId)?.name : undefined))
  const [a, b] = [now, opposite].map((side) => side && { sums: side.total, days: side.days })
  const against = otherGrid ?? (opposite ? `${opposite.span.from} – ${opposite.span.to}` : '')
  const choose = (id: string) => show((one) => ({ ...one, shown: id }))
  const cell = (measure: Measure | undefined, text: string, before: string | null, change: Change | null) => {
    const id = measure?.id ?? 'cases'
    const name = measure ? (english ? measure.name.en : measure.name.zh) : words.strip.cases
    const cases = now.total
    const beneath = !measure
      ? words.strip.perDay(area(now.days > 0 ? now.rows / now.days : 0))
      : measure.unit === 'seconds'
        ? words.strip.overCases(count(cases[measure.of]))
        : words.strip.ofCases(
            count(cases[measure.over] - (measure.less ? cases[measure.less] : 0)),
            count(cases[measure.of]),
          )
    const tone = change?.good === true ? 'is-good' : change?.good === false ? 'is-attention' : ''
    return (
      <li key={id}>
        <button
          type="button"
          aria-pressed={shown === id}
          aria-describedby={`why-${id}`}
          onClick={() => choose(id)}
          data-testid={`measure-${id}`}
        >
          <span className="strip-name">{name}</span>
          <b data-testid={`value-${id}`}>{text}</b>
          <span className={`strip-change ${tone}`} data-testid={`change-${id}`}>
            {change?.arrow ? <i aria-hidden="true">{arrows[change.arrow]}</i> : null}
            {change ? writeChange(measure, change, { units, points: words.points }) || '—' : ' '}
          </span>
        </button>
        <div className="strip-why" role="tooltip" id={`why-${id}`}>
          <b>{name}</b>
          <p>{measure ? (english ? measure.formula.en : measure.formula.zh) : words.strip.casesFormula}</p>
          <p>{beneath}</p>
          {measure ? <p className="hint">{words.strip.source(measure.source)}</p> : null}
          {measure?.held && heldOut ? <p className="hint">{words.strip.held}</p> : null}
          {change ? (
            <p>
              {before === null ? '' : `${words.strip.versus(against, before)} · `}
              {saidOf(change, words)}
            </p>
          ) : null}
        </div>
      </li>
    )
  }
  return (
    <ul className="analysis-strip" aria-label={words.strip.label} data-testid="strip">
      {cell(undefined, count(now.rows), b ? count(b.sums.cases) : null, a && b ? countChange(a, b) : null)}
      {main.flatMap((id) => {
        const measure = measureOf(id)
        if (!measure) return []
        const value = (sums: StudySide['total']) => write(measure, valueOf(measure, sums, { heldOut }), units)
        return cell(
          measure,
          value(now.total),
          b ? value(b.sums) : null,
          a && b ? changeOf(measure, a, b, heldOut) : null,
        )
      })}
    </ul>
  )
}
