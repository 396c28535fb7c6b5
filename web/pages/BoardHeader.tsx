import { type RefObject, useMemo } from 'react'
import { command, type Role, street } from '../../api/contract/roles.ts'
import type { Town } from '../../api/contract/town.ts'
import { AlertBell } from '../alerts/AlertBell.tsx'
import { clock, duration, hourMinute, longDate } from '../format.ts'
import { useText } from '../locales/text.ts'
import { OwnButtons } from '../people/OwnButtons.tsx'
import { useSession } from '../people/store.ts'
import { freshnessOf, usualLimits } from '../positions/freshness.ts'
import { usePositions } from '../positions/store.ts'
import { useStream } from '../realtime.ts'
import { useNow } from '../ui/clock.ts'
import { IconButton } from '../ui/controls.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Link } from '../ui/Link.tsx'
import { tell } from '../ui/notices.ts'
import { usePreferences } from '../ui/preferences.ts'
import { endSession } from './end-session.ts'
import { goToAlert } from './go-to.ts'
import { pagesFor } from './manage-pages.ts'
import { SearchBox } from './SearchBox.tsx'

/** Who works at the dispatch console. */
const desks: readonly Role[] = [...command, 'leader']

interface BoardHeaderProps {
  town: Town | null
  input: RefObject<HTMLInputElement | null>
  onHelp: () => void
}

export function BoardHeader({ town, input, onHelp }: BoardHeaderProps) {
  const text = useText()
  const { language, muted, setMuted } = usePreferences()
  const me = useSession((state) => state.me)
  const words = text.header
  return (
    <header className="board-header">
      <div className="board-title">
        <p className="wordmark" aria-label={text.name}>
          霞客
        </p>
        <div>
          <h1>{town ? (language === 'en' ? town.nameEn : town.name) : '\u00a0'}</h1>
          <p>{text.module}</p>
        </div>
      </div>
      <SearchBox input={input} />
      <div className="board-status">
        <FreshnessMark town={town} />
        {town ? <Clock timeZone={town.timeZone} /> : null}
        <div className="board-buttons">
          {town ? <AlertBell timeZone={town.timeZone} onOpen={goToAlert} /> : null}
          {me?.officerId != null && street.includes(me.role) ? (
            <Link to="/field" className="icon-button" label={words.field} testId="field">
              <Icon name="phone" />
            </Link>
          ) : null}
          {me && desks.includes(me.role) ? (
            <Link to="/dispatch" className="icon-button" label={text.dispatch.title} testId="dispatch">
              <Icon name="check" />
            </Link>
          ) : null}
          {me && desks.includes(me.role) ? (
            <Link to="/analysis" className="icon-button" label={words.analysis} testId="to-analysis">
              <Icon name="chart" />
            </Link>
          ) : null}
          {pagesFor(me?.role).length > 0 ? (
            <Link to="/manage" className="icon-button" label={text.manage.title} testId="manage">
              <Icon name="manage" />
            </Link>
          ) : null}
          <IconButton
            icon={muted ? 'mute' : 'sound'}
            label={muted ? words.unmute : words.mute}
            pressed={muted}
            onClick={() => setMuted(!muted)}
            testId="mute"
          />
          <OwnButtons me={me} onSignOut={() => void endSession().catch(tell)}>
            <IconButton icon="help" label={words.help} onClick={onHelp} testId="help-button" />
          </OwnButtons>
        </div>
      </div>
    </header>
  )
}

function Clock({ timeZone }: { timeZone: string }) {
  const skew = useStream((state) => state.skew)
  const language = usePreferences((state) => state.language)
  const now = useNow(1000) + skew
  const minute = Math.floor(now / 60_000)
  const date = useMemo(() => longDate(minute * 60_000, timeZone, language), [minute, timeZone, language])
  return (
    <p className="board-clock">
      <time>{clock(now, timeZone)}</time>
      <span>{date}</span>
    </p>
  )
}

/** How current the board is, in words: live, so much behind, or silent since when. */
function FreshnessMark({ town }: { town: Town | null }) {
  const timeZone = town?.timeZone ?? 'UTC'
  const text = useText()
  const { connected, heardAt, skew } = useStream()
  const newestFixAt = usePositions((state) => state.newestFixAt)
  const now = useNow(1000)
  const freshness = freshnessOf(
    now + skew,
    { connected, heardAt: heardAt === null ? null : heardAt + skew, newestFixAt },
    town ?? usualLimits,
  )
  const words = text.freshness
  const said = {
    connecting: () => words.connecting,
    live: () => words.live,
    behind: () =>
      freshness.kind === 'behind' ? words.behind(duration(freshness.seconds * 1000, text.units)) : '',
    none: () => (freshness.kind === 'none' ? words.none(hourMinute(freshness.since, timeZone)) : ''),
  }[freshness.kind]()
  return (
    <p
      className={`freshness is-${freshness.kind}`}
      role="status"
      title={words.hint}
      data-testid="freshness"
      data-kind={freshness.kind}
    >
      <i aria-hidden="true" />
      <span>
        {said}
        {!connected && heardAt !== null ? <small> {words.reconnecting}</small> : null}
      </span>
    </p>
  )
}
