import { type FormEvent, useState } from 'react'
import type { Closure } from '../../api/contract/roads.ts'
import { problemOf } from '../client.ts'
import { beginningOf, dayTime } from '../format.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { Empty, Segmented } from '../ui/controls.tsx'
import { tell } from '../ui/notices.ts'
import { useRoads } from './closures.ts'
import { canEnd, middleOf, type Sketch } from './sketch.ts'
import { useWay } from './store.ts'

interface ClosuresPanelProps {
  mayClose: boolean
  timeZone: string
  onShow: (lng: number, lat: number) => void
}

/** Which roads are closed and why; drawing one more, lifting one. */
export function ClosuresPanel({ mayClose, timeZone, onShow }: ClosuresPanelProps) {
  const text = useText()
  const words = text.closures
  const { status, made, load, draw } = useRoads()
  const { closures, sketch } = useWay()
  return (
    <section className="panel road-panel" aria-label={words.title} data-testid="closures">
      <h2>{words.title}</h2>
      {sketch ? (
        <Drawing {...{ sketch, timeZone }} />
      ) : (
        <>
          {made ? (
            <p className="is-good" role="status">
              {words.closed(made.roads)}
            </p>
          ) : null}
          {status === 'failed' ? (
            <Empty action={{ text: text.common.retry, onClick: () => void load() }}>{words.failed}</Empty>
          ) : closures.length === 0 ? (
            <p className="hint">{words.none}</p>
          ) : (
            <ul className="closures">
              {closures.map((one) => (
                <ClosureLine key={one.id} closure={one} {...{ mayClose, timeZone, onShow }} />
              ))}
            </ul>
          )}
          {mayClose ? (
            <div className="card-actions" role="group" aria-label={words.draw}>
              <button
                type="button"
                className="button is-small"
                onClick={() => draw('line')}
                data-testid="draw-line"
              >
                {words.line}
              </button>
              <button
                type="button"
                className="button is-small"
                onClick={() => draw('outline')}
                data-testid="draw-outline"
              >
                {words.outline}
              </button>
            </div>
          ) : null}
        </>
      )}
    </section>
  )
}

function ClosureLine({ closure, mayClose, timeZone, onShow }: ClosuresPanelProps & { closure: Closure }) {
  const words = useText().closures
  const { lift } = useRoads()
  const [sure, setSure] = useState(false)
  const { id, note, roads, madeBy, madeAt, fromAt, untilAt } = closure
  const at = (instant: string) => dayTime(Date.parse(instant), timeZone)
  const later = Date.parse(fromAt) > Date.parse(madeAt) + 60_000
  const [lng, lat] = middleOf(closure)
  return (
    <li data-testid="closure">
      <b>{note}</b>
      <p>
        {[
          words.whom[closure.for],
          words.roads(roads),
          later ? words.fromAt(at(fromAt)) : '',
          untilAt ? words.untilAt(at(untilAt)) : words.forever,
        ]
          .filter(Boolean)
          .join(' · ')}
      </p>
      <p className="hint">{words.by(madeBy, at(madeAt))}</p>
      <div className="card-actions">
        <button type="button" className="text-button" onClick={() => onShow(lng, lat)}>
          {words.show}
        </button>
        {!mayClose ? null : sure ? (
          <>
            <button
              type="button"
              className="text-button is-attention"
              onClick={() => void lift(id).catch(tell)}
              data-testid="lift-sure"
            >
              {words.liftSure}
            </button>
            <button type="button" className="text-button" onClick={() => setSure(false)}>
              {words.keep}
            </button>
          </>
        ) : (
          <button type="button" className="text-button" onClick={() => setSure(true)} data-testid="lift">
            {words.lift}
          </button>
        )}
      </div>
    </li>
  )
}

/** A time as it is written in the field (2026-11-21T18:30), by the town's clock. */
function instantIn(written: string, timeZone: string): string {
  const [day = '', time = ''] = written.split('T')
  const [hour = 0, minute = 0] = time.split(':').map(Number)
  return new Date(beginningOf(day, timeZone) + (hour * 60 + minute) * 60_000).toISOString()
}

/** While it is drawn: how; once it is: why, until when and for whom. */
function Drawing({ sketch, timeZone }: { sketch: Sketch; timeZone: string }) {
  const text = useText()
  const words = text.closures
  const { back, end, cancel, close } = useRoads()
  const [note, setNote] = useState('')
  const [until, setUntil] = useState('')
  const [whom, setWhom] = useState<'all' | 'drive'>('all')
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState('')
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (note.trim() === '') return setFailure(words.noteNeeded)
    const untilAt = until ? instantIn(until, timeZone) : undefined
    if (untilAt && Date.parse(untilAt) < Date.now()) return setFailure(words.untilPast)
    setBusy(true)
    setFailure('')
    try {
      await close({ note: note.trim(), for: whom, ...(untilAt && { untilAt }) })
    } catch (cause) {
      setFailure(sentenceOf(text, problemOf(cause)))
      setBusy(false)
    }
  }
  const steps = (
    <>
      <button type="button" className="button is-small" disabled={sketch.places.length === 0} onClick={back}>
        {words.undo}
      </button>
      <button type="button" className="button is-small" onClick={cancel}>
        {words.cancel}
      </button>
    </>
  )
  if (!sketch.done)
    return (
      <>
        <p role="status">{words.drawing[sketch.kind]}</p>
        <p className="hint draw-keys">{words.keys}</p>
        <p data-testid="sketch-points">{words.points(sketch.places.length)}</p>
        <div className="card-actions">
          <button
            type="button"
            className="button is-small is-primary"
            disabled={!canEnd(sketch)}
            onClick={end}
            data-testid="draw-end"
          >
            {words.end}
          </button>
          {steps}
        </div>
      </>
    )
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <label>
        {words.note}
        <input
          // biome-ignore lint/a11y/noAutofocus: it opens because somebody has ended the drawing
          autoFocus
          name="note"
          maxLength={200}
          placeholder={words.noteHint}
          value={note}
          onChange={({ target }) => setNote(target.value)}
        />
      </label>
      <label>
        {words.until}
        <input
          name="until"
          type="datetime-local"
          value={until}
          onChange={({ target }) => setUntil(target.value)}
        />
        <span className="hint">{words.untilHint}</span>
      </label>
      <Segmented
        label={words.who}
        value={whom}
        onChange={setWhom}
        options={(['all', 'drive'] as const).map((value) => ({ value, text: words.whom[value] }))}
      />
      {failure ? (
        <p className="failure" role="alert">
          {failure}
        </p>
      ) : null}
      <div className="card-actions">
        <button type="submit" className="button is-small is-primary" disabled={busy} data-testid="close-road">
          {busy ? words.closing : words.submit}
        </button>
        {steps}
      </div>
    </form>
  )
}
