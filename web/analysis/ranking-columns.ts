import { useMemo } from 'react'
import { measures } from '../../api/contract/measure-rules.ts'
import { area } from '../format.ts'
import { useGrids } from '../grids/store.ts'
import { useAnalysisText } from '../locales/analysis-text.ts'
import { useText } from '../locales/text.ts'
import { usePreferences } from '../ui/preferences.ts'
import { useNames } from './names.ts'
import { type Ranked, rankingOf } from './ranking.ts'
import { useAnalysis } from './store.ts'
import { type StudySide, tableDimension } from './study.ts'
import { count, write } from './values.ts'

/** The groups of the selection in the order of any measure; a line chooses its group. */
export function useRanking(now: StudySide): Ranked[] {
  const { by, level, sort, scheme, heldOut } = useAnalysis((state) => state.view)
  const grids = useGrids((state) => state.grids)
  const schemes = useAnalysis((state) => state.schemes)
  const names = useNames()
  const dimension = tableDimension(by, level)
  // Of a dimension that is still being asked for nothing is known.
  const sums = now.by[dimension] as StudySide['by'][typeof dimension] | undefined
  return useMemo(
    () =>
      rankingOf(sums ?? new Map(), {
        by: dimension,
        grids,
        names,
        scheme: schemes.find(({ id }) => id === scheme),
        heldOut,
        sort,
      }),
    [sums, dimension, grids, names, schemes, scheme, heldOut, sort],
  )
}

export interface Column {
  id: string
  name: string
  hint?: string
  say: (value: number | null) => string
}
/** The columns of the table, in the chosen language. */
export function useColumns(): Column[] {
  const words = useAnalysisText()
  const { units } = useText()
  const english = usePreferences(({ language }) => language === 'en')
  const isGrid = useAnalysis((state) => state.view.by === 'grid')
  const schemeId = useAnalysis((state) => state.view.scheme)
  const schemes = useAnalysis((state) => state.schemes)
  return useMemo(() => {
    const plain = (value: number | null) => (value === null ? '—' : area(value))
    const scheme = schemes.find(({ id }) => id === schemeId)
    const parts = (scheme?.parts ?? []).map(({ measure, points }) => {
      const name = measures.find(({ id }) => id === measure)?.name
      return words.table.parts((english ? name?.en : name?.zh) ?? measure, points)
    })
    return [
      { id: 'cases', name: words.cases, hint: words.strip.casesFormula, say: (value) => count(value ?? 0) },
      ...(isGrid
        ? [
            { id: 'km2', name: words.table.km2, say: plain },
            { id: 'household', name: words.table.household, say: plain },
          ]
        : []),
      {
        id: 'score',
        name: words.table.score,
        hint: words.table.scoreHint(scheme?.source ?? '', parts.join('、')),
        say: (value) => (value === null ? '—' : value.toFixed(1)),
      },
      ...measures.map((measure): Column => {
        const formula = english ? measure.formula.en : measure.formula.zh
        return {
          id: measure.id,
          name: english ? measure.name.en : measure.name.zh,
          hint: `${formula} (${measure.source})`,
          say: (value) => write(measure, value, units),
        }
      }),
    ]
  }, [words, units, english, isGrid, schemes, schemeId])
}
