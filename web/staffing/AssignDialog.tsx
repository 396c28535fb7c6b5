import { useMemo, useState } from 'react'
import type { Grid } from '../../api/contract/grid.ts'
import { problemOf } from '../client.ts'
import { beginningOf, figure } from '../format.ts'
import { useGrids } from '../grids/store.ts'
import { useStaffingText } from '../locales/staffing-text.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { TextField } from '../ui/fields.tsx'
import { useUnits } from '../units/store.ts'
import { useRoleName } from './names.ts'
import { candidatesFor } from './roster.ts'
import { useStaffing } from './store.ts'

interface AssignDialogProps {
  grid: Grid
  role: string
  timeZone: string
  onClose: () => void
}

/** As many as one glance takes in; more are found by their name. */
const shown = 40

/** Chooses somebody for a post: whoever has the grid as duty first. */
export function AssignDialog({ grid, role, timeZone, onClose }: AssignDialogProps) {
  const { post: words, cancel, close, saving } = useStaffingText()
  const text = useText()
  const roleName = useRoleName()
  const officers = useUnits((state) => state.officers)
  const grids = useGrids((state) => state.grids)
  const { posts, assign } = useStaffing()
  const [search, setSearch] = useState('')
  const [who, setWho] = useState<number | null>(null)
  const [from, setFrom] = useState('')
  const [to, setTo] = useState('')
  const [failure, setFailure] = useState('')
  const [busy, setBusy] = useState(false)
  const found = useMemo(() => {
    const all = candidatesFor(grid, { officers: officers.values(), grids, posts, text: search })
    const here = new Set(
      posts.filter((post) => post.gridId === grid.id && post.role === role).map((post) => post.officerId),
    )
    return all.filter(({ officer }) => !here.has(officer.id))
  }, [grid, role, officers, grids, posts, search])
  const person = who === null ? undefined : officers.get(who)
  const wrong = from !== '' && to !== '' && to < from
  const put = async () => {
    if (who === null) return
    setBusy(true)
    const start = from === '' ? {} : { from: new Date(beginningOf(from, timeZone)).toISOString() }
    // The last day is served to its end.
    const end = to === '' ? {} : { to: new Date(beginningOf(to, timeZone) + 86_400_000).toISOString() }
    try {
      await assign({ gridId: grid.id, role, officerId: who, ...start, ...end })
      onClose()
    } catch (cause) {
      const problem = problemOf(cause)
      setFailure(problem.code === 'already-held' ? words.heldAlready : sentenceOf(text, problem))
      setBusy(false)
    }
  }
  return (
    <Dialog
      title={words.assignTitle(roleName(role, grid.level), grid.name)}
      closeLabel={close}
      onClose={onClose}
      testId="assign-dialog"
      actions={
        <>
          <button type="button" className="button" onClick={onClose}>
            {cancel}
          </button>
          <button
            type="button"
            className="button is-primary"
            disabled={!person || wrong || busy}
            onClick={() => void put()}
            data-testid="assign-confirm"
          >
            {busy ? saving : person ? words.put(person.name) : words.choosePerson}
          </button>
        </>
      }
    >
      <TextField
        label={words.search}
        placeholder={words.searchHint}
        value={search}
        onChange={setSearch}
        testId="assign-search"
      />
      <div className="candidates" role="radiogroup" aria-label={words.search} data-testid="candidates">
        {found.slice(0, shown).map(({ officer, nearness, posts: held }) => (
          <label key={officer.id}>
            <input
              type="radio"
              name="candidate"
              checked={who === officer.id}
              onChange={() => setWho(officer.id)}
            />
            <b>{officer.name}</b>
            <span className="hint">{officer.code}</span>
            <span className={nearness === 'here' ? 'is-good' : 'hint'}>
              {nearness === 'far' ? (grids.get(officer.dutyGridId ?? 0)?.name ?? '') : words[nearness]}
            </span>
            <span className={held > 0 ? 'is-attention' : ''}>{held > 0 ? words.holds(held) : ''}</span>
          </label>
        ))}
        {found.length === 0 ? <p className="hint">{words.nobody}</p> : null}
      </div>
      <p className="hint">{words.listed(figure(Math.min(shown, found.length)), figure(found.length))}</p>
      <div className="roster-pair">
        <TextField label={words.from} type="date" value={from} onChange={setFrom} hint={words.fromHint} />
        <TextField label={words.to} type="date" value={to} onChange={setTo} hint={words.toHint} />
      </div>
      {wrong || failure ? (
        <p className="failure" role="alert">
          {wrong ? words.order : failure}
        </p>
      ) : null}
    </Dialog>
  )
}
