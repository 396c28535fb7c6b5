import { lazy, memo, Suspense, useDeferredValue, useEffect, useMemo, useState } from 'react'
import type { Town } from '../../api/contract/town.ts'
import { useAnalysisText } from '../locales/analysis-text.ts'
import { Empty, Skeleton } from '../ui/controls.tsx'
import { tell } from '../ui/notices.ts'
import { ClassChart, SourceChart, StateChart, UnitChart } from './BarCharts.tsx'
import { Beside } from './Beside.tsx'
import { CaseList } from './CaseList.tsx'
import { useCaseRows } from './case-rows.ts'
import { DayChart } from './DayChart.tsx'
import { MapPanel } from './MapPanel.tsx'
import { RankTable } from './RankTable.tsx'
import { RhythmChart } from './RhythmChart.tsx'
import { useColumns, useRanking } from './ranking-columns.ts'
import { Strip } from './Strip.tsx'
import { useAnalysis } from './store.ts'
import type { StudySide } from './study.ts'
import { TimesChart } from './TimesChart.tsx'
import { useFiles } from './use-files.ts'
import { chosenDays, onlyKey } from './view.ts'

// Loaded once the page stands: it opens as fast without.
const StudyPanels = lazy(async () => ({ default: (await import('../study/StudyPanels.tsx')).StudyPanels }))

interface PictureProps {
  town: Town
  now: StudySide
  opposite: StudySide | null
}

/** What the page draws of its sides: the same whether they were counted here or by the server. */
export function Picture({ town, now, opposite }: PictureProps) {
  const words = useAnalysisText()
  const { view, show } = useAnalysis()
  const ranking = useRanking(now)
  const columns = useColumns()
  const list = useCaseRows(now)
  const rows = useDeferredValue(ranking)
  const { caption, saveCsv, saveXlsx } = useFiles({ town, now, opposite, ranking, columns, cases: list.rows })
  const charts = { now, opposite, caption }
  return (
    <>
      <Strip now={now} opposite={opposite} />
      {now.rows === 0 ? (
        <div className="analysis-empty" data-testid="empty-chosen">
          <Empty action={{ text: words.clear, onClick: () => show((one) => ({ ...one, chosen: [] })) }}>
            {words.emptyChosen}
          </Empty>
        </div>
      ) : null}
      <div className="analysis-charts">
        <MapPanel town={town} now={now} />
        <DayChart {...charts} />
        <RhythmChart {...charts} />
        <ClassChart {...charts} />
        <UnitChart {...charts} />
        <SourceChart {...charts} />
        <StateChart {...charts} />
        <TimesChart {...charts} />
      </div>
      <Further town={town} />
      {view.beside ? <Beside now={now} opposite={opposite} /> : null}
      <RankTable rows={rows} columns={columns} onCsv={saveCsv} onXlsx={() => void saveXlsx().catch(tell)} />
      <CaseList now={now} {...list} />
    </>
  )
}

/** A hand that brushes days asks for nothing yet. */
const restMs = 400
function useRested<T>(value: T): T {
  const [rested, setRested] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), restMs)
    return () => clearTimeout(timer)
  }, [value])
  return rested
}

/** Trend, forecast and causes of the same choice, as far as they go by it. */
const Further = memo(function Further({ town }: { town: Town }) {
  const words = useAnalysisText()
  const view = useRested(useAnalysis((state) => state.view))
  const { from, to } = chosenDays(view) ?? view
  const span = useMemo(() => ({ from, to }), [from, to])
  const grids = (['grid1', 'grid2', 'grid3'] as const).flatMap((by) => onlyKey(view, by) ?? [])
  const gridId = grids.length === 1 ? Number(grids[0]) : null
  return (
    <section className="analysis-further" aria-label={words.further} data-testid="further">
      <Suspense fallback={<Skeleton label={words.further} lines={4} />}>
        <StudyPanels
          town={town}
          span={span}
          gridId={gridId}
          classCode={onlyKey(view, 'class')}
          level={view.level}
        />
      </Suspense>
    </section>
  )
})
