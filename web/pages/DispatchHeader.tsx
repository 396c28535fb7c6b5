import type { Me } from '../../api/contract/account.ts'
import type { Alert } from '../../api/contract/alert.ts'
import { command, desks } from '../../api/contract/roles.ts'
import type { Town } from '../../api/contract/town.ts'
import { AlertBell } from '../alerts/AlertBell.tsx'
import { clock, longDate } from '../format.ts'
import { useText } from '../locales/text.ts'
import { OwnButtons } from '../people/OwnButtons.tsx'
import { useStream } from '../realtime.ts'
import { useNow } from '../ui/clock.ts'
import { IconButton } from '../ui/controls.tsx'
import { Icon, type IconName } from '../ui/Icon.tsx'
import { Link } from '../ui/Link.tsx'
import { tell } from '../ui/notices.ts'
import { usePreferences } from '../ui/preferences.ts'
import { endSession } from './end-session.ts'

interface DispatchHeaderProps {
  town: Town | null
  me: Me
  onHelp: () => void
  onAlert: (alert: Alert) => void
  /** None for those who may not report for a caller. */
  onReport: (() => void) | null
  /** Many cases at once; none for those who may not send. */
  onStorm: (() => void) | null
  /** On a phone the map is a face of its own. */
  onMap: boolean
  onToggleMap: () => void
}

export function DispatchHeader(props: DispatchHeaderProps) {
  const { town, me, onHelp, onAlert, onReport, onStorm } = props
  const text = useText()
  const { language, muted, setMuted } = usePreferences()
  const connected = useStream((state) => state.connected)
  const now = useNow(1000) + useStream((state) => state.skew)
  const words = text.header
  return (
    <header className="board-header dispatch-header">
      <div className="board-title">
        <p className="wordmark" aria-label={text.name}>
          霞客
        </p>
        <div>
          <h1>{text.dispatch.title}</h1>
          <p>{town ? (language === 'en' ? town.nameEn : town.name) : '\u00a0'}</p>
        </div>
      </div>
      <div className="dispatch-ways">
        {onStorm ? (
          <Way icon="trail" keyboard="s" label={text.storm.button} onClick={onStorm} testId="storm-button" />
        ) : null}
        {onReport ? (
          <Way
            icon="phone"
            keyboard="n"
            label={text.dispatch.report}
            onClick={onReport}
            testId="new-report"
            primary
          />
        ) : null}
      </div>
      <div className="board-status">
        <p
          className={`freshness is-${connected ? 'live' : 'none'}`}
          role="status"
          data-testid="connection"
          data-connected={connected}
        >
          <i aria-hidden="true" />
          <span>{connected ? text.freshness.live : text.freshness.reconnecting}</span>
        </p>
        {town ? (
          <p className="board-clock">
            <time>{clock(now, town.timeZone)}</time>
            <span>{longDate(now, town.timeZone, language)}</span>
          </p>
        ) : null}
        <div className="board-buttons">
          {town ? <AlertBell timeZone={town.timeZone} onOpen={onAlert} /> : null}
          <span className="map-toggle">
            <IconButton
              icon="layers"
              label={text.map.label}
              pressed={props.onMap}
              onClick={props.onToggleMap}
              testId="map-toggle"
            />
          </span>
          {command.includes(me.role) ? (
            <Link to="/manage/calls" className="icon-button" label={text.calls.log.title} testId="to-calls">
              <Icon name="calls" />
            </Link>
          ) : null}
          {desks.includes(me.role as never) ? (
            <Link to="/analysis" className="icon-button" label={words.analysis} testId="to-analysis">
              <Icon name="chart" />
            </Link>
          ) : null}
          {desks.includes(me.role as never) ? (
            <Link to="/conduct" className="icon-button" label={text.walls.conduct} testId="to-conduct">
              <Icon name="large" />
            </Link>
          ) : null}
          <Link to="/" className="icon-button" label={text.dispatch.board} testId="to-board">
            <Icon name="home" />
          </Link>
          <IconButton
            icon={muted ? 'mute' : 'sound'}
            label={muted ? words.unmute : words.mute}
            pressed={muted}
            onClick={() => setMuted(!muted)}
            testId="mute"
          />
          <OwnButtons me={me} onSignOut={() => void endSession().catch(tell)}>
            <IconButton icon="help" label={`${words.help} (?)`} onClick={onHelp} testId="help-button" />
          </OwnButtons>
        </div>
      </div>
    </header>
  )
}

interface WayProps {
  icon: IconName
  /** The key that does the same. */
  keyboard: string
  label: string
  onClick: () => void
  testId: string
  primary?: boolean
}
function Way({ icon, keyboard, label, onClick, testId, primary }: WayProps) {
  return (
    <button
      type="button"
      className={`button report-button ${primary ? 'is-primary' : ''}`}
      title={keyboard}
      aria-label={label}
      onClick={onClick}
      data-testid={testId}
    >
      <Icon name={icon} />
      <span>{label}</span>
    </button>
  )
}
