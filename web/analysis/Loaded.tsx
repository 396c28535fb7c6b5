import { useEffect, useMemo } from 'react'
import { hourOfDate } from '../../api/contract/cube-axes.ts'
import { clock, dayDate, hourMinute } from '../format.ts'
import { useGrids } from '../grids/store.ts'
import { useAnalysisText } from '../locales/analysis-text.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { Empty, Skeleton } from '../ui/controls.tsx'
import { Progress } from '../ui/Progress.tsx'
import { Chosen } from './Chosen.tsx'
import { spanOf } from './days.ts'
import { FilterBar } from './FilterBar.tsx'
import { Study } from './Study.tsx'
import { keyOf, todayIn, useAnalysis } from './store.ts'
import { otherSpan, stepBack, withSpan } from './view.ts'

/** An instant as the cube has its hours: by the wall clock of the town. */
function wallHours(at: number, timeZone: string): number {
  const [hour = 0, minute = 0] = clock(at, timeZone).split(':').map(Number)
  return hourOfDate(dayDate(at, timeZone)) + hour + minute / 60
}

/** Lets go of the last choice with Esc, unless somebody is writing. */
function useEscape() {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented) return
      const target = event.target as HTMLElement | null
      if (target?.closest('input:not([type=checkbox]), textarea, select, dialog')) return
      useAnalysis.getState().show(stepBack)
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [])
}

/** The cases of the dates, once they are here or the server has them. */
export function Loaded({ accountId }: { accountId: number | null }) {
  const words = useAnalysisText()
  const text = useText()
  const town = useGrids((state) => state.town)
  const { view, facts, load, show, timeZone } = useAnalysis()
  const { from, to, vs } = view
  useEscape()
  const other = useMemo(() => otherSpan({ ...useAnalysis.getState().view, from, to, vs }), [from, to, vs])
  const ready = timeZone === town?.timeZone
  const [otherFrom, otherTo] = [other?.from, other?.to]
  useEffect(() => {
    if (!ready) return
    void load({ from, to })
    if (otherFrom && otherTo) void load({ from: otherFrom, to: otherTo })
  }, [ready, from, to, otherFrom, otherTo, load])
  if (!ready || !town) return <Skeleton label={words.loading} lines={8} />
  const own = facts.get(keyOf(view))
  const against = other ? facts.get(keyOf(other)) : undefined
  const today = todayIn(timeZone)
  const refresh = () => {
    void load({ from, to }, true)
    if (other) void load(other, true)
  }
  return (
    <div className="analysis-page">
      <div className="analysis-top">
        <FilterBar />
        <span className="analysis-at">
          {own?.state === 'ready' ? words.asOf(hourMinute(own.at, timeZone)) : null}
          {own?.state === 'ready' && own.source.kind === 'asked' ? (
            <span className="hint" title={words.byServerHint} data-testid="by-server">
              {words.byServer}
            </span>
          ) : null}
          <button type="button" className="text-button" onClick={refresh} data-testid="refresh">
            {words.refresh}
          </button>
          <button
            type="button"
            className="button is-small"
            aria-pressed={view.beside}
            onClick={() => show((one) => ({ ...one, beside: !one.beside }))}
            data-testid="beside-button"
          >
            {words.beside.button}
          </button>
        </span>
      </div>
      <Chosen accountId={accountId} />
      {against?.state === 'failed' ? (
        <p className="note is-attention" role="status">
          {words.versus.label}: {sentenceOf(text, against.problem)}
        </p>
      ) : null}
      {!own || own.state === 'loading' ? (
        <div className="analysis-empty">
          <Progress label={words.loading} share={null}>
            {own?.reading ? words.reading : words.loading}
          </Progress>
        </div>
      ) : own.state === 'failed' ? (
        <div className="analysis-empty" data-testid="facts-failed">
          <Empty action={{ text: words.retry, onClick: () => void load({ from, to }, true) }}>
            {words.failed} {sentenceOf(text, own.problem)}
          </Empty>
        </div>
      ) : own.source.kind === 'held' && own.source.cube.rows === 0 ? (
        <div className="analysis-empty" data-testid="empty">
          <Empty
            action={{
              text: words.wider,
              onClick: () => show((one) => withSpan(one, spanOf('this-year', today))),
            }}
          >
            {words.empty}
          </Empty>
        </div>
      ) : (
        <Study
          town={town}
          source={own.source}
          other={against?.state === 'ready' ? against.source : null}
          until={wallHours(own.at, timeZone)}
          at={own.at}
        />
      )}
    </div>
  )
}
