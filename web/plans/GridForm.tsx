import { type FormEvent, useState } from 'react'
import type { PlanOperation } from '../../api/contract/plan.ts'
import { usePlansText } from '../locales/plans-text.ts'
import { useLeaveGuard } from '../ui/address.ts'
import { TextField } from '../ui/fields.tsx'
import type { PlanFeature } from './feature.ts'
import { usePlans } from './store.ts'

/** What is known of a grid besides its land. Only what was changed is sent. */
export function GridForm({ grid }: { grid: PlanFeature }) {
  const { grid: words, busy: working } = usePlansText()
  const { send, busy } = usePlans()
  const { properties } = grid
  const before = {
    name: properties.name,
    code: properties.code,
    leader: properties.leaderName ?? '',
    households: String(properties.households),
  }
  const [now, setNow] = useState(before)
  const put = (field: keyof typeof before) => (value: string) =>
    setNow((form) => ({ ...form, [field]: value }))
  const count = Number(now.households)
  const wrong = !/^\d+$/.test(now.households.trim()) || count > 10_000_000
  const given: Omit<Extract<PlanOperation, { kind: 'attributes' }>, 'kind' | 'uid'> = {
    ...(now.name.trim() !== before.name ? { name: now.name.trim() } : {}),
    ...(now.code.trim() !== before.code ? { code: now.code.trim() } : {}),
    ...(now.leader.trim() !== before.leader ? { leaderName: now.leader.trim() || null } : {}),
    ...(count !== properties.households ? { households: count } : {}),
  }
  const changed = Object.keys(given).length > 0
  useLeaveGuard(changed)
  const ready = changed && !wrong && now.name.trim() !== '' && now.code.trim() !== '' && busy === null
  const save = (event: FormEvent) => {
    event.preventDefault()
    if (ready) void send({ kind: 'attributes', uid: grid.id, ...given })
  }
  return (
    <form className="grid-form" onSubmit={save}>
      <TextField
        label={words.name}
        value={now.name}
        maxLength={80}
        onChange={put('name')}
        testId="grid-name"
      />
      <TextField label={words.code} value={now.code} maxLength={40} onChange={put('code')} />
      <TextField
        label={words.leader}
        value={now.leader}
        maxLength={80}
        placeholder={words.noLeader}
        onChange={put('leader')}
      />
      <TextField label={words.households} value={now.households} maxLength={8} onChange={put('households')} />
      <button type="submit" className="button" disabled={!ready} data-testid="save-grid">
        {busy === 'attributes' ? working : words.save}
      </button>
    </form>
  )
}
