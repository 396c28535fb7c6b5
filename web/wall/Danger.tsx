import { useMemo } from 'react'
import { DangerBanner } from '../dispatch/DangerBanner.tsx'
import { inDanger } from '../incidents/sos.ts'
import { useIncidents } from '../incidents/store.ts'
import { useStream } from '../realtime.ts'
import { useNow } from '../ui/clock.ts'
import { useOpen } from './behind.ts'

/** Who is in danger now: it is told beside a past day, too. */
export function Danger() {
  const incidents = useIncidents((state) => state.incidents)
  const danger = useMemo(() => inDanger(incidents.values()), [incidents])
  const open = useOpen()
  const now = useNow(5000) + useStream((state) => state.skew)
  return <DangerBanner {...{ danger, now }} onOpen={(id) => open({ kind: 'incident', id })} />
}
