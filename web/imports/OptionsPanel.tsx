import { useEffect, useState } from 'react'
import type { IncidentClass } from '../../api/contract/incident.ts'
import type { MonitoringSystem } from '../../api/contract/monitoring.ts'
import { useGrids } from '../grids/store.ts'
import { useWords } from '../locales/manage-text.ts'
import { CheckField, SelectField, TextField } from '../ui/fields.tsx'
import { tell } from '../ui/notices.ts'
import { usePreferences } from '../ui/preferences.ts'
import { type Catalogue, loadCatalogue } from './catalogue.ts'
import type { Draft } from './draft.ts'

interface OptionsPanelProps {
  draft: Draft
  onChange: (change: Partial<Draft>) => void
}

/** What no column says: each noun asks for its own, with what is usual filled in. */
export function OptionsPanel(props: OptionsPanelProps) {
  const words = useWords().imports.mapping
  const fields = {
    grids: <GridOptions {...props} />,
    points: <PointOptions {...props} />,
    incidents: <IncidentOptions {...props} />,
    officers: <OfficerOptions {...props} />,
    track: <TrackOptions {...props} />,
    roads: null,
    figures: null,
    basemap: <BasemapOptions {...props} />,
  }[props.draft.what]
  if (!fields) return null
  return (
    <section className="sheet" aria-label={words.options} data-testid="options">
      <h3>{words.options}</h3>
      <div className="fields">{fields}</div>
    </section>
  )
}

function GridOptions({ draft, onChange }: OptionsPanelProps) {
  const { shell, imports } = useWords()
  const words = imports.mapping
  const { town } = useGrids()
  const named = draft.town ?? { name: '', code: '', nameEn: '' }
  const nameTown = (change: Partial<typeof named>) => {
    const next = { ...named, ...change }
    onChange({ town: next.name === '' ? undefined : next })
  }
  return (
    <>
      <SelectField
        label={words.level}
        hint={words.levelHint}
        needed={draft.map.level ? '' : shell.needed}
        value={String(draft.level ?? '')}
        options={[
          { value: '', text: draft.map.level ? words.levelColumn : '—' },
          ...words.levels.map((text, i) => ({ value: String(i + 1), text })),
        ]}
        onChange={(level) => onChange({ level: level === '' ? undefined : (Number(level) as 1 | 2 | 3) })}
        testId="level"
      />
      <TextField
        label={words.codePrefix}
        hint={words.codePrefixHint}
        value={draft.codePrefix}
        maxLength={40}
        onChange={(codePrefix) => onChange({ codePrefix })}
      />
      <TextField
        label={words.parentPrefix}
        hint={words.parentPrefixHint}
        value={draft.parentPrefix}
        maxLength={40}
        onChange={(parentPrefix) => onChange({ parentPrefix })}
      />
      {town?.bounds ? null : (
        <>
          <TextField
            label={words.townName}
            hint={words.townHint}
            value={named.name}
            maxLength={60}
            onChange={(name) => nameTown({ name })}
          />
          <TextField
            label={words.townCode}
            value={named.code}
            maxLength={64}
            onChange={(code) => nameTown({ code })}
          />
          <TextField
            label={words.townEn}
            value={named.nameEn}
            maxLength={120}
            onChange={(nameEn) => nameTown({ nameEn })}
          />
        </>
      )}
    </>
  )
}

/** The systems and classes that are there, once. */
function useCatalogue(): Catalogue {
  const [catalogue, setCatalogue] = useState<Catalogue>({ systems: [], classes: [] })
  useEffect(() => void loadCatalogue().then(setCatalogue).catch(tell), [])
  return catalogue
}

const named = (one: MonitoringSystem | IncidentClass, language: string) =>
  language === 'en' ? one.nameEn || one.name : one.name

