import { useEffect } from 'react'
import { duration } from '../format.ts'
import { useQueue } from '../incidents/queue-store.ts'
import { useText } from '../locales/text.ts'
import { Icon } from '../ui/Icon.tsx'
import { useWay } from './store.ts'

/** Officers in danger, as long as nobody has been sent to them. `now` by the server's clock. */
export function DangerBanner({ now }: { now: number }) {
  const text = useText()
  const words = text.squads.sos
  const { danger, open } = useQueue()
  useEffect(() => {
    useWay.setState({ danger })
    return () => useWay.setState({ danger: [] })
  }, [danger])
  const [first] = danger
  if (!first) return null
  return (
    <div className="danger-banner" role="alert" data-testid="danger">
      <Icon name="warning" />
      <p>
        <b>{words.banner(danger.length)}</b>
        <span>{`${first.title} · ${text.common.ago(duration(now - Date.parse(first.reportedAt), text.units))}`}</span>
      </p>
      <button type="button" className="button" onClick={() => open(first.id)}>
        {words.open}
      </button>
    </div>
  )
}
