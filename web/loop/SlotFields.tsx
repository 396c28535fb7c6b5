import { IconButton } from '../ui/controls.tsx'
import { halfHours, mostSlots, type Slot } from './hours-draft.ts'
import { useLoopText } from './words.ts'

interface SlotFieldsProps {
  what: string
  slots: readonly Slot[]
  onChange: (slots: Slot[]) => void
}

/** The slots of a day as times to choose. */
export function SlotFields({ what, slots, onChange }: SlotFieldsProps) {
  const words = useLoopText().hours
  const set = (at: number, part: Partial<Slot>) =>
    onChange(slots.map((one, i) => (i === at ? { ...one, ...part } : one)))
  const add = () => {
    const from = slots.at(-1)?.to ?? '08:30'
    const at = halfHours.indexOf(from)
    // After the last one; where the day is full, from its beginning, and whoever chooses puts it right.
    const [begin, end] = at < 47 ? [at + 1, Math.min(48, at + 3)] : [0, 1]
    onChange([...slots, { from: halfHours[begin] ?? '', to: halfHours[end] ?? '' }])
  }
  return (
    <div className="slot-fields" role="group" aria-label={what}>
      {slots.map((slot, i) => (
        <span key={i} className="slot-field">
          <select
            aria-label={`${what} ${words.slotFrom(i + 1)}`}
            value={slot.from}
            onChange={(event) => set(i, { from: event.target.value })}
          >
            {halfHours.slice(0, -1).map((time) => (
              <option key={time}>{time}</option>
            ))}
          </select>
          <span aria-hidden="true">–</span>
          <select
            aria-label={`${what} ${words.slotTo(i + 1)}`}
            value={slot.to}
            onChange={(event) => set(i, { to: event.target.value })}
          >
            {halfHours.slice(1).map((time) => (
              <option key={time}>{time}</option>
            ))}
          </select>
          <IconButton
            icon="close"
            label={words.dropSlot(`${slot.from}–${slot.to}`)}
            onClick={() => onChange(slots.filter((_, other) => other !== i))}
          />
        </span>
      ))}
      <button type="button" className="text-button" disabled={slots.length >= mostSlots} onClick={add}>
        {words.addSlot}
      </button>
    </div>
  )
}
