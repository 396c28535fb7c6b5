import { useMemo } from 'react'
import type { Dimension } from '../../api/contract/cube-axes.ts'
import { useGrids } from '../grids/store.ts'
import { useAnalysisText } from '../locales/analysis-text.ts'
import { useText } from '../locales/text.ts'
import { usePreferences } from '../ui/preferences.ts'
import { useUnits } from '../units/store.ts'
import { useAnalysis } from './store.ts'
import { type Choice, choosable } from './view.ts'

/** What a key of a dimension is called, in the chosen language. */
export type Names = (by: Dimension, key: string) => string

export function useNames(): Names {
  const words = useAnalysisText()
  const text = useText()
  const english = usePreferences(({ language }) => language === 'en')
  const grids = useGrids((state) => state.grids)
  const classes = useAnalysis((state) => state.classes)
  const posts = useAnalysis((state) => state.posts)
  const { units, officers } = useUnits()
  return useMemo(() => {
    const unitNames = new Map(units.map(({ id, name }) => [String(id), name]))
    const nameOf: Partial<Record<Dimension, (key: string) => string | undefined>> = {
      unit: (key) => (key === '0' ? words.noUnit : unitNames.get(key)),
      officer: (key) => (key === '0' ? words.noOfficer : officers.get(Number(key))?.name),
      department: (key) => (key === '0' ? words.noDepartment : key),
      post: (key) => {
        const found = posts.get(key)
        const kind = (text.officers.kinds as Record<string, string>)[key]
        return key === '0' ? words.noOfficer : (english ? found?.nameEn : '') || found?.name || kind || key
      },
      class: (key) => {
        const found = classes.get(key)
        return (english ? found?.nameEn : '') || found?.name || key
      },
      source: (key) => (text.sources as Record<string, string>)[key],
      state: (key) => (text.states as Record<string, string>)[key],
      hour: words.hour,
      weekday: (key) => words.weekdays[Number(key)],
      hourOfWeek: (key) => words.hourOfWeek(words.weekdays[Number(key.slice(0, 1))] ?? '', key.slice(2)),
      week: words.weekOf,
      day: (key) => key,
      month: (key) => key,
    }
    return (by, key) => {
      if (by.startsWith('grid')) return grids.get(Number(key))?.name ?? words.unknown(key)
      return nameOf[by]?.(key) || words.unknown(key)
    }
  }, [words, text, english, grids, classes, posts, units, officers])
}

const shownKeys = 2
/** What was chosen in a line: 类别：占道经营、暴露垃圾. */
export function sayChoice(
  { by, keys }: Choice,
  names: Names,
  words: ReturnType<typeof useAnalysisText>,
): string {
  const said =
    by === 'day'
      ? keys.map((key) => key.replace('..', ' – '))
      : keys.slice(0, shownKeys).map((key) => names(by, key))
  const more = keys.length > shownKeys ? ` ${words.filters.more(keys.length)}` : ''
  return `${words.filters.said(words.by[by] ?? '', said)}${more}`
}

/** Whether a dimension of the table can be chosen by. */
export const isChoosable = (by: Dimension): by is (typeof choosable)[number] =>
  (choosable as readonly string[]).includes(by)
