import { useEffect, useMemo, useState } from 'react'
import type { Cube, Filter } from '../../api/contract/cube.ts'
import { listRows } from '../../api/contract/cube.ts'
import type { Incident } from '../../api/contract/incident.ts'
import { dayTime } from '../format.ts'
import { useGrids } from '../grids/store.ts'
import { useCases } from './case-store.ts'
import { type Names, useNames } from './names.ts'
import { countedAt, useAnalysis } from './store.ts'
import type { StudySide } from './study.ts'

export const casesPerPage = 20
/** A brush that moves asks for nothing yet. */
const restMs = 300

export interface CaseRow {
  id: number
  /** The number and title once they are here; null: it is gone. */
  number: string | null
  title: string
  className: string
  grid: string
  unit: string
  state: string
  /** To the minute once it is here, to the hour before. */
  at: string
  handleSeconds: number | null
  totalSeconds: number | null
}
const unknown: Omit<CaseRow, 'id'> = {
  number: '',
  title: '',
  className: '',
  grid: '',
  unit: '',
  state: '',
  at: '',
  handleSeconds: null,
  totalSeconds: null,
}

/** The newest cases of a selection from a place on, as the cube knows them. */
function heldRows({ cube, filter }: { cube: Cube; filter: Filter }, from: number, names: Names): CaseRow[] {
  const { dictionaries, incidentId, hour, grid, classCode, unit, state, handleSeconds, totalSeconds } = cube
  const seconds = (value: number | undefined) => (value ? value : null)
  return listRows(cube, filter, { limit: from + casesPerPage })
    .slice(from)
    .map((row) => {
      const path = dictionaries.paths[grid[row] ?? 0] ?? []
      return {
        ...unknown,
        id: incidentId[row] ?? 0,
        className: names('class', dictionaries.classes[classCode[row] ?? 0] ?? ''),
        grid: path.length > 1 ? names('grid3', String(path.at(-1))) : '—',
        unit: names('unit', String(dictionaries.units[unit[row] ?? 0] ?? 0)),
        state: names('state', dictionaries.states[state[row] ?? 0] ?? ''),
        at: new Date((hour[row] ?? 0) * 3_600_000).toISOString().slice(5, 13).replace('T', ' '),
        handleSeconds: seconds(handleSeconds[row]),
        totalSeconds: seconds(totalSeconds[row]),
      }
    })
}

/** What the case itself says, where the cube has not said it. */
function filled(row: CaseRow, found: Incident, names: Names, timeZone: string): CaseRow {
  const level = useGrids.getState().grids.get(found.gridId)?.level ?? 0
  return {
    ...row,
    number: found.number,
    title: found.title,
    at: dayTime(Date.parse(found.reportedAt), timeZone),
    className: row.className || names('class', found.classCode),
    grid: row.grid || (level > 0 ? names('grid3', String(found.gridId)) : '—'),
    unit: row.unit || names('unit', String(found.unitId ?? 0)),
    state: row.state || names('state', found.state),
  }
}

/** The cases of the page that is shown, and which page that is. */
export function useCaseRows({ cases, rows: all }: StudySide) {
  const names = useNames()
  const [asked, setAt] = useState(0)
  /** As many as can be paged through. */
  const listed = cases.kind === 'asked' ? cases.ids.length : all
  const last = Math.max(0, Math.ceil(listed / casesPerPage) - 1)
  const at = Math.min(asked, last)
  const { known, load } = useCases()
  const since = useAnalysis(countedAt)
  const timeZone = useGrids((state) => state.town?.timeZone ?? 'UTC')
  const plain = useMemo(() => {
    const from = at * casesPerPage
    if (cases.kind === 'held') return heldRows(cases, from, names)
    return cases.ids.slice(from, from + casesPerPage).map((id): CaseRow => ({ ...unknown, id }))
  }, [cases, at, names])
  useEffect(() => {
    const timer = setTimeout(
      () =>
        void load(
          plain.map(({ id }) => id),
          since,
        ),
      restMs,
    )
    return () => clearTimeout(timer)
  }, [plain, since, load])
  const rows = useMemo(
    () =>
      plain.map((row): CaseRow => {
        const found = known.get(row.id)
        if (found === null) return { ...row, number: null }
        return found ? filled(row, found, names, timeZone) : row
      }),
    [plain, known, names, timeZone],
  )
  return { rows, at, last, setAt, listed }
}
