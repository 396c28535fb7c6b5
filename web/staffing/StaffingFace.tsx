import { useEffect, useMemo, useState } from 'react'
import { beginningOf } from '../format.ts'
import { useGrids } from '../grids/store.ts'
import { useStaffingText } from '../locales/staffing-text.ts'
import { Segmented, Skeleton } from '../ui/controls.tsx'
import { TextField } from '../ui/fields.tsx'
import { tell } from '../ui/notices.ts'
import { DoublesTable } from './DoublesTable.tsx'
import { isDay } from './days.ts'
import { FiguresBar } from './FiguresBar.tsx'
import { GridTree } from './GridTree.tsx'
import { type Filter, findGrids, rosterOf, type Wish } from './roster.ts'
import { SchemesSheet } from './SchemesSheet.tsx'
import { SeatPanel } from './SeatPanel.tsx'
import { useStaffing } from './store.ts'

interface StaffingFaceProps {
  timeZone: string
  mayEdit: boolean
}

const filters: readonly Filter[] = ['all', 'vacant', 'surplus', 'double']

/** Posts: the figures, the schemes, and every grid with its seats; a day in the past is looked at, not changed. */
export function StaffingFace({ timeZone, mayEdit }: StaffingFaceProps) {
  const words = useStaffingText()
  const grids = useGrids((state) => state.grids)
  const { staffing, posts, gaps, at, load } = useStaffing()
  const [wish, setWish] = useState<Wish>({ filter: 'all', role: '', text: '' })
  const [chosen, setChosen] = useState<number | null>(null)
  const [day, setDay] = useState('')
  useEffect(() => {
    if (day !== '' && !isDay(day)) return
    // The whole of that day: what was entered in its course is meant to be seen.
    const end = day === '' ? null : new Date(beginningOf(day, timeZone) + 86_399_000).toISOString()
    load(end).catch(tell)
  }, [day, timeZone, load])
  const rosters = useMemo(
    () => (staffing ? rosterOf(grids, staffing, posts) : null),
    [grids, staffing, posts],
  )
  const doubles = useMemo(() => new Set(gaps?.doubles.map(({ officerId }) => officerId)), [gaps])
  const found = useMemo(() => (rosters ? findGrids(rosters, wish, doubles) : null), [rosters, wish, doubles])
  if (!staffing || !rosters || !gaps) return <Skeleton label={words.loading} lines={10} />
  const filter = (next: Filter, role = '') => setWish({ ...wish, filter: next, role })
  const now = at === null
  return (
    <>
      <FiguresBar gaps={gaps} posts={posts} rosters={rosters} wish={wish} onFilter={filter} />
      {now ? null : (
        <p className="note is-attention">
          {words.asOf.past(day)}
          <button type="button" className="button is-small" onClick={() => setDay('')}>
            {words.asOf.now}
          </button>
        </p>
      )}
      <div className="roster-body">
        <section className="sheet roster-grids" aria-label={words.grids.label}>
          <div className="roster-filters">
            <TextField
              label={words.grids.search}
              placeholder={words.grids.searchHint}
              value={wish.text}
              onChange={(text) => setWish({ ...wish, text })}
              testId="roster-search"
            />
            <Segmented
              label={words.grids.filter}
              value={wish.filter}
              onChange={(next) => filter(next)}
              options={filters.map((value) => ({ value, text: words.grids.filters[value] }))}
            />
            <TextField
              label={words.asOf.label}
              type="date"
              value={day}
              onChange={setDay}
              hint={words.asOf.hint}
              testId="as-of"
            />
          </div>
          {wish.filter === 'double' ? <DoublesTable gaps={gaps} onChoose={setChosen} /> : null}
          <GridTree rosters={rosters} found={found} chosen={chosen} onChoose={setChosen} doubles={doubles} />
        </section>
        <aside className="roster-side">
          <SeatPanel
            roster={chosen === null ? undefined : rosters.get(chosen)}
            doubles={gaps.doubles}
            timeZone={timeZone}
            mayEdit={mayEdit && now}
          />
          <SchemesSheet staffing={staffing} mayEdit={mayEdit && now} />
        </aside>
      </div>
    </>
  )
}
