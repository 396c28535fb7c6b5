import { clock, figure, hourMinute } from '../format.ts'
import { useFieldText } from '../locales/field-text.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { Facts } from '../ui/controls.tsx'
import { useField } from './store.ts'

/** A fix that may lie farther off says little of the street one is in. */
const poorMeters = 100

/** What was sent, what waits, and how good it is. */
export function NowPanel() {
  const words = useFieldText()
  const now = words.now
  const text = useText()
  const { onShift, since, last, acknowledgedAt, gridName, town, waiting, oldestAt, line, unsent } = useField()
  const zone = town?.timeZone ?? 'UTC'
  const meters = last?.accuracy === undefined ? null : figure(Math.round(last.accuracy))
  const kmh = (last?.speed ?? 0) * 3.6
  return (
    <section className="field-sheet" aria-label={now.title}>
      <p
        className={`field-waiting ${waiting > 0 ? 'is-attention' : ''}`}
        data-testid="field-waiting"
        data-count={waiting}
      >
        <b>{waiting > 0 ? words.waiting.some(figure(waiting)) : words.waiting.none}</b>
        <span>
          {line ? words.waiting.online : words.waiting.offline}
          {oldestAt === null ? '' : ` · ${words.waiting.oldest(clock(oldestAt, zone))}`}
        </span>
        {unsent ? (
          <span role="alert">
            {words.waiting.refused}: {sentenceOf(text, unsent)}
          </span>
        ) : null}
      </p>
      <Facts
        facts={[
          [now.grid, gridName ?? now.noGrid],
          ...(onShift
            ? ([
                ...(since === null ? [] : ([[now.since, hourMinute(since, zone)]] as const)),
                [now.acknowledged, acknowledgedAt === null ? now.never : clock(acknowledgedAt, zone)],
                [
                  now.accuracy,
                  meters === null
                    ? now.unknown
                    : (last?.accuracy ?? 0) > poorMeters
                      ? now.poor(meters)
                      : now.meters(meters),
                ],
                [
                  now.speed,
                  last?.speed === undefined
                    ? now.unknown
                    : kmh < 1
                      ? now.standing
                      : now.speedOf(kmh.toFixed(0)),
                ],
              ] as const)
            : []),
        ]}
      />
    </section>
  )
}
