import { useMemo, useState } from 'react'
import type { Officer } from '../../api/contract/unit.ts'
import { useStaffingText } from '../locales/staffing-text.ts'
import { Empty, Segmented } from '../ui/controls.tsx'
import { SelectField, TextField } from '../ui/fields.tsx'
import { tell } from '../ui/notices.ts'
import { useUnits } from '../units/store.ts'
import { AbilityDialog } from './AbilityDialog.tsx'
import { type AbilityWish, abilityKinds, findAble, saveAbilities } from './abilities.ts'

const shows = ['all', 'certified', 'plain'] as const
const shownAtFirst = 100

/** Who is certified and who can do what: found by any word, ticked in the table, the rest in a form. */
export function AbilitiesFace({ mayEdit }: { mayEdit: boolean }) {
  const words = useStaffingText().abilities
  const { officers, units } = useUnits()
  const [wish, setWish] = useState<AbilityWish>({ text: '', show: 'all', unitId: null })
  const [most, setMost] = useState(shownAtFirst)
  const [chosen, setChosen] = useState<Officer | null>(null)
  const found = useMemo(() => findAble(officers.values(), wish), [officers, wish])
  const certified = useMemo(() => [...officers.values()].filter((one) => one.certified).length, [officers])
  const unitName = (id: number | null) => units.find((one) => one.id === id)?.name ?? ''
  const change = (part: Partial<AbilityWish>) => {
    setWish({ ...wish, ...part })
    setMost(shownAtFirst)
  }
  return (
    <section className="sheet" aria-label={words.title}>
      <div className="ability-filters">
        <TextField
          label={words.search}
          placeholder={words.searchHint}
          value={wish.text}
          onChange={(text) => change({ text })}
          testId="ability-search"
        />
        <SelectField
          label={words.unit}
          value={String(wish.unitId ?? '')}
          onChange={(id) => change({ unitId: id === '' ? null : Number(id) })}
          options={[
            { value: '', text: words.anyUnit },
            ...units.map(({ id, name }) => ({ value: String(id), text: name })),
          ]}
        />
        <Segmented
          label={words.show}
          value={wish.show}
          onChange={(show) => change({ show })}
          options={shows.map((value) => ({ value, text: words.shows[value] }))}
        />
        <span className="hint" role="status">
          {words.count(found.length, officers.size, certified)}
        </span>
      </div>
      {found.length === 0 ? (
        <Empty>{officers.size === 0 ? words.nobody : words.noneFound}</Empty>
      ) : (
        <div className="table-frame is-tall" tabIndex={0} role="region" aria-label={words.title}>
          <table className="table ability-table" data-testid="abilities">
            <thead>
              <tr>
                <th>{words.person}</th>
                <th>{words.unit}</th>
                <th>{words.certified}</th>
                {abilityKinds.map((kind) => (
                  <th key={kind}>{words.kinds[kind]}</th>
                ))}
                <th>
                  <span className="visually-hidden">{words.change}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {found.slice(0, most).map((one) => (
                <AbilityRow
                  key={one.id}
                  officer={one}
                  unit={unitName(one.unitId)}
                  onChange={mayEdit ? () => setChosen(one) : undefined}
                />
              ))}
            </tbody>
          </table>
          {found.length > most ? (
            <button type="button" className="text-button" onClick={() => setMost(most + shownAtFirst)}>
              {words.more(found.length - most)}
            </button>
          ) : null}
        </div>
      )}
      <p className="hint">{words.importHint}</p>
      {chosen ? <AbilityDialog officer={chosen} onClose={() => setChosen(null)} /> : null}
    </section>
  )
}

interface AbilityRowProps {
  officer: Officer
  unit: string
  onChange: (() => void) | undefined
}

function AbilityRow({ officer, unit, onChange }: AbilityRowProps) {
  const words = useStaffingText().abilities
  const [busy, setBusy] = useState(false)
  const { certified, skills, powers, equipment } = officer
  const tick = async () => {
    setBusy(true)
    await saveAbilities(officer, { certified: !certified, skills, powers, equipment }).catch(tell)
    setBusy(false)
  }
  return (
    <tr data-testid={`ability-${officer.code}`}>
      <th scope="row">
        {officer.name} <small className="hint">{officer.code}</small>
      </th>
      <td>{unit}</td>
      <td>
        <input
          type="checkbox"
          className="ability-tick"
          checked={certified}
          disabled={busy || !onChange}
          aria-label={words.certifiedOf(officer.name)}
          onChange={() => void tick()}
        />
      </td>
      {abilityKinds.map((kind) => (
        <td key={kind} className="wraps" data-label={words.kinds[kind]}>
          <span className="chips">
            {officer[kind].map((word) => (
              <em key={word} className="chip-word">
                {word}
              </em>
            ))}
          </span>
        </td>
      ))}
      <td className="is-number">
        {onChange ? (
          <button
            type="button"
            className="text-button"
            aria-label={words.changeOf(officer.name)}
            onClick={onChange}
          >
            {words.change}
          </button>
        ) : null}
      </td>
    </tr>
  )
}
