import { useCallback, useEffect, useState } from 'react'
import type { Role } from '../../api/contract/roles.ts'
import type { TrackLook } from '../../api/contract/track.ts'
import { dayDate, dayTime } from '../format.ts'
import { useGrids } from '../grids/store.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { useTracksText } from '../locales/tracks-text.ts'
import { useLooks } from '../tracks/looks.ts'
import { Empty, Skeleton } from '../ui/controls.tsx'
import { SelectField } from '../ui/fields.tsx'
import { tell } from '../ui/notices.ts'
import { useUnits } from '../units/store.ts'

/** Who looked at whose track, when and why: what the officers were promised is kept. */
export function ManageLooks() {
  const all = useTracksText()
  const words = all.looks
  const text = useText()
  const { looks, more, problem, load } = useLooks()
  const { officers, load: loadOfficers } = useUnits()
  const [officer, setOfficer] = useState('')
  const ask = useCallback(
    (further: boolean) => void load(officer === '' ? null : Number(officer), further),
    [officer, load],
  )
  useEffect(() => ask(false), [ask])
  useEffect(() => {
    if (officers.size === 0) loadOfficers().catch(tell)
  }, [officers, loadOfficers])
  const names = [...officers.values()].sort((a, b) => a.name.localeCompare(b.name, 'zh-CN'))
  return (
    <div className="manage-column is-wide">
      <h2>{words.title}</h2>
      <p className="lead">{words.lead}</p>
      <section className="sheet" aria-label={words.title}>
        <SelectField
          label={words.officer}
          value={officer}
          onChange={setOfficer}
          options={[
            { value: '', text: words.everybody },
            ...names.map(({ id, name, code }) => ({ value: String(id), text: `${name} ${code}` })),
          ]}
          testId="looks-officer"
        />
        {problem ? (
          <Empty action={{ text: all.retry, onClick: () => ask(false) }}>{sentenceOf(text, problem)}</Empty>
        ) : !looks ? (
          <Skeleton label={all.loading} lines={6} />
        ) : looks.length === 0 ? (
          <Empty>{officer === '' ? words.empty : words.emptyOne}</Empty>
        ) : (
          <LookTable looks={looks} nameOf={(id) => officers.get(id)?.name ?? words.unknown(id)} />
        )}
        {more ? (
          <button type="button" className="button" onClick={() => ask(true)}>
            {words.more}
          </button>
        ) : null}
      </section>
    </div>
  )
}

function LookTable({
  looks,
  nameOf,
}: {
  looks: readonly TrackLook[]
  nameOf: (officerId: number) => string
}) {
  const { looks: words, reasons } = useTracksText()
  const roles = useText().roles
  const zone = useGrids((state) => state.town?.timeZone ?? 'UTC')
  const local = (instant: string) => {
    const ms = Date.parse(instant)
    return `${dayDate(ms, zone)} ${dayTime(ms, zone).slice(6)}`
  }
  return (
    <div className="table-frame is-tall" tabIndex={0} role="region" aria-label={words.title}>
      <table className="table" data-testid="looks">
        <thead>
          <tr>
            {[words.when, words.who, words.role, words.whose, words.span, words.why, words.note].map(
              (name) => (
                <th key={name}>{name}</th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {looks.map((look) => (
            <tr key={look.id}>
              <td>{local(look.at)}</td>
              <td>{look.name}</td>
              <td>{roles[look.role as Role] ?? look.role}</td>
              <td>{nameOf(look.officerId)}</td>
              <td>
                {local(look.from)} – {local(look.to)}
              </td>
              <td>{reasons[look.reason].name}</td>
              <td className="wraps">{look.note}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
