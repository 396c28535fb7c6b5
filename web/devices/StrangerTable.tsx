import type { Stranger } from '../../api/contract/device.ts'
import { duration, figure } from '../format.ts'
import { useDevicesText } from '../locales/devices-text.ts'
import { useText } from '../locales/text.ts'
import { useNow } from '../ui/clock.ts'
import { Empty } from '../ui/controls.tsx'

/** Who knocked at a door and was not known, newest first. */
export function StrangerTable({ strangers }: { strangers: readonly Stranger[] }) {
  const words = useDevicesText()
  const { common, units } = useText()
  const now = useNow(5000)
  if (strangers.length === 0) return <Empty>{words.noStrangers}</Empty>
  return (
    <div className="table-frame" tabIndex={0} role="region" aria-label={words.strangers}>
      <table className="table" data-testid="strangers">
        <thead>
          <tr>
            {[words.when, words.door, words.calledItself, words.from].map((name) => (
              <th key={name}>{name}</th>
            ))}
            <th className="is-number">{words.times}</th>
          </tr>
        </thead>
        <tbody>
          {strangers.map(({ door, who, from, times, lastAt }) => (
            <tr key={`${door} ${who} ${from}`}>
              <td>{common.ago(duration(Math.max(0, now - Date.parse(lastAt)), units))}</td>
              <td>{words.doors[door].name}</td>
              <td>{who || words.nameless}</td>
              <td>{from}</td>
              <td className="is-number">{figure(times)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
