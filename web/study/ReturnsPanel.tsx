import { useMemo } from 'react'
import type { Recurrence } from '../../api/contract/study.ts'
import { useNames } from '../analysis/names.ts'
import { dayDate, figure } from '../format.ts'
import { useStudyText } from '../locales/study-text.ts'
import type { Question } from './answers.ts'
import { PlaceCases } from './PlaceCases.tsx'
import { StudyPanel } from './StudyPanel.tsx'
import { ShareBar, StudyTable } from './StudyTable.tsx'
import { percent } from './sentences.ts'

/** Places, reporters and classes that come back. */
export function ReturnsPanel({ query, timeZone }: { query: Question['query']; timeZone: string }) {
  const words = useStudyText()
  const question = useMemo(() => ({ path: 'recurrence', query }) as const, [query])
  return (
    <StudyPanel<Recurrence> title={words.returns.title} testId="recurrence" question={question}>
      {(told) => (
        <div className="study-parts">
          <Places told={told} timeZone={timeZone} />
          <Classes classes={told.classes} />
          <Reporters reporters={told.reporters} />
        </div>
      )}
    </StudyPanel>
  )
}

function Places({ told: { places, meters }, timeZone }: { told: Recurrence; timeZone: string }) {
  const own = useStudyText().returns
  const names = useNames()
  const between = (first: string, last: string) => {
    const [from, to] = [first, last].map((at) => dayDate(Date.parse(at), timeZone))
    // The year once where it is the same.
    return `${from} – ${from?.slice(0, 4) === to?.slice(0, 4) ? to?.slice(5) : to}`
  }
  return (
    <section className="study-part is-places" aria-label={own.places}>
      <h4>
        {own.places} <small className="hint">{own.placesHint(meters)}</small>
      </h4>
      {places.length === 0 ? (
        <p className="hint">{own.noPlaces}</p>
      ) : (
        <StudyTable
          label={own.places}
          testId="places"
          columns={[{ name: own.place }, { name: own.class }, { name: own.cases }, { name: own.between }]}
          rows={places.map((place) => ({
            key: `${place.classCode} ${place.incidents[0]}`,
            cells: [
              place.address || own.noAddress(place.lng.toFixed(5), place.lat.toFixed(5)),
              names('class', place.classCode),
              <PlaceCases key="cases" ids={place.incidents} />,
              <span key="between" className="is-whole">
                {between(place.first, place.last)}
              </span>,
            ],
          }))}
        />
      )}
    </section>
  )
}

function Classes({ classes }: { classes: Recurrence['classes'] }) {
  const own = useStudyText().returns
  const names = useNames()
  const back = classes.filter(({ reworked, recurred }) => reworked + recurred > 0)
  const cell = (count: number, cases: number) => (
    <ShareBar share={count / cases}>{own.share(figure(count), percent(count / cases))}</ShareBar>
  )
  return (
    <section className="study-part" aria-label={own.classes}>
      <h4>
        {own.classes} <small className="hint">{own.classesHint}</small>
      </h4>
      {back.length === 0 ? (
        <p className="hint">{own.noClasses}</p>
      ) : (
        <StudyTable
          label={own.classes}
          testId="classes"
          columns={[
            { name: own.class },
            { name: own.cases, number: true },
            { name: own.reworked },
            { name: own.recurred },
          ]}
          rows={back.map(({ classCode, cases, reworked, recurred }) => ({
            key: classCode,
            cells: [names('class', classCode), figure(cases), cell(reworked, cases), cell(recurred, cases)],
          }))}
        />
      )}
    </section>
  )
}

function Reporters({ reporters }: { reporters: Recurrence['reporters'] }) {
  const own = useStudyText().returns
  const names = useNames()
  return (
    <section className="study-part" aria-label={own.reporters}>
      <h4>{own.reporters}</h4>
      {reporters.length === 0 ? (
        <p className="hint">{own.noReporters}</p>
      ) : (
        <StudyTable
          label={own.reporters}
          testId="reporters"
          columns={[{ name: own.reporter }, { name: own.cases, number: true }, { name: own.classes }]}
          // Two people may have the same last digits.
          rows={reporters.map(({ phone, cases, classes }, i) => ({
            key: `${phone} ${i}`,
            cells: [phone, figure(cases), classes.map((code) => names('class', code)).join(own.and)],
          }))}
        />
      )}
    </section>
  )
}
