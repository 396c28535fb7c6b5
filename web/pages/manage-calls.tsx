import { useEffect, useState } from 'react'
import { CallTable } from '../calls/CallTable.tsx'
import { missedAmong, useCallLog } from '../calls/log.ts'
import { useCalls } from '../calls/store.ts'
import { useGrids } from '../grids/store.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { Empty, Segmented, Skeleton } from '../ui/controls.tsx'
import '../calls/log.css'

const everyMs = 15_000
/** The log is written behind the call. */
const writtenMs = 1000

/** Recent calls between the desks and the street: whom nobody has spoken with yet stands out. */
export function ManageCalls() {
  const text = useText()
  const words = text.calls.log
  const { calls, more, problem, load } = useCallLog()
  const [only, setOnly] = useState<'all' | 'missed'>('all')
  const timeZone = useGrids((state) => state.town?.timeZone ?? 'UTC')
  const going = useCalls((state) => state.call !== null)
  useEffect(() => {
    const look = () => void load(false)
    look()
    const [soon, timer] = [setTimeout(look, writtenMs), setInterval(look, everyMs)]
    return () => {
      clearTimeout(soon)
      clearInterval(timer)
    }
  }, [load, going])
  const missed = missedAmong(calls ?? [])
  const shown = (calls ?? []).filter(({ id }) => only === 'all' || missed.has(id))
  const again = { text: text.common.retry, onClick: () => void load(false) }
  const waiting = [...missed.values()].filter((state) => state === 'waits').length
  const filters = [
    { value: 'all' as const, text: words.all },
    { value: 'missed' as const, text: words.onlyMissed, ...(waiting > 0 && { count: waiting }) },
  ]
  return (
    <div className="manage-column is-wide">
      <h2>{words.title}</h2>
      <p className="lead">{words.lead}</p>
      <section className="sheet" aria-label={words.title}>
        <header className="call-filter">
          <Segmented label={words.filter} value={only} onChange={setOnly} options={filters} />
          {problem && calls ? (
            <p className="is-attention" role="status">
              {words.stale}
            </p>
          ) : null}
        </header>
        {!calls && problem ? (
          <Empty action={again}>{sentenceOf(text, problem)}</Empty>
        ) : !calls ? (
          <Skeleton label={text.common.loading} lines={6} />
        ) : shown.length === 0 ? (
          <Empty>{only === 'missed' ? words.noneMissed : words.none}</Empty>
        ) : (
          <CallTable calls={shown} {...{ missed, timeZone }} />
        )}
        {more ? (
          <div className="sheet-actions">
            <button type="button" className="button" onClick={() => void load(true)} data-testid="calls-more">
              {words.more}
            </button>
          </div>
        ) : null}
      </section>
    </div>
  )
}
