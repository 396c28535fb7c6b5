import { useVirtualizer } from '@tanstack/react-virtual'
import { type MouseEvent, memo, useEffect, useRef } from 'react'
import type { Incident, IncidentClass } from '../../api/contract/incident.ts'
import { duration, figure } from '../format.ts'
import { useText } from '../locales/text.ts'
import { Empty, Skeleton } from '../ui/controls.tsx'
import { Icon } from '../ui/Icon.tsx'
import { ClassMark } from './ClassMark.tsx'
import type { Light } from './light.ts'
import { noFilter } from './queue.ts'
import { indexOf, queue, useQueue } from './queue-store.ts'
import { isSos } from './sos.ts'

const remPixels = () => Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
/** Of a line, in rem; on a phone it has two rows. */
const lineRem = 2.375
const phoneRem = 3.5
const isPhone = () => innerWidth < 900

interface QueueListProps {
  classes: ReadonlyMap<string, IncidentClass>
  gridName: (gridId: number) => string | null
  /** By the server's clock, in steps. */
  now: number
}

/** The queue: of 100,000 lines only those in sight are there. */
export function QueueList({ classes, gridName, now }: QueueListProps) {
  const text = useText()
  const words = text.dispatch
  const { shown, cursor, opened, selected, loading, total, filter, setFilter, open, select } = useQueue()
  const scroller = useRef<HTMLDivElement>(null)
  const height = (isPhone() ? phoneRem : lineRem) * remPixels()
  // No keys of our own here: with them every drawing measured all 100,000 lines anew (an interaction 275 ms in the median, not 61).
  const lines = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 6,
  })
  useEffect(() => {
    const index = cursor === null ? -1 : indexOf(cursor)
    if (index >= 0) lines.scrollToIndex(index, { align: 'auto' })
    // Follows the keyboard, not what arrives.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [cursor])
  const press = useRef((id: number, event: MouseEvent) => {
    if (event.shiftKey) select(id, 'range')
    else if (event.ctrlKey || event.metaKey) select(id, 'toggle')
    else open(id)
  })
  const toggle = useRef((id: number, shift: boolean) => select(id, shift ? 'range' : 'toggle'))
  if (loading === 'first') return <Skeleton lines={14} label={text.common.loading} />
  if (shown.length === 0)
    return total === 0 ? (
      <Empty>{words.quiet}</Empty>
    ) : (
      <Empty action={{ text: words.clear, onClick: () => setFilter({ ...noFilter, sort: filter.sort }) }}>
        {words.empty}
      </Empty>
    )
  return (
    <div className="queue-scroll" ref={scroller} data-testid="queue">
      <ul style={{ height: lines.getTotalSize() }} aria-label={words.queue}>
        {lines.getVirtualItems().map(({ index, start, size }) => {
          const slot = shown[index] ?? 0
          const incident = queue.at(slot)
          if (!incident) return null
          const light = queue.lightAt(slot, now)
          const left = incident.dueAt === null ? null : Date.parse(incident.dueAt) - now
          return (
            <li
              key={incident.id}
              style={{ transform: `translateY(${start}px)`, height: size }}
              aria-setsize={shown.length}
              aria-posinset={index + 1}
            >
              <QueueLine
                incident={incident}
                entry={classes.get(incident.classCode)}
                light={light}
                clock={
                  light === 'none' || left === null
                    ? ''
                    : left < 0
                      ? text.incidents.over(duration(-left, text.units))
                      : text.incidents.left(duration(left, text.units))
                }
                gridName={gridName(incident.gridId) ?? ''}
                current={incident.id === cursor}
                opened={incident.id === opened}
                selected={selected.has(incident.id)}
                onPress={press.current}
                onToggle={toggle.current}
              />
            </li>
          )
        })}
      </ul>
    </div>
  )
}

interface QueueLineProps {
  incident: Incident
  entry: IncidentClass | undefined
  light: Light
  clock: string
  gridName: string
  current: boolean
  opened: boolean
  selected: boolean
  onPress: (id: number, event: MouseEvent) => void
  onToggle: (id: number, shift: boolean) => void
}

const QueueLine = memo(function QueueLine(props: QueueLineProps) {
  const { incident, entry, light, clock, gridName, current, opened, selected, onPress, onToggle } = props
  const text = useText()
  const words = text.incidents
  const { id } = incident
  const sos = isSos(incident)
  return (
    <div
      className={`queue-line ${sos ? 'is-sos' : ''} ${current ? 'is-current' : ''} ${opened ? 'is-open' : ''} ${selected ? 'is-selected' : ''}`}
    >
      <input
        type="checkbox"
        checked={selected}
        aria-label={text.dispatch.pick(incident.title)}
        title="x"
        tabIndex={-1}
        onChange={(event) => onToggle(id, (event.nativeEvent as unknown as MouseEvent).shiftKey)}
      />
      <button
        type="button"
        aria-current={opened || undefined}
        data-testid="queue-line"
        data-id={id}
        onClick={(event) => onPress(id, event)}
      >
        <ClassMark className={entry?.name ?? ''} light={light} label={words.lights[light]} />
        <span className="queue-title">
          {sos ? (
            <b className="sos-mark">
              <Icon name="warning" />
              {text.squads.sos.mark}
            </b>
          ) : incident.severity === 'urgent' ? (
            <span
              className="is-urgent-mark"
              title={words.severities.urgent}
              aria-label={words.severities.urgent}
            >
              ▲
            </span>
          ) : null}
          {incident.title}
        </span>
        <span className="queue-marks">
          {incident.supervised ? (
            <span className="badge is-supervised" title={words.supervised}>
              {words.supervised}
            </span>
          ) : null}
          {incident.asks > 0 ? (
            <span className="badge is-asks" title={text.dispatch.asks(incident.asks)}>
              <Icon name="warning" />
              <span className="visually-hidden">{text.dispatch.asks(incident.asks)}</span>
              {incident.asks}
            </span>
          ) : null}
        </span>
        <span className="queue-number" title={incident.number}>
          {incident.number.split('-').at(-1)}
        </span>
        <span className="queue-grid">{gridName}</span>
        <span className="queue-state">{text.states[incident.state]}</span>
        <span className={`queue-clock is-${light}`}>{clock || words.lights.none}</span>
      </button>
    </div>
  )
})

/** How many are shown of how many, and whether more is coming. */
export function QueueCount() {
  const text = useText()
  const { shown, total, loading } = useQueue()
  return (
    <span data-testid="queue-count" data-shown={shown.length} data-total={total} data-loading={loading}>
      {loading === 'more'
        ? text.dispatch.loadingMore(figure(total))
        : text.dispatch.shown(figure(shown.length), figure(total))}
    </span>
  )
}
