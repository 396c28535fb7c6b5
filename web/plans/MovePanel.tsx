import { useState } from 'react'
import { usePlansText } from '../locales/plans-text.ts'
import { SelectField } from '../ui/fields.tsx'
import { useBench } from './bench.ts'
import { type Level, onLevel, type PlanFeature } from './feature.ts'
import { codesInWords } from './speak.ts'
import { usePlans } from './store.ts'

/** Where the chosen grids are to belong: pointed at on the map, or taken from a list. */
export function MovePanel({ chosen }: { chosen: readonly PlanFeature[] }) {
  const words = usePlansText()
  const { open, send, busy } = usePlans()
  const take = useBench((state) => state.use)
  const [first] = chosen
  const level = (first?.properties.level ?? 1) - 1
  const own = first?.properties.parentUid
  const parents =
    open && level > 0 ? onLevel(open.features, level as Level).filter(({ id }) => id !== own) : []
  const [to, setTo] = useState('')
  const act = async () => {
    const uids = chosen.map(({ id }) => id)
    if (await send({ kind: 'move', uids, parentUid: Number(to) })) take('select')
  }
  const names = codesInWords(
    chosen.map(({ properties }) => properties.name),
    words,
  )
  return (
    <div className="panel-body">
      <h3>{words.moving.title}</h3>
      <p>{words.moving.text(names)}</p>
      <p className="hint">{words.hints.move}</p>
      <SelectField
        label={words.moving.choose}
        value={to}
        onChange={setTo}
        options={[
          { value: '', text: '—' },
          ...parents.map(({ id, properties }) => ({
            value: String(id),
            text: `${properties.name} ${properties.code}`,
          })),
        ]}
      />
      <div className="panel-actions">
        <button type="button" className="button" onClick={() => take('select')}>
          {words.cancel}
        </button>
        <button
          type="button"
          className="button is-primary"
          disabled={to === '' || busy !== null}
          onClick={() => void act()}
        >
          {busy === 'move' ? words.busy : words.moving.apply}
        </button>
      </div>
    </div>
  )
}
