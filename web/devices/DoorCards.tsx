import type { Door } from '../../api/contract/device.ts'
import { duration, figure } from '../format.ts'
import { useDevicesText } from '../locales/devices-text.ts'
import { useText } from '../locales/text.ts'
import { CopyButton } from '../ui/CopyButton.tsx'
import { useNow } from '../ui/clock.ts'
import { addressOf, opensWith } from './settings.ts'

/** Every door: open or how to open it, where to point a phone, and what came through. */
export function DoorCards({ doors }: { doors: readonly Door[] }) {
  return (
    <ul className="doors">
      {doors.map((door) => (
        <DoorCard key={door.name} door={door} />
      ))}
    </ul>
  )
}

function DoorCard({ door }: { door: Door }) {
  const words = useDevicesText()
  const { common, units } = useText()
  const now = useNow(1000)
  const address = addressOf(door, location)
  const refused = Object.entries(door.refused).filter(([, count]) => count > 0)
  return (
    <li className="sheet door" data-testid={`door-${door.name}`} data-open={door.open}>
      <header>
        <h4>{words.doors[door.name].name}</h4>
        <span className={`door-state ${door.open ? 'is-good' : ''}`}>
          {door.open ? words.open : words.closed}
        </span>
      </header>
      <p className="hint">{words.doors[door.name].hint}</p>
      {door.open && address ? (
        <p className="door-address">
          <code>{address}</code>
          <CopyButton value={address} label={words.copy} done={words.copied} />
        </p>
      ) : (
        <p>{address ? words.unreachable(address) : words.opens(opensWith[door.name] ?? '')}</p>
      )}
      <dl className="door-figures">
        <Count name={words.accepted} count={door.accepted} strong />
        <Count name={words.repeated} count={door.repeated} />
        <Count name={words.malformed} count={door.malformed} />
        <Count name={words.strangersCount} count={door.strangers} />
        {door.connections === null ? null : <Count name={words.connections} count={door.connections} />}
      </dl>
      {refused.length === 0 ? null : (
        <ul className="door-refused" aria-label={words.refused}>
          {refused.map(([code, count]) => (
            <li key={code} title={words.reasons[code]?.hint}>
              {words.reasons[code]?.name ?? code} <b>{figure(count)}</b>
            </li>
          ))}
        </ul>
      )}
      <p className="hint">
        {door.lastAt
          ? words.lastFix(common.ago(duration(Math.max(0, now - Date.parse(door.lastAt)), units)))
          : words.noFix}
      </p>
    </li>
  )
}

function Count({ name, count, strong }: { name: string; count: number; strong?: boolean }) {
  return (
    <div className={strong ? 'is-strong' : ''}>
      <dt>{name}</dt>
      <dd className={count === 0 ? 'is-zero' : ''}>{figure(count)}</dd>
    </div>
  )
}
