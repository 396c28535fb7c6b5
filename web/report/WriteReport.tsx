import { useState } from 'react'
import { newKey } from '../client.ts'
import { Attachments } from '../field/Attachments.tsx'
import { type Attachment, forget, uploadsOf } from '../field/attach.ts'
import { ClassPicker } from '../field/ClassPicker.tsx'
import { PlaceField } from '../field/PlaceField.tsx'
import type { Place } from '../field/place.ts'
import { useText } from '../locales/text.ts'
import { useCitizen } from './store.ts'

const mostPhotos = 6
const telephone = /^(\+?\d[\d -]{5,20})?$/

/** Three taps: a photograph or what is the matter, where, send. The place comes by itself where the phone tells it. */
export function WriteReport({ onKept }: { onKept: (key: string) => void }) {
  const words = useText().report
  const { classes = [], town, online, add } = useCitizen()
  const [photos, setPhotos] = useState<readonly Attachment[]>([])
  const [classCode, setClass] = useState<string | null>(null)
  const [place, setPlace] = useState<Place | null>(null)
  const [address, setAddress] = useState('')
  const [description, setDescription] = useState('')
  const [phone, setPhone] = useState('')
  const [refusal, setRefusal] = useState('')
  const [busy, setBusy] = useState(false)
  const send = async () => {
    // A photograph says it too: the desk puts the class right when it files.
    const any = photos.length > 0 ? classes.find(({ name }) => /其他|其它|综合/.test(name))?.code : undefined
    const code = classCode ?? any
    if (!code) return setRefusal(words.needClass)
    if (!place) return setRefusal(words.needPlace)
    if (!telephone.test(phone.trim())) return setRefusal(words.badPhone)
    setBusy(true)
    setRefusal('')
    const key = newKey()
    const uploads = uploadsOf(photos, 'found', { reportKey: key })
    const title = description.trim().slice(0, 40) || (classes.find((one) => one.code === code)?.name ?? '')
    const { lng, lat } = place
    const body = {
      classCode: code,
      description: description.trim(),
      address: address.trim(),
      phone: phone.trim(),
      lng,
      lat,
    }
    try {
      const report = { key, title, command: { kind: 'citizen' as const, body, media: uploads.keys } }
      await add([...uploads.drafts, report], uploads.files)
      for (const one of photos) forget(one)
      onKept(key)
    } catch {
      setRefusal(words.notKept)
      setBusy(false)
    }
  }
  return (
    <>
      <form
        className="work-form"
        noValidate
        onSubmit={(event) => event.preventDefault()}
        data-testid="citizen-form"
      >
        <p className="report-lead">{words.lead}</p>
        <section className="field-sheet">
          <h2>
            <i>1</i>
            {words.photo}
          </h2>
          <Attachments items={photos} onChange={setPhotos} most={mostPhotos} label={words.photo} />
          <h2>{words.what}</h2>
          <ClassPicker classes={classes} recent={[]} chosen={classCode} onChoose={setClass} />
        </section>
        <section className="field-sheet">
          <h2>
            <i>2</i>
            {words.where}
          </h2>
          <PlaceField
            town={town ?? null}
            place={place}
            onPlace={setPlace}
            address={address}
            onAddress={setAddress}
            online={online}
          />
        </section>
        <details className="field-sheet report-more">
          <summary>{words.more}</summary>
          <label className="work-field">
            {words.words}
            <textarea
              aria-label={words.words}
              rows={3}
              maxLength={1000}
              value={description}
              placeholder={words.wordsHint}
              onChange={(event) => setDescription(event.target.value)}
            />
          </label>
          <label className="work-field">
            {words.phone}
            <input
              type="tel"
              value={phone}
              maxLength={24}
              autoComplete="tel"
              onChange={(event) => setPhone(event.target.value)}
            />
            <span className="hint">{words.phoneHint}</span>
          </label>
        </details>
        {online ? null : <p className="note is-attention">{words.offline}</p>}
      </form>
      <footer className="report-bar">
        {refusal ? (
          <p className="work-refusal" role="alert">
            {refusal}
          </p>
        ) : null}
        <button
          type="button"
          className="button is-primary"
          disabled={busy}
          onClick={() => void send()}
          data-testid="citizen-send"
        >
          {online ? words.send : words.keep}
        </button>
      </footer>
    </>
  )
}
