import type { RoutingRule } from '../../api/contract/routing.ts'
import { useGrids } from '../grids/store.ts'
import { useText } from '../locales/text.ts'
import { useUnits } from '../units/store.ts'
import { timeOf } from './rule-draft.ts'
import { useLoop } from './store.ts'
import { useLoopText, useNameOf } from './words.ts'

type Rule = Omit<RoutingRule, 'id'>

/** A rule in words: which cases, and who gets them. */
export function useRuleWords() {
  const { sources } = useText()
  const words = useLoopText().routing
  const nameOf = useNameOf()
  const grids = useGrids((state) => state.grids)
  const units = useUnits((state) => state.units)
  const classes = useLoop((state) => state.classes)
  const unitName = (id: number | null) =>
    units.find((unit) => unit.id === id)?.name ?? (id === null ? '' : words.gone(id))
  const gridName = (id: number) => grids.get(id)?.name ?? String(id)
  return {
    unitName,
    gridName,
    /** What a rule asks of a case; nothing: it takes any. */
    conditions: (rule: Rule): string[] => {
      const cls = classes?.find(({ code }) => code === rule.classCode)
      const hours =
        rule.fromMinute !== null && rule.toMinute !== null
          ? `${timeOf(rule.fromMinute)}–${timeOf(rule.toMinute)}`
          : ''
      const days = rule.days === 'every' ? '' : words.days[rule.days]
      return [
        rule.classCode === null ? '' : cls ? nameOf(cls) : rule.classCode,
        rule.gridId === null ? '' : gridName(rule.gridId),
        (rule.sources ?? []).map((source) => sources[source]).join(words.and),
        [days, hours].filter(Boolean).join(' '),
      ].filter(Boolean)
    },
    target: (rule: Rule) => (rule.target === 'unit' ? unitName(rule.unitId) : words.leader),
  }
}
