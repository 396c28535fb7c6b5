import { useEffect, useMemo } from 'react'
import type { Me } from '../../api/contract/account.ts'
import { hourOfDate } from '../../api/contract/cube-axes.ts'
import { Chosen } from '../analysis/Chosen.tsx'
import { spanOf } from '../analysis/days.ts'
import { FilterBar } from '../analysis/FilterBar.tsx'
import { Study } from '../analysis/Study.tsx'
import { followAddress, keyOf, todayIn, useAnalysis } from '../analysis/store.ts'
import { otherSpan, stepBack, withSpan } from '../analysis/view.ts'
import { clock, dayDate, hourMinute } from '../format.ts'
import { useGrids } from '../grids/store.ts'
import { useAnalysisText } from '../locales/analysis-text.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { OwnButtons } from '../people/OwnButtons.tsx'
import { Empty, Skeleton } from '../ui/controls.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Link } from '../ui/Link.tsx'
import { tell } from '../ui/notices.ts'
import { Progress } from '../ui/Progress.tsx'
import { usePreferences } from '../ui/preferences.ts'
import { useUnits } from '../units/store.ts'
import { endSession } from './end-session.ts'
import { pagesFor } from './manage-pages.ts'
import '../ui/desk.css'
import './manage.css'
import './analysis.css'

/** The week and the month: what is chosen on the map, in a chart or in the table is chosen everywhere. */
export function Analysis({ me }: { me: Me }) {
  const text = useText()
  const words = useAnalysisText()
  const town = useGrids((state) => state.town)
  useEffect(() => void (document.title = `${words.title} · ${text.name}`), [words, text])
  useEffect(() => {
    useGrids.getState().load().catch(tell)
    useUnits.getState().load().catch(tell)
    useAnalysis.getState().loadClasses().catch(tell)
  }, [])
  const timeZone = town?.timeZone
  useEffect(() => {
    if (!timeZone) return
    useAnalysis.getState().begin(timeZone)
    return followAddress()
  }, [timeZone])
  return (
    <div className="manage analysis">
      <AnalysisHeader me={me} />
      <main id="analysis-content" className="manage-content analysis-content" tabIndex={-1}>
        {town ? <Loaded accountId={me.accountId} /> : <Skeleton label={words.loading} lines={8} />}
      </main>
    </div>
  )
}

function AnalysisHeader({ me }: { me: Me }) {
  const text = useText()
  const words = useAnalysisText()
  const town = useGrids((state) => state.town)
  const english = usePreferences(({ language }) => language === 'en')
  return (
    <header className="manage-header">
      <Link to="/" className="manage-home" label={words.board}>
        <span className="wordmark" aria-hidden="true">
          霞客
        </span>
        <b>{words.title}</b>
        <span className="hint">{town ? (english ? town.nameEn : town.name) : ''}</span>
      </Link>
      <nav aria-label={words.nav}>
        <Link to="/">
          <Icon name="home" />
          {words.board}
        </Link>
        <Link to="/dispatch">
          <Icon name="check" />
          {words.dispatch}
        </Link>
        {pagesFor(me.role).length > 0 ? (
          <Link to="/manage">
            <Icon name="manage" />
            {text.manage.title}
          </Link>
        ) : null}
      </nav>
      <div className="board-buttons">
        <OwnButtons me={me} onSignOut={() => void endSession().catch(tell)} />
      </div>
    </header>
  )
}

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

function Loaded({ accountId }: { accountId: number | null }) {
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
          {own.problem.status === 422 ? (
            <Empty
              action={{
                text: words.shorter,
                onClick: () => show((one) => withSpan(one, spanOf('last-month', today))),
              }}
            >
              {words.tooMany}
            </Empty>
          ) : (
            <Empty action={{ text: words.retry, onClick: () => void load({ from, to }, true) }}>
              {words.failed} {sentenceOf(text, own.problem)}
            </Empty>
          )}
        </div>
      ) : own.cube.rows === 0 ? (
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
          cube={own.cube}
          other={against?.state === 'ready' ? against.cube : null}
          until={wallHours(own.at, timeZone)}
        />
      )}
    </div>
  )
}
