import { useId, useState } from 'react'
import { useTracksText } from '../locales/tracks-text.ts'
import { Icon } from '../ui/Icon.tsx'
import { useUnits } from '../units/store.ts'

interface OfficerPickerProps {
  chosen: readonly number[]
  most: number
  onChange: (officerIds: readonly number[]) => void
}

const offered = 8

/** Officers by name, or a squad at once; never more than `most`. */
export function OfficerPicker({ chosen, most, onChange }: OfficerPickerProps) {
  const words = useTracksText().playback
  const { officers, units } = useUnits()
  const list = useId()
  const [typed, setTyped] = useState('')
  const add = (ids: readonly number[]) => onChange([...new Set([...chosen, ...ids])].slice(0, most))
  const all = [...officers.values()]
  const needle = typed.trim().toLowerCase()
  const found =
    needle === ''
      ? []
      : all.filter(
          ({ id, name, code }) => !chosen.includes(id) && `${name} ${code}`.toLowerCase().includes(needle),
        )
  // Those on shift come first, where not all fit.
  const squads = units
    .map((unit) => ({
      unit,
      members: all
        .filter((one) => one.unitId === unit.id)
        .sort((a, b) => Number(b.onShift) - Number(a.onShift)),
    }))
    .filter(({ members }) => members.some(({ id }) => !chosen.includes(id)))
  const take = (id: number) => {
    add([id])
    setTyped('')
  }
  const hueOf = (unitId: number | null) => units.find(({ id }) => id === unitId)?.color ?? 7
  const full = chosen.length >= most
  return (
    <div className="officer-picker">
      <h3>{words.officers(chosen.length, most)}</h3>
      {chosen.length === 0 ? <p className="hint">{words.none}</p> : null}
      <ul className="picked">
        {chosen.map((id) => {
          const officer = officers.get(id)
          return (
            <li key={id}>
              <i className="chip" style={{ background: `var(--hue-${hueOf(officer?.unitId ?? null)})` }} />
              {officer?.name ?? id}
              <button
                type="button"
                aria-label={words.removeOne(officer?.name ?? String(id))}
                onClick={() => onChange(chosen.filter((one) => one !== id))}
              >
                <Icon name="close" />
              </button>
            </li>
          )
        })}
      </ul>
      {chosen.length > 1 ? (
        <button type="button" className="text-button" onClick={() => onChange([])}>
          {words.clear}
        </button>
      ) : null}
      {full ? <p className="hint">{words.full(most)}</p> : null}
      <input
        type="search"
        value={typed}
        placeholder={words.search}
        aria-label={words.search}
        aria-controls={list}
        autoComplete="off"
        disabled={full}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && found[0]) take(found[0].id)
        }}
        data-testid="pick-officer"
      />
      <ul className="offered" id={list}>
        {found.slice(0, offered).map(({ id, name, code, unitId }) => (
          <li key={id}>
            <button type="button" onClick={() => take(id)}>
              <i className="chip" style={{ background: `var(--hue-${hueOf(unitId)})` }} />
              {name} <small>{code}</small>
            </button>
          </li>
        ))}
      </ul>
      {full ? null : (
        <>
          <h3>{words.addSquad}</h3>
          <ul className="offered">
            {squads.map(({ unit, members }) => (
              <li key={unit.id}>
                <button
                  type="button"
                  onClick={() => add(members.map(({ id }) => id))}
                  data-testid={`squad-${unit.id}`}
                >
                  <i className="chip" style={{ background: `var(--hue-${unit.color})` }} />
                  {words.wholeSquad(unit.name, members.length)}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  )
}
