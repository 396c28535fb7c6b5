import { type FormEvent, useEffect, useId, useState } from 'react'
import type { Incident, IncidentClass, SimilarIncident } from '../../api/contract/incident.ts'
import { newKey } from '../client.ts'
import { duration } from '../format.ts'
import { useText } from '../locales/text.ts'
import { Card } from '../ui/controls.tsx'
import { usePreferences } from '../ui/preferences.ts'
import { refusalText } from './IncidentActions.tsx'
import { moveIncident, reportFor, similarTo } from './loop.ts'
import { useIncidents } from './store.ts'

export interface Place {
  lng: number
  lat: number
}
export interface KnownPlace extends Place {
  name: string
}
interface ReportFormProps {
  classes: ReadonlyMap<string, IncidentClass>
  place: Place | null
  placing: boolean
  /** Places by words: grids, monitoring points, addresses of what is open. */
  find: (typed: string) => readonly KnownPlace[]
  onPlace: (place: Place) => void
  onPlacing: (on: boolean) => void
  onDone: (id: number) => void
  onClose: () => void
}

/** A report on behalf of a caller; what it may repeat is shown before it is filed. */
export function ReportForm(props: ReportFormProps) {
  const { classes, place, placing, find, onPlace, onPlacing, onDone, onClose } = props
  const text = useText()
  const words = text.dispatch.form
  const language = usePreferences((state) => state.language)
  const list = useId()
  const [major, setMajor] = useState('')
  const [minor, setMinor] = useState('')
  const [title, setTitle] = useState('')
  const [description, setDescription] = useState('')
  const [address, setAddress] = useState('')
  const [phone, setPhone] = useState('')
  const [similar, setSimilar] = useState<readonly SimilarIncident[]>([])
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState('')
  // One report, however often it is sent: the server answers the first.
  const [sourceKey] = useState(() => `desk:${newKey()}`)
  const all = [...classes.values()].filter(({ active }) => active)
  const majors = all.filter(({ parentCode }) => parentCode === null)
  const minors = all.filter(({ parentCode }) => parentCode === major)
  const nameOf = (entry: IncidentClass) => (language === 'en' && entry.nameEn) || entry.name
  const classCode = minor || (minors.length === 0 ? major : '')
  useEffect(() => {
    let gone = false
    if (place && classCode)
      similarTo({ ...place, classCode })
        .then((found) => !gone && setSimilar(found))
        // Filing goes on without it: the panel shows them afterwards.
        .catch(() => {})
    return () => {
      gone = true
    }
  }, [place, classCode])
  const file = async (into: SimilarIncident | null) => {
    if (!classCode) return setFailure(words.needClass)
    if (!title.trim()) return setFailure(words.needTitle)
    if (!place) return setFailure(words.needPlace)
    setBusy(true)
    setFailure('')
    try {
      const filed: Incident = await reportFor({
        classCode,
        title: title.trim(),
        description: description.trim(),
        address: address.trim(),
        ...place,
        ...(phone.trim() && { callerPhone: phone.trim() }),
        sourceKey,
      })
      useIncidents.getState().applyChange(filed, true)
      if (into) await moveIncident(filed.id, { action: 'merge', intoId: into.id })
      onDone(into?.id ?? filed.id)
    } catch (cause) {
      setFailure(refusalText(text, cause))
    } finally {
      setBusy(false)
    }
  }
  const write = (value: string) => {
    setAddress(value)
    const known = find(value).find(({ name }) => name === value)
    if (known) onPlace({ lng: known.lng, lat: known.lat })
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void file(null)
  }
  return (
    <Card
      testId="report-form"
      kicker={text.sources.hotline}
      title={text.dispatch.report}
      onClose={onClose}
      closeLabel={text.common.close}
    >
      <p className="hint">{words.lead}</p>
      <form className="report-form" onSubmit={submit} noValidate>
        <div className="two">
          <label>
            {words.major}
            <select
              name="major"
              value={major}
              onChange={(event) => {
                setMajor(event.target.value)
                setMinor('')
              }}
            >
              <option value="">{words.pick}</option>
              {majors.map((entry) => (
                <option key={entry.code} value={entry.code}>
                  {nameOf(entry)}
                </option>
              ))}
            </select>
          </label>
          {minors.length > 0 ? (
            <label>
              {words.minor}
              <select name="minor" value={minor} onChange={(event) => setMinor(event.target.value)}>
                <option value="">{words.pick}</option>
                {minors.map((entry) => (
                  <option key={entry.code} value={entry.code}>
                    {nameOf(entry)}
                  </option>
                ))}
              </select>
            </label>
          ) : null}
        </div>
        <label>
          {words.title}
          <input
            name="title"
            value={title}
            maxLength={120}
            placeholder={words.titleHint}
            onChange={(event) => setTitle(event.target.value)}
          />
        </label>
        <label>
          {words.address}
          <input
            name="address"
            value={address}
            maxLength={200}
            list={list}
            autoComplete="off"
            placeholder={words.addressHint}
            onChange={(event) => write(event.target.value)}
          />
          <datalist id={list}>
            {find(address).map((one) => (
              <option key={`${one.name}/${one.lng}/${one.lat}`} value={one.name} />
            ))}
          </datalist>
        </label>
        <div className="place-line">
          <button
            type="button"
            className="button is-small"
            aria-pressed={placing}
            data-testid="place-on-map"
            onClick={() => onPlacing(!placing)}
          >
            {words.onMap}
          </button>
          <span className="hint" data-testid="placed">
            {placing ? words.placing : place ? words.placed(place.lng.toFixed(5), place.lat.toFixed(5)) : ''}
          </span>
        </div>
        <label>
          {words.description}
          <textarea
            name="description"
            rows={3}
            maxLength={4000}
            value={description}
            onChange={(event) => setDescription(event.target.value)}
          />
        </label>
        <label>
          {words.phone}
          <input
            name="phone"
            type="tel"
            value={phone}
            maxLength={30}
            autoComplete="off"
            onChange={(event) => setPhone(event.target.value)}
          />
        </label>
        {similar.length > 0 ? (
          <section className="similar is-before" data-testid="similar-before">
            <h3>{words.similar(similar.length)}</h3>
            <ul>
              {similar.slice(0, 4).map((one) => (
                <li key={one.id}>
                  <span className="similar-title">
                    {one.title}
                    <small>
                      {text.incidents.apart(
                        one.meters,
                        duration(Math.abs(one.minutesApart) * 60_000, text.units),
                      )}
                      {` · ${text.states[one.state]}`}
                    </small>
                  </span>
                  <button
                    type="button"
                    className="button is-small"
                    disabled={busy}
                    data-testid="join-one"
                    onClick={() => void file(one)}
                  >
                    {words.joinOne}
                  </button>
                </li>
              ))}
            </ul>
          </section>
        ) : null}
        {failure ? (
          <p className="failure" role="alert">
            {failure}
          </p>
        ) : null}
        <div className="card-actions">
          <button type="submit" className="button is-primary" disabled={busy} data-testid="report-submit">
            {similar.length > 0 ? words.anyway : words.submit}
          </button>
          <button type="button" className="button" onClick={onClose}>
            {text.common.cancel}
          </button>
        </div>
      </form>
    </Card>
  )
}
