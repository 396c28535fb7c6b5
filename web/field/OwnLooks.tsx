import { useEffect } from 'react'
import { dayTime } from '../format.ts'
import { useFieldText } from '../locales/field-text.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { useTracksText } from '../locales/tracks-text.ts'
import { useLooks } from '../tracks/looks.ts'
import { Empty, Skeleton } from '../ui/controls.tsx'
import { useField } from './store.ts'

/** What is recorded and for how long, and who has looked at it. */
export function OwnLooks() {
  const { looks: words, record, retry } = useFieldText()
  const { reasons } = useTracksText()
  const text = useText()
  const zone = useField((state) => state.town?.timeZone ?? 'UTC')
  const { looks, more, problem, load } = useLooks()
  // Of nobody in particular: somebody in the street is told of their own.
  useEffect(() => void load(null, false), [load])
  const local = (instant: string) => dayTime(Date.parse(instant), zone)
  return (
    <>
      <section className="field-sheet" aria-label={record.title}>
        <h2>{record.title}</h2>
        <ul className="field-lines">
          {record.lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </section>
      <section className="field-sheet" aria-label={words.title} data-testid="own-looks">
        <h2>{words.title}</h2>
        {problem ? (
          <Empty action={{ text: retry, onClick: () => void load(null, looks !== null) }}>
            {sentenceOf(text, problem)}
          </Empty>
        ) : !looks ? (
          <Skeleton label={words.loading} lines={3} />
        ) : looks.length === 0 ? (
          <p>{words.empty}</p>
        ) : (
          <ul className="field-looks">
            {looks.map((look) => (
              <li key={look.id}>
                <b>{local(look.at)}</b> {look.name} ·{' '}
                {text.roles[look.role as keyof typeof text.roles] ?? look.role}
                <span>
                  {reasons[look.reason].name}
                  {look.note ? `: ${look.note}` : ''} · {words.span(local(look.from), local(look.to))}
                </span>
              </li>
            ))}
          </ul>
        )}
        {more ? (
          <button type="button" className="button" onClick={() => void load(null, true)}>
            {words.more}
          </button>
        ) : null}
      </section>
    </>
  )
}
