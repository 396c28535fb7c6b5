import { useState } from 'react'
import { dayDate, duration } from '../format.ts'
import { useGrids } from '../grids/store.ts'
import { useText } from '../locales/text.ts'
import { useWallsText } from '../locales/walls-text.ts'
import { useNow } from '../ui/clock.ts'
import { SelectField, TextField } from '../ui/fields.tsx'
import { type Steering, shared } from './chosen.ts'
import { hourText, replayAt } from './playing.ts'
import { hallNow, useWalls } from './store.ts'

const dayMs = 86_400_000
const hours = Array.from({ length: 24 }, (_, hour) => hour)

/** Live, or a day once more. */
export function TimeDesk({ walls, steer }: Steering) {
  const text = useText()
  const words = useWallsText().steer
  const timeZone = useGrids((state) => state.town?.timeZone ?? 'UTC')
  const now = useNow(1000) + useWalls((state) => state.skew)
  const [today, yesterday] = [dayDate(now, timeZone), dayDate(now - dayMs, timeZone)]
  const [picked, setPicked] = useState('')
  const [speed, setSpeed] = useState('60')
  const [from, setFrom] = useState('0')
  const day = picked || yesterday
  const replay = shared(walls, (state) => state.replay)
  const at = replay && replayAt(replay, now)
  const fast = Number(speed)
  const bad = !Number.isInteger(fast) || fast < 1 || fast > 600
  const lasts = bad ? 0 : ((24 - Number(from)) * 3_600_000) / fast
  return (
    <section className="sheet" aria-label={words.time}>
      <header>
        <h3>{words.time}</h3>
        <p className={replay ? 'is-attention' : 'hint'} data-testid="time-now">
          {replay && at
            ? at.over
              ? words.replayOver(replay.day)
              : words.replaying(replay.day, hourText(at.hour), replay.speed)
            : replay === undefined
              ? words.mixed
              : words.live}
        </p>
      </header>
      <div className="fields steer-time">
        <TextField
          label={words.day}
          type="date"
          value={day}
          onChange={(value) => setPicked(value > today ? today : value)}
          testId="replay-day"
        />
        <SelectField
          label={words.from}
          value={from}
          onChange={setFrom}
          options={hours.map((hour) => ({ value: String(hour), text: hourText(hour) }))}
          testId="replay-from"
        />
        <TextField
          label={words.speed}
          hint={bad ? words.speedHint : words.lasts(duration(lasts, text.units))}
          value={speed}
          maxLength={3}
          onChange={setSpeed}
          testId="replay-speed"
        />
      </div>
      <div className="sheet-actions">
        <button
          type="button"
          className="button"
          disabled={bad}
          onClick={() =>
            steer({
              replay: {
                day,
                speed: fast,
                fromHour: Number(from),
                startedAt: new Date(hallNow()).toISOString(),
              },
            })
          }
          data-testid="replay-start"
        >
          {words.replay}
        </button>
        <button
          type="button"
          className={replay === null ? 'button' : 'button is-primary'}
          disabled={replay === null}
          onClick={() => steer({ replay: null })}
          data-testid="to-live"
        >
          {words.toLive}
          <kbd aria-hidden="true">L</kbd>
        </button>
      </div>
    </section>
  )
}
