import { useEffect, useState } from 'react'
import type { SimilarIncident } from '../../api/contract/incident.ts'
import { getJson, newKey } from '../client.ts'
import { duration } from '../format.ts'
import { useText } from '../locales/text.ts'
import { Empty, Skeleton } from '../ui/controls.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Attachments } from './Attachments.tsx'
import { type Attachment, forget, uploadsOf } from './attach.ts'
import { ClassPicker, recentClasses, rememberClass } from './ClassPicker.tsx'
import { standingOf } from './outbox-order.ts'
import { PlaceField } from './PlaceField.tsx'
import type { Place } from './place.ts'
import { useWork } from './work.ts'

const mostMedia = 9
const titleLength = 40

/** A report from the street: kept on the phone at once, sent when there is a line. */
export function ReportPanel() {
  const text = useText()
  const words = text.street.report
  const { classes, town, online, problem, load, add } = useWork()
  const [classCode, setClass] = useState<string | null>(null)
  const [media, setMedia] = useState<readonly Attachment[]>([])
  const [place, setPlace] = useState<Place | null>(null)
  const [address, setAddress] = useState('')
  const [description, setDescription] = useState('')
  const [settled, setSettled] = useState(false)
  const [refusal, setRefusal] = useState('')
  const [busy, setBusy] = useState(false)
  const [done, setDone] = useState<{ key: string; joined: string | null } | null>(null)
  const similar = useSimilar(classCode, place, online)
  const [recent] = useState(recentClasses)
  const chosen = classes.find(({ code }) => code === classCode)

  const again = () => {
    for (const one of media) forget(one)
    setMedia([])
    setClass(null)
    setDescription('')
    setAddress('')
    setSettled(false)
    setDone(null)
  }
  const keep = async (into: SimilarIncident | null) => {
    if (!chosen) return setRefusal(words.needClass)
    if (!place && !into) return setRefusal(words.needPlace)
    if (into && media.length === 0) return setRefusal(words.needPhoto)
    if (settled && !description.trim()) return setRefusal(words.needNote)
    setBusy(true)
    setRefusal('')
    const key = newKey()
    const title = description.trim().slice(0, titleLength) || chosen.name
    const uploads = uploadsOf(media, 'found', { incidentId: into?.id ?? null })
    try {
      if (into) await add(uploads.drafts, uploads.files)
      else if (place) {
        const { lng, lat } = place
        const body = {
          classCode: chosen.code,
          title,
          description: description.trim(),
          address: address.trim(),
          lng,
          lat,
        }
        const settle = { action: 'settle' as const, note: description.trim() }
        await add(
          [
            ...uploads.drafts,
            { key, title, command: { kind: 'report', body, media: uploads.keys } },
            ...(settled
              ? [
                  {
                    key: newKey(),
                    title,
                    command: { kind: 'ask' as const, incident: key, body: settle, media: [] },
                  },
                ]
              : []),
          ],
          uploads.files,
        )
      }
      rememberClass(chosen.code)
      setDone({ key: into ? (uploads.keys[0] ?? key) : key, joined: into?.number ?? null })
    } catch {
      // The phone is full, or keeps nothing: what was written stays in the form.
      setRefusal(words.notKept)
    } finally {
      setBusy(false)
    }
  }

  if (done) return <Kept entryKey={done.key} joined={done.joined} onAgain={again} />
  if (classes.length === 0)
    return problem ? (
      <Empty action={{ text: text.common.retry, onClick: () => void load() }}>{words.noClasses}</Empty>
    ) : (
      <Skeleton label={words.loading} lines={5} />
    )
  return (
    <form
      className="work-form"
      noValidate
      onSubmit={(event) => event.preventDefault()}
      data-testid="report-form"
    >
      <section className="field-sheet">
        <h2>{words.photos}</h2>
        <Attachments items={media} onChange={setMedia} most={mostMedia} all label={words.photos} />
      </section>
      <section className="field-sheet">
        <h2>{words.what}</h2>
        <ClassPicker classes={classes} recent={recent} chosen={classCode} onChoose={setClass} />
      </section>
      <section className="field-sheet">
        <h2>{words.where}</h2>
        <PlaceField
          town={town}
          place={place}
          onPlace={setPlace}
          address={address}
          onAddress={setAddress}
          online={online}
        />
      </section>
      <section className="field-sheet">
        <label className="work-field">
          <span className="work-title">{words.description}</span>
          <textarea
            aria-label={words.description}
            rows={3}
            maxLength={4000}
            value={description}
            placeholder={words.descriptionHint}
            onChange={(event) => setDescription(event.target.value)}
            data-testid="description"
          />
        </label>
        <label className="work-check">
          <input type="checkbox" checked={settled} onChange={(event) => setSettled(event.target.checked)} />
          <span>
            {words.settled}
            <small>{words.settledHint}</small>
          </span>
        </label>
      </section>
      {similar.length > 0 ? (
        <section className="field-sheet is-attention" data-testid="similar">
          <h2>{words.similar(similar.length)}</h2>
          <ul className="work-list">
            {similar.slice(0, 3).map((one) => (
              <li key={one.id}>
                <b>{one.title}</b>
                <small>
                  {text.incidents.apart(
                    one.meters,
                    duration(Math.abs(one.minutesApart) * 60_000, text.units),
                  )}
                  {` · ${text.states[one.state]} · ${one.number}`}
                </small>
                <button type="button" className="button" disabled={busy} onClick={() => void keep(one)}>
                  {words.same}
                </button>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {online ? null : <p className="note is-attention">{words.offline}</p>}
      {refusal ? (
        <p className="work-refusal" role="alert">
          {refusal}
        </p>
      ) : null}
      <div className="work-send">
        <button
          type="button"
          className="button is-primary is-large"
          disabled={busy}
          onClick={() => void keep(null)}
          data-testid="report-send"
        >
          {similar.length > 0 ? words.anyway : online ? words.send : words.keep}
        </button>
      </div>
    </form>
  )
}

/** What it may repeat, nearest first, while there is a line to ask. */
function useSimilar(
  classCode: string | null,
  place: Place | null,
  online: boolean,
): readonly SimilarIncident[] {
  const [found, setFound] = useState<{ of: string; incidents: readonly SimilarIncident[] }>({
    of: '',
    incidents: [],
  })
  const of = classCode && place && online ? `classCode=${classCode}&lng=${place.lng}&lat=${place.lat}` : ''
  useEffect(() => {
    if (!of) return
    let gone = false
    getJson<{ incidents: SimilarIncident[] }>(`/api/incidents/similar?${of}`)
      .then(({ incidents }) => !gone && setFound({ of, incidents }))
      // Without it the report goes on: the desk sees what repeats.
      .catch(() => {})
    return () => {
      gone = true
    }
  }, [of])
  return found.of === of ? found.incidents : []
}

/** What became of it so far, and what comes next. */
function Kept({
  entryKey,
  joined,
  onAgain,
}: {
  entryKey: string
  joined: string | null
  onAgain: () => void
}) {
  const words = useText().street.report
  const entries = useWork((state) => state.entries)
  const entry = entries.find(({ key }) => key === entryKey)
  const standing = entry ? standingOf(entry, entries) : 'sent'
  const arrived = standing === 'sent'
  return (
    <section className="field-state" data-testid="report-kept" data-standing={standing}>
      <span className={`field-mark is-${standing}`} aria-hidden="true">
        <Icon name={arrived ? 'check' : standing === 'waits' ? 'download' : 'warning'} />
      </span>
      <div role="status" aria-live="polite">
        <h1>{joined ? words.joined(joined) : words.standing[standing]}</h1>
        <p>{arrived ? (entry?.answer?.number ?? '') : words.standingText[standing]}</p>
      </div>
      <button type="button" className="button is-large" onClick={onAgain} data-testid="report-again">
        {words.again}
      </button>
      <a className="button is-large" href="#cases">
        {words.toCases}
      </a>
    </section>
  )
}
