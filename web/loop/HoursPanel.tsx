import { useState } from 'react'
import type { WorkHours } from '../../api/contract/clock.ts'
import { useLeaveGuard } from '../ui/address.ts'
import { IconButton } from '../ui/controls.tsx'
import { Link } from '../ui/Link.tsx'
import { DayStrip } from './DayStrip.tsx'
import {
  hoursDraftOf,
  hoursFrom,
  minutesOf,
  mostSeasons,
  type Season,
  wrongWithHours,
} from './hours-draft.ts'
import { SlotFields } from './SlotFields.tsx'
import { useLoop } from './store.ts'
import { useLoopText, useSentence } from './words.ts'
import { MonthDay, YearBand } from './YearBand.tsx'

/** The hours that limits are counted in: by season, and the urgent ones. */
export function HoursPanel({ hours }: { hours: WorkHours }) {
  const words = useLoopText()
  const own = words.hours
  const sentence = useSentence()
  const save = useLoop((state) => state.saveHours)
  const [draft, setDraft] = useState(() => hoursDraftOf(hours))
  const [said, setSaid] = useState<{ good: boolean; text: string } | null>(null)
  const [busy, setBusy] = useState(false)
  const dirty = JSON.stringify(draft) !== JSON.stringify(hoursDraftOf(hours))
  useLeaveGuard(dirty)
  const wrong = wrongWithHours(draft, own.wrong)
  const change = (part: Partial<WorkHours>) => {
    setDraft({ ...draft, ...part })
    setSaid(null)
  }
  const changeSeason = (at: number, part: Partial<Season>) =>
    change({ seasons: draft.seasons.map((one, i) => (i === at ? { ...one, ...part } : one)) })
  const nameOf = (season: Season | undefined, i: number) => season?.name.trim() || own.season(i + 1)
  const send = async () => {
    setBusy(true)
    try {
      const next = hoursFrom(draft)
      await save(next)
      setDraft(hoursDraftOf(next))
      setSaid({ good: true, text: words.saved })
    } catch (cause) {
      setSaid({ good: false, text: sentence(cause) })
    }
    setBusy(false)
  }
  const addSeason = () =>
    change({
      seasons: [
        ...draft.seasons,
        { name: '', from: '10-01', to: '04-30', slots: draft.seasons[0]?.slots ?? [] },
      ],
    })
  return (
    <div className="hours">
      <section className="sheet" aria-label={own.seasons}>
        <header>
          <h3>{own.seasons}</h3>
          <button
            type="button"
            className="button is-small"
            disabled={draft.seasons.length >= mostSeasons}
            onClick={addSeason}
            data-testid="season-add"
          >
            {own.addSeason}
          </button>
        </header>
        <p className="hint">{own.seasonsHint}</p>
        <YearBand seasons={draft.seasons} nameOf={(i) => nameOf(draft.seasons[i], i)} />
        {draft.seasons.map((season, i) => (
          <article key={i} className="season" aria-label={nameOf(season, i)}>
            <div className="season-head">
              <i className="chip" style={{ background: `var(--hue-${i % 8})` }} />
              <input
                aria-label={`${own.season(i + 1)} ${own.name}`}
                placeholder={own.nameHint}
                maxLength={40}
                autoComplete="off"
                value={season.name}
                onChange={(event) => changeSeason(i, { name: event.target.value })}
                data-testid={`season-name-${i}`}
              />
              <MonthDay label={own.from} value={season.from} onChange={(from) => changeSeason(i, { from })} />
              <MonthDay label={own.to} value={season.to} onChange={(to) => changeSeason(i, { to })} />
              <b className="season-sum">{own.perDay(String(minutesOf(season.slots) / 60))}</b>
              {draft.seasons.length > 1 ? (
                <IconButton
                  icon="close"
                  label={own.dropSeason(nameOf(season, i))}
                  onClick={() => change({ seasons: draft.seasons.filter((_, other) => other !== i) })}
                />
              ) : null}
            </div>
            <DayStrip
              label={own.strip(nameOf(season, i))}
              slots={season.slots}
              onChange={(slots) => changeSeason(i, { slots })}
              testId={`strip-${i}`}
            />
            <SlotFields
              what={nameOf(season, i)}
              slots={season.slots}
              onChange={(slots) => changeSeason(i, { slots })}
            />
          </article>
        ))}
      </section>
      <section className="sheet is-urgent-hours" aria-label={own.urgent}>
        <header>
          <h3>{own.urgent}</h3>
          <b className="season-sum">{own.urgentPerDay(String(minutesOf(draft.urgent) / 60))}</b>
        </header>
        <p className="hint">{own.urgentHint}</p>
        <DayStrip
          label={own.strip(own.urgent)}
          slots={draft.urgent}
          onChange={(urgent) => change({ urgent })}
          testId="strip-urgent"
        />
        <SlotFields what={own.urgent} slots={draft.urgent} onChange={(urgent) => change({ urgent })} />
        <button
          type="button"
          className="text-button loop-start"
          onClick={() => change({ urgent: [{ from: '00:00', to: '24:00' }] })}
        >
          {own.wholeDay}
        </button>
      </section>
      <section className="sheet" aria-label={own.holidays}>
        <h3>{own.holidays}</h3>
        <p className="hint">
          {own.holidaysHint}{' '}
          <Link to="/manage/roster/calendar" testId="to-holidays">
            {own.toHolidays}
          </Link>
        </p>
      </section>
      <div className="loop-save" data-dirty={dirty}>
        <p className={wrong || said?.good === false ? 'failure' : 'hint'} role="status">
          {wrong || (said?.text ?? (dirty ? own.unsaved : ''))}
        </p>
        <button
          type="button"
          className="button"
          disabled={!dirty}
          onClick={() => {
            setDraft(hoursDraftOf(hours))
            setSaid(null)
          }}
        >
          {own.reset}
        </button>
        <button
          type="button"
          className="button is-primary"
          disabled={!dirty || wrong !== '' || busy}
          onClick={() => void send()}
          data-testid="hours-save"
        >
          {busy ? words.saving : words.save}
        </button>
      </div>
    </div>
  )
}
