import { useState } from 'react'
import { type Scheme, usualSchemes } from '../../api/contract/measure-rules.ts'
import { useMeasuresText } from '../locales/measures-text.ts'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { Link } from '../ui/Link.tsx'
import { usePreferences } from '../ui/preferences.ts'
import { measureName } from './names.ts'
import { type OwnScheme, useMeasures } from './store.ts'

/** Ways of scoring: the town's own, which can be changed, and the usual ones, which can be begun from. */
export function SchemeList({ writes }: { writes: boolean }) {
  const words = useMeasuresText().schemes
  const schemes = useMeasures((state) => state.schemes)
  const english = usePreferences(({ language }) => language === 'en')
  const [removing, setRemoving] = useState<OwnScheme | null>(null)
  return (
    <section className="sheet" aria-label={words.title} data-testid="schemes">
      <header>
        <h3>{words.title}</h3>
        {writes ? (
          <Link to="/manage/measures/scheme/new" className="button" testId="scheme-add">
            {words.add}
          </Link>
        ) : null}
      </header>
      <p className="hint">{words.lead}</p>
      <h4>{words.own}</h4>
      {schemes.length === 0 ? <p className="hint">{writes ? words.none : words.noneYet}</p> : null}
      <ul className="scheme-list">
        {schemes.map((scheme) => (
          <li key={scheme.id} data-testid="scheme-own">
            <SchemeText name={scheme.name} scheme={scheme} />
            {writes ? (
              <span className="scheme-actions">
                <Link
                  to={`/manage/measures/scheme/${scheme.id}`}
                  className="button is-small"
                  label={words.changeOf(scheme.name)}
                  testId="scheme-change"
                >
                  {words.change}
                </Link>
                <button
                  type="button"
                  className="button is-small"
                  aria-label={words.removeOf(scheme.name)}
                  onClick={() => setRemoving(scheme)}
                  data-testid="scheme-remove"
                >
                  {words.remove}
                </button>
              </span>
            ) : null}
          </li>
        ))}
      </ul>
      <h4>{words.usual}</h4>
      <ul className="scheme-list">
        {usualSchemes.map((scheme) => {
          const name = english ? scheme.name.en : scheme.name.zh
          return (
            <li key={scheme.id} data-testid="scheme-usual">
              <SchemeText name={name} scheme={scheme} />
              {writes ? (
                <Link
                  to={`/manage/measures/scheme/new-${scheme.id}`}
                  className="button is-small"
                  label={words.beginFrom(name)}
                >
                  {words.begin}
                </Link>
              ) : null}
            </li>
          )
        })}
      </ul>
      {removing ? <RemoveDialog scheme={removing} onClose={() => setRemoving(null)} /> : null}
    </section>
  )
}

type Parts = Pick<Scheme, 'parts' | 'minus' | 'heldOut'>
/** A scheme in a line or two: its parts with their points. */
function SchemeText({ name, scheme }: { name: string; scheme: Parts }) {
  const words = useMeasuresText().schemes
  const english = usePreferences(({ language }) => language === 'en')
  const sum = scheme.parts.reduce((all, { points }) => all + points, 0)
  const off = (scheme.minus ?? []).map(({ tally, each }) =>
    words.minusSaid(words.tallies[tally] ?? tally, String(each)),
  )
  return (
    <div className="scheme-text">
      <p>
        <b>{name}</b> <span className="hint">{words.sum(String(Number(sum.toFixed(6))))}</span>
      </p>
      <ul className="scheme-parts">
        {scheme.parts.map(({ measure, points, full, inverted }, i) => (
          <li key={`${measure} ${i}`}>
            {inverted ? words.invertedName(measureName(measure, english)) : measureName(measure, english)}{' '}
            <b>{words.points(String(points))}</b>
            {full ? (
              <span className="hint"> {words.fullSaid(String(Number((full * 100).toFixed(6))))}</span>
            ) : null}
          </li>
        ))}
        {off.map((said) => (
          <li key={said}>{said}</li>
        ))}
        {scheme.heldOut ? <li>{words.heldOut}</li> : null}
      </ul>
    </div>
  )
}

function RemoveDialog({ scheme, onClose }: { scheme: OwnScheme; onClose: () => void }) {
  const words = useMeasuresText().schemes
  const remove = useMeasures((state) => state.removeScheme)
  return (
    <ConfirmDialog
      title={words.away.title(scheme.name)}
      closeLabel={words.close}
      keep={words.away.keep}
      confirm={words.away.confirm}
      testId="scheme-away"
      onConfirm={() => remove(scheme.id)}
      onClose={onClose}
    >
      <p>{words.away.text}</p>
    </ConfirmDialog>
  )
}
