import { measures, valueOf } from '../../api/contract/measure-rules.ts'
import { useGrids } from '../grids/store.ts'
import { useAnalysisText } from '../locales/analysis-text.ts'
import { useText } from '../locales/text.ts'
import { usePreferences } from '../ui/preferences.ts'
import { useNames } from './names.ts'
import { useAnalysis } from './store.ts'
import { gridBy, type StudySide } from './study.ts'
import { type Change, changeOf, count, countChange, write, writeChange } from './values.ts'
import { keysOf } from './view.ts'

/** Two periods or two grids in two columns, all measures, and whether they differ by more than chance. */
export function Beside({ now, opposite }: { now: StudySide; opposite: StudySide | null }) {
  const words = useAnalysisText()
  const { units } = useText()
  const english = usePreferences(({ language }) => language === 'en')
  const view = useAnalysis((state) => state.view)
  const grids = useGrids((state) => state.grids)
  const names = useNames()
  if (!opposite)
    return (
      <section className="sheet" data-testid="beside">
        <h3>{words.beside.title}</h3>
        <p className="hint">{words.beside.ask}</p>
      </section>
    )
  const { vs, heldOut } = view
  const ownGrids = [1, 2, 3].flatMap((level) => keysOf(view, gridBy(level)).map((key) => names('grid1', key)))
  const town = useGrids.getState().town
  const townName = (english ? town?.nameEn : town?.name) ?? ''
  const heads =
    vs.kind === 'grid'
      ? [ownGrids.join('、') || townName, grids.get(vs.gridId)?.name ?? '']
      : [now, opposite].map(({ span }) => `${span.from} – ${span.to}`)
  const [a, b] = [now, opposite].map(({ total, days }) => ({ sums: total, days }))
  if (!a || !b) return null
  const verdict = ({ by, arrow }: Change) =>
    by === null ? words.beside.none : arrow === null ? words.beside.few : words.beside[arrow]
  const tone = ({ good }: Change) => (good === null ? '' : good ? 'is-good' : 'is-attention')
  const cases = countChange(a, b)
  return (
    <section className="sheet" data-testid="beside">
      <h3>{words.beside.title}</h3>
      <div className="table-frame is-tall">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{words.beside.measure}</th>
              {heads.map((head, i) => (
                <th key={i} scope="col" className="is-number">
                  {head}
                </th>
              ))}
              <th scope="col" className="is-number">
                {words.beside.difference}
              </th>
              <th scope="col">{words.beside.verdict}</th>
              <th scope="col">{words.beside.formula}</th>
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">{words.strip.cases}</th>
              <td className="is-number">{count(now.rows)}</td>
              <td className="is-number">{count(opposite.rows)}</td>
              <td className="is-number">
                {writeChange(undefined, cases, { units, points: words.points }) || '—'}
              </td>
              <td>{verdict(cases)}</td>
              <td className="wraps hint">{words.strip.casesFormula}</td>
            </tr>
            {measures.map((measure) => {
              const change = changeOf(measure, a, b, heldOut)
              const value = (sums: StudySide['total']) =>
                write(measure, valueOf(measure, sums, { heldOut }), units)
              return (
                <tr key={measure.id}>
                  <th scope="row">{english ? measure.name.en : measure.name.zh}</th>
                  <td className="is-number">{value(a.sums)}</td>
                  <td className="is-number">{value(b.sums)}</td>
                  <td className="is-number">
                    {writeChange(measure, change, { units, points: words.points }) || '—'}
                  </td>
                  <td className={tone(change)}>{verdict(change)}</td>
                  <td className="wraps hint">
                    {english ? measure.formula.en : measure.formula.zh} ({measure.source})
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </div>
    </section>
  )
}
