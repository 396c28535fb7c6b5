import { useEffect } from 'react'
import type { Incident } from '../../api/contract/incident.ts'
import { duration } from '../format.ts'
import { useText } from '../locales/text.ts'
import { Icon } from '../ui/Icon.tsx'
import { useWay } from './store.ts'
import './danger.css'

interface DangerBannerProps {
  /** Officers in danger whom nobody has been sent to, the longest waiting first. */
  danger: readonly Incident[]
  /** By the server's clock. */
  now: number
  onOpen: (id: number) => void
}

/** Officers in danger, as long as nobody has been sent to them; ringed on the map as well. */
export function DangerBanner({ danger, now, onOpen }: DangerBannerProps) {
  const text = useText()
  const words = text.squads.sos
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
      <button type="button" className="button" onClick={() => onOpen(first.id)}>
        {words.open}
      </button>
    </div>
  )
}
