import { useStaffingText } from '../locales/staffing-text.ts'
import { IconButton } from '../ui/controls.tsx'
import type { Slot } from './planning.ts'

interface SlotRowsProps {
  slots: readonly Slot[]
  onChange: (slots: readonly Slot[]) => void
}

/** The server's own limit. */
const mostSlots = 6

/** The slots of a plan: what they are called, and from when to when. */
export function SlotRows({ slots, onChange }: SlotRowsProps) {
  const words = useStaffingText().planning
  const change = (at: number, slot: Partial<Slot>) =>
    onChange(slots.map((one, i) => (i === at ? { ...one, ...slot } : one)))
  return (
    <div className="slot-rows" role="group" aria-label={words.slots}>
      {slots.map((slot, i) => (
        <div key={i}>
          <input
            aria-label={`${words.label} ${i + 1}`}
            value={slot.label}
            maxLength={30}
            onChange={(event) => change(i, { label: event.target.value })}
          />
          <input
            type="time"
            aria-label={`${words.slotFrom} ${i + 1}`}
            value={slot.from}
            onChange={(event) => change(i, { from: event.target.value })}
          />
          <span aria-hidden="true">–</span>
          <input
            type="time"
            aria-label={`${words.slotTo} ${i + 1}`}
            value={slot.to}
            onChange={(event) => change(i, { to: event.target.value })}
          />
          <span className="hint">{slot.to <= slot.from ? words.nextDay : ''}</span>
          {slots.length > 1 ? (
            <IconButton
              icon="close"
              label={words.dropSlot(slot.label)}
              onClick={() => onChange(slots.filter((_, other) => other !== i))}
            />
          ) : null}
        </div>
      ))}
      <button
        type="button"
        className="text-button roster-start"
        disabled={slots.length >= mostSlots}
        onClick={() => onChange([...slots, { label: '', from: '08:30', to: '17:30' }])}
      >
        {words.addSlot}
      </button>
    </div>
  )
}
