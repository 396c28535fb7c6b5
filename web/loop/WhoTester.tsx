import { useEffect, useState } from 'react'
import type { IncidentClass } from '../../api/contract/incident.ts'
import { type Source, sources } from '../../api/contract/lifecycle.ts'
import type { RoutingRule, WhoAnswer } from '../../api/contract/routing.ts'
import { useGrids } from '../grids/store.ts'
import { useText } from '../locales/text.ts'
import { Skeleton } from '../ui/controls.tsx'
import { SelectField, TextField } from '../ui/fields.tsx'
import { ClassSelect } from './ClassSelect.tsx'
import { PlaceFinder } from './PlaceFinder.tsx'
import { instantOf, placeFrom } from './rule-draft.ts'
import { askWho } from './store.ts'
import { WhoAnswered } from './WhoAnswered.tsx'
import { useLoopText, useSentence } from './words.ts'

const restMs = 250

interface WhoTesterProps {
  rules: readonly RoutingRule[]
  classes: readonly IncidentClass[]
  timeZone: string
  /** Which rule takes it, for the table beside. */
  onTaken: (ruleId: number | null) => void
}

/** Puts a case to the table as it stands, and says who would get it and why. */
export function WhoTester({ rules, classes, timeZone, onTaken }: WhoTesterProps) {
  const text = useText()
  const words = useLoopText().routing
  const own = words.who
  const town = useGrids((state) => state.town)
  const active = classes.filter((one) => one.active)
  const [asked, setAsked] = useState(() => ({
    classCode: '',
    lng: String(town?.center[0].toFixed(5) ?? ''),
    lat: String(town?.center[1].toFixed(5) ?? ''),
    source: 'hotline' as Source,
    at: '',
  }))
  const change = (part: Partial<typeof asked>) => setAsked({ ...asked, ...part })
  const classCode = active.some(({ code }) => code === asked.classCode)
    ? asked.classCode
    : (active.find(({ parentCode }) => parentCode !== null) ?? active[0])?.code
  const place = placeFrom(asked.lng, asked.lat)
  const [answer, setAnswer] = useState<WhoAnswer | 'asking' | { failed: unknown }>('asking')
  const sentence = useSentence()
  const { lng, lat } = place ?? {}
  useEffect(() => {
    if (!classCode || lng === undefined || lat === undefined) return onTaken(null)
    let gone = false
    const timer = setTimeout(() => {
      askWho({ classCode, lng, lat, source: asked.source, at: instantOf(asked.at, timeZone) })
        .then((found) => {
          if (gone) return
          setAnswer(found)
          onTaken(found.ruleId)
        })
        .catch((cause: unknown) => {
          if (gone) return
          setAnswer({ failed: cause })
          onTaken(null)
        })
    }, restMs)
    return () => {
      gone = true
      clearTimeout(timer)
    }
    // Asked again whenever the table has changed.
  }, [classCode, lng, lat, asked.source, asked.at, timeZone, rules, onTaken])
  return (
    <aside className="sheet loop-side who" aria-label={own.title} data-testid="who">
      <h3>{own.title}</h3>
      <p className="hint">{own.lead}</p>
      <ClassSelect
        label={words.class}
        classes={active}
        value={classCode ?? ''}
        onChange={(code) => change({ classCode: code })}
        testId="who-class"
      />
      <PlaceFinder onPlace={(found) => change({ lng: found.lng.toFixed(5), lat: found.lat.toFixed(5) })} />
      <div className="loop-pair is-even who-question">
        <TextField
          label={own.lng}
          value={asked.lng}
          onChange={(to) => change({ lng: to })}
          testId="who-lng"
        />
        <TextField
          label={own.lat}
          value={asked.lat}
          onChange={(to) => change({ lat: to })}
          testId="who-lat"
        />
        <SelectField
          label={own.source}
          value={asked.source}
          onChange={(source) => change({ source: source as Source })}
          options={sources.map((value) => ({ value, text: text.sources[value] }))}
          testId="who-source"
        />
        <TextField
          label={own.at}
          hint={own.atHint}
          type="datetime-local"
          value={asked.at}
          onChange={(at) => change({ at })}
          testId="who-at"
        />
      </div>
      <div className="who-answer" aria-live="polite" data-testid="who-answer">
        {!classCode ? (
          <p className="hint">{own.noClass}</p>
        ) : !place ? (
          <p className="failure">{own.noPlace}</p>
        ) : answer === 'asking' ? (
          <Skeleton label={own.asking} lines={2} />
        ) : 'failed' in answer ? (
          <p className="failure">{sentence(answer.failed)}</p>
        ) : (
          <WhoAnswered answer={answer} rules={rules} />
        )}
      </div>
    </aside>
  )
}
