import type { ReactNode } from 'react'
import { figure } from '../format.ts'
import { usePlansText } from '../locales/plans-text.ts'
import { useStaffingText } from '../locales/staffing-text.ts'
import { BalancePanel } from '../plans/BalancePanel.tsx'
import { type Panel, useBench } from '../plans/bench.ts'
import { ComparePanel } from '../plans/ComparePanel.tsx'
import { useChecks } from '../plans/checks.ts'
import { GridPanel } from '../plans/GridPanel.tsx'
import { HistoryPanel } from '../plans/HistoryPanel.tsx'
import { ProblemsPanel } from '../plans/ProblemsPanel.tsx'
import type { OpenPlan } from '../plans/store.ts'

interface WorkshopPanelProps {
  open: OpenPlan
  editing: boolean
  timeZone: string
}

/** What stands beside the map, one at a time. A further panel is one more line of `panels`. */
export function WorkshopPanel({ open, editing, timeZone }: WorkshopPanelProps) {
  const words = usePlansText()
  const { balance } = useStaffingText()
  const { panel, open: show } = useBench()
  const problems = useChecks((state) => state.problems.length)
  const panels: { id: Panel; text: string; count?: number; face: ReactNode }[] = [
    { id: 'grid', text: words.grid.tab, face: <GridPanel editing={editing} /> },
    { id: 'problems', text: words.problems.tab, count: problems, face: <ProblemsPanel editing={editing} /> },
    { id: 'balance', text: balance.tab, face: <BalancePanel editing={editing} /> },
    { id: 'history', text: words.history.tab, face: <HistoryPanel timeZone={timeZone} /> },
    { id: 'compare', text: words.compare.tab, face: <ComparePanel open={open} /> },
  ]
  const shown = panels.find(({ id }) => id === panel) ?? panels[0]
  return (
    <aside className="workshop-side is-right">
      <div className="panel-tabs" role="tablist">
        {panels.map(({ id, text, count }) => (
          <button
            key={id}
            type="button"
            role="tab"
            id={`tab-${id}`}
            aria-selected={id === shown?.id}
            aria-controls="workshop-panel"
            onClick={() => show(id)}
            data-testid={`panel-${id}`}
          >
            {text}
            {count ? <span className="segmented-count">{figure(count)}</span> : null}
          </button>
        ))}
      </div>
      <div id="workshop-panel" role="tabpanel" aria-labelledby={`tab-${shown?.id}`} className="scroll">
        {shown?.face}
      </div>
    </aside>
  )
}