function PointOptions({ draft, onChange }: OptionsPanelProps) {
  const { shell, imports } = useWords()
  const words = imports.mapping
  const language = usePreferences((state) => state.language)
  const { systems } = useCatalogue()
  return (
    <TextField
      label={words.system}
      hint={words.systemHint}
      needed={draft.map.system ? '' : shell.needed}
      value={draft.system ?? ''}
      maxLength={64}
      offered={systems.map((one) => ({ value: one.code, text: named(one, language) }))}
      onChange={(system) => onChange({ system })}
      testId="system"
    />
  )
}

function IncidentOptions({ draft, onChange }: OptionsPanelProps) {
  const { shell, imports } = useWords()
  const words = imports.mapping
  const language = usePreferences((state) => state.language)
  const { classes } = useCatalogue()
  return (
    <>
      <TextField
        label={words.class}
        hint={words.classHint}
        needed={draft.map.class ? '' : shell.needed}
        value={draft.class ?? ''}
        maxLength={16}
        offered={classes.map((one) => ({ value: one.code, text: named(one, language) }))}
        onChange={(code) => onChange({ class: code })}
        testId="class"
      />
      <SelectField
        label={words.state}
        value={draft.state}
        options={(['archived', 'reported'] as const).map((value) => ({ value, text: words.states[value] }))}
        onChange={(state) => onChange({ state: state as Draft['state'] })}
      />
      <TextField
        label={words.sourceName}
        hint={words.sourceHint}
        value={draft.sourceName ?? ''}
        maxLength={60}
        onChange={(sourceName) => onChange({ sourceName })}
      />
      <TimeOptions draft={draft} onChange={onChange} />
    </>
  )
}

function TimeOptions({ draft, onChange }: OptionsPanelProps) {
  const words = useWords().imports.mapping
  const zone = useGrids((state) => state.town?.timeZone ?? 'UTC')
  return (
    <>
      <TextField
        label={words.timeZone}
        hint={words.timeZoneHint(zone)}
        value={draft.timeZone ?? ''}
        maxLength={60}
        placeholder={zone}
        offered={Intl.supportedValuesOf('timeZone').map((value) => ({ value, text: '' }))}
        onChange={(timeZone) => onChange({ timeZone })}
      />
      <CheckField
        label={words.localTimes}
        hint={words.localTimesHint}
        checked={draft.localTimes}
        onChange={(localTimes) => onChange({ localTimes })}
      />
    </>
  )
}

function OfficerOptions({ draft, onChange }: OptionsPanelProps) {
  const words = useWords().imports.mapping
  return (
    <>
      <SelectField
        label={words.kind}
        hint={words.kindHint}
        value={draft.kind}
        options={(['officer', 'member'] as const).map((value) => ({ value, text: words.kinds[value] }))}
        onChange={(kind) => onChange({ kind: kind as Draft['kind'] })}
      />
      <CheckField
        label={words.fromTrack}
        checked={draft.fromTrack}
        onChange={(fromTrack) => onChange({ fromTrack })}
      />
    </>
  )
}

function TrackOptions({ draft, onChange }: OptionsPanelProps) {
  const words = useWords().imports.mapping
  return (
    <>
      <TextField
        label={words.officer}
        hint={words.officerHint}
        value={draft.officer ?? ''}
        maxLength={64}
        onChange={(officer) => onChange({ officer })}
      />
      <TextField
        label={words.start}
        hint={words.startHint}
        type="datetime-local"
        value={draft.start ? localInput(draft.start) : ''}
        onChange={(start) => onChange({ start: start === '' ? undefined : new Date(start).toISOString() })}
      />
      <TimeOptions draft={draft} onChange={onChange} />
    </>
  )
}

/** As the browser's own field for moments takes it: local, to the minute. */
function localInput(instant: string): string {
  const at = new Date(instant)
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

function BasemapOptions({ draft, onChange }: OptionsPanelProps) {
  const words = useWords().imports.mapping
  return (
    <TextField
      label={words.reviewNumber}
      hint={words.reviewHint}
      value={draft.reviewNumber}
      maxLength={60}
      onChange={(reviewNumber) => onChange({ reviewNumber })}
    />
  )
}
