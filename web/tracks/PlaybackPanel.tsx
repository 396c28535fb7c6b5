import { useState } from 'react'
import { useGrids } from '../grids/store.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { useTracksText } from '../locales/tracks-text.ts'
import { useMapState } from '../map/state.ts'
import { useSession } from '../people/store.ts'
import { serverNow } from '../realtime.ts'
import { Card } from '../ui/controls.tsx'
import { DayFields } from './DayFields.tsx'
import { type DaySpan, instantsOf, todayIn, toleranceFor } from './day.ts'
import { OfficerPicker } from './OfficerPicker.tsx'
import { usePlayback } from './playback.ts'
import { reasonForAll, withReason } from './reasons.ts'

/** As many as the API gives at once. */
const most = 50
/** A day of fifty officers, drawn from near: still finer than the width of a line at the scale of a town. */
const coarsest = 10

/** Whose past, and of which time. */
export function PlaybackPanel() {
  const text = useText()
  const words = useTracksText()
  const { stage, officerIds, problem, reel, pick, load, close } = usePlayback()
  const timeZone = useGrids((state) => state.town?.timeZone ?? 'UTC')
  const ownId = useSession((state) => state.me?.officerId ?? null)
  const today = todayIn(serverNow(), timeZone)
  const [span, setSpan] = useState<DaySpan>({ date: today, fromHour: 0, toHour: 24 })
  const start = () =>
    withReason(officerIds, ownId, () => {
      const tolerance = Math.min(coarsest, toleranceFor(useMapState.getState().metersPerPixel))
      void load({ ...instantsOf(span, timeZone), tolerance }, reasonForAll(officerIds, Date.now()))
    })
  return (
    <div className="tracks-column">
      <Card
        testId="playback-panel"
        kicker={words.playback.past}
        title={words.playback.title}
        onClose={close}
        closeLabel={words.close}
      >
        <p className="hint">{words.playback.lead}</p>
        <DayFields span={span} today={today} onChange={setSpan} />
        <OfficerPicker chosen={officerIds} most={most} onChange={pick} />
        {problem ? <p className="failure">{sentenceOf(text, problem)}</p> : null}
        {reel && stage === 'choosing' ? <p className="is-attention">{words.playback.nothing}</p> : null}
        <button
          type="button"
          className="button is-primary is-large"
          disabled={officerIds.length === 0 || stage === 'loading'}
          onClick={start}
          data-testid="start-playback"
        >
          {stage === 'loading' ? words.loading : words.playback.start}
        </button>
      </Card>
    </div>
  )
}
