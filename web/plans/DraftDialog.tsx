import { useState } from 'react'
import type { Plan } from '../../api/contract/plan.ts'
import { usePlansText } from '../locales/plans-text.ts'
import { go } from '../ui/address.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { SelectField, TextField } from '../ui/fields.tsx'
import { Refused } from './Refused.tsx'
import { usePlans } from './store.ts'

/** Asks for the name of a new draft and what it is begun from. */
export function DraftDialog({ base, onClose }: { base: Plan; onClose: () => void }) {
  const words = usePlansText()
  const { plans, begin, busy } = usePlans()
  const [name, setName] = useState(() => words.create.suggested(String(new Date().getFullYear() + 1)))
  const [note, setNote] = useState('')
  const [basedOn, setBasedOn] = useState(String(base.id))
  const create = async () => {
    const plan = await begin({ name: name.trim(), note: note.trim(), basedOn: Number(basedOn) })
    if (!plan) return
    onClose()
    go(`/manage/grids/${plan.id}`)
  }
  const bases = (plans ?? []).filter(({ state }) => state !== 'withdrawn')
  return (
    <Dialog
      title={words.create.title}
      closeLabel={words.close}
      onClose={onClose}
      testId="draft-dialog"
      actions={
        <>
          <button type="button" className="button" onClick={onClose}>
            {words.cancel}
          </button>
          <button
            type="button"
            className="button is-primary"
            disabled={name.trim() === '' || busy !== null}
            onClick={() => void create()}
            data-testid="confirm"
          >
            {busy === 'begin' ? words.busy : words.create.confirm}
          </button>
        </>
      }
    >
      <TextField
        label={words.create.name}
        hint={words.create.nameHint}
        value={name}
        maxLength={80}
        onChange={setName}
        testId="draft-name"
      />
      <TextField label={words.create.note} value={note} maxLength={1000} onChange={setNote} />
      <SelectField
        label={words.create.base}
        value={basedOn}
        onChange={setBasedOn}
        options={bases.map(({ id, name: text, state }) => ({
          value: String(id),
          text: `${text}（${words.states[state]}）`,
        }))}
      />
      <Refused />
    </Dialog>
  )
}
