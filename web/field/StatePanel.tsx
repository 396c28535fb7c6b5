import { dayTime, duration, hourMinute } from '../format.ts'
import { useFieldText } from '../locales/field-text.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { useNow } from '../ui/clock.ts'
import { Icon, type IconName } from '../ui/Icon.tsx'
import { type FieldState, stateOf } from './state.ts'
import { useField } from './store.ts'

const icons: Record<FieldState['kind'], IconName> = {
  off: 'moon',
  searching: 'target',
  reporting: 'check',
  keeping: 'download',
  blind: 'warning',
}

/** What is going on, in the middle of the page, with what to do where something is in the way. */
export function StatePanel() {
  const words = useFieldText()
  const field = useField()
  const state = stateOf(field, useNow(1000))
  const { title, text } = state.kind === 'blind' ? words.why[state.why] : words.states[state.kind]
  const zone = field.town?.timeZone ?? 'UTC'
  return (
    <section className="field-state" data-testid="field-state" data-kind={state.kind}>
      <span className="field-mark" aria-hidden="true">
        <Icon name={icons[state.kind]} />
      </span>
      <div role="status" aria-live="polite">
        <h1>{title}</h1>
        <p>{text}</p>
      </div>
      {state.kind === 'blind' && state.why !== 'insecure' && state.why !== 'unsupported' ? (
        <button type="button" className="button is-large" onClick={field.locate} data-testid="locate">
          {words.again}
        </button>
      ) : null}
      {field.ending === null || field.busy ? null : (
        <p className="note" data-testid="field-ending">
          {words.ending(hourMinute(field.ending, zone))}
        </p>
      )}
      <Refusal zone={zone} />
    </section>
  )
}

/** Why signing on or off was refused. The server says when the next duty begins; it is told in the town's time. */
function Refusal({ zone }: { zone: string }) {
  const { refusals } = useFieldText()
  const text = useText()
  const problem = useField((state) => state.refusal)
  const at = problem?.detail.match(/\d{4}-\d\d-\d\dT[\d:.]+Z/)?.[0]
  const code = problem?.code === 'off-duty' && !at ? 'off-duty-none' : (problem?.code ?? '')
  const said = refusals[code]?.replace('{time}', at ? dayTime(Date.parse(at), zone) : '')
  return (
    <p className="field-refusal" role="alert" data-testid="field-refusal">
      {problem ? (said ?? sentenceOf(text, problem)) : ''}
    </p>
  )
}

/** What the phone itself asks for: its screen, its battery, its clock. */
export function PhoneHints() {
  const words = useFieldText()
  const { units } = useText()
  const { onShift, awake, battery, skew, durable } = useField()
  const low = battery && !battery.charging && battery.level <= 0.2 ? Math.round(battery.level * 100) : null
  const hints = [
    onShift ? (awake ? words.awake.on : words.awake.off) : null,
    low === null ? null : words.battery(low),
    Math.abs(skew) > 60_000 ? words.clock(duration(Math.abs(skew), units)) : null,
    durable ? null : words.waiting.volatile,
  ].filter((hint) => hint !== null)
  return hints.length === 0 ? null : (
    <ul className="field-hints">
      {hints.map((hint) => (
        <li key={hint}>{hint}</li>
      ))}
    </ul>
  )
}
