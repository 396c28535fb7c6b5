import { useEffect } from 'react'
import { useMeasuresText } from '../locales/measures-text.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { SchemeForm } from '../measures/SchemeForm.tsx'
import { SchemeList } from '../measures/SchemeList.tsx'
import { draftOf, schemeAt } from '../measures/scheme-draft.ts'
import { useMeasures } from '../measures/store.ts'
import { TargetSheet } from '../measures/TargetSheet.tsx'
import { useSession } from '../people/store.ts'
import { Empty } from '../ui/controls.tsx'
import { Link } from '../ui/Link.tsx'
import { tell } from '../ui/notices.ts'
import { usePreferences } from '../ui/preferences.ts'
import { useUnits } from '../units/store.ts'
import { ManageWaiting } from './ManageWaiting.tsx'
import '../measures/measures.css'

/** What measures are to reach, and how the ranking scores them. `rest`: `scheme/new`, `scheme/own-3`. */
export function ManageMeasures({ rest }: { rest: string }) {
  const words = useMeasuresText()
  const text = useText()
  const { targets, problem, load } = useMeasures()
  const writes = useSession((state) => state.me?.role) === 'admin'
  useEffect(() => {
    void load()
    useUnits.getState().load().catch(tell)
  }, [load])
  if (!targets) return <ManageWaiting {...{ problem, words, load }} />
  if (rest !== '') return <OneScheme rest={rest} writes={writes} />
  return (
    <div className="manage-column is-wide">
      <h2>{words.title}</h2>
      <p className="lead">{writes ? words.lead : words.leadReads}</p>
      {problem ? (
        <p className="note is-attention" role="status">
          {words.stale} {sentenceOf(text, problem)}
        </p>
      ) : null}
      <TargetSheet targets={targets} writes={writes} />
      <SchemeList writes={writes} />
    </div>
  )
}

function OneScheme({ rest, writes }: { rest: string; writes: boolean }) {
  const words = useMeasuresText().schemes
  const schemes = useMeasures((state) => state.schemes)
  const english = usePreferences(({ language }) => language === 'en')
  const asked = writes ? schemeAt(rest, schemes) : null
  if (!asked)
    return (
      <div className="manage-column">
        <Empty>{words.gone}</Empty>
        <div className="sheet-actions">
          <Link to="/manage/measures" className="button">
            {words.back}
          </Link>
        </div>
      </div>
    )
  const { id, from } = asked
  const known = from
    ? typeof from.name === 'string'
      ? from.name
      : english
        ? from.name.en
        : from.name.zh
    : ''
  const name = id === null && from ? words.copyOf(known) : known
  return <SchemeForm key={rest} id={id} begun={draftOf(from, name)} />
}
