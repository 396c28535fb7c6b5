import '../ui/desk.css'
import './tracks.css'
import { PlaybackBar } from './PlaybackBar.tsx'
import { PlaybackPanel } from './PlaybackPanel.tsx'
import { usePlayback } from './playback.ts'
import { ReasonDialog } from './ReasonDialog.tsx'
import { useTracks } from './store.ts'
import { TrackPanel } from './TrackPanel.tsx'

/** The open ones of: why, a day's track, whose past, the past. */
export function TracksFace() {
  const officerId = useTracks((state) => state.officerId)
  const stage = usePlayback((state) => state.stage)
  const reel = usePlayback((state) => state.reel)
  const face =
    stage === 'ready' && reel ? (
      <PlaybackBar reel={reel} />
    ) : stage !== 'off' ? (
      <PlaybackPanel />
    ) : officerId !== null ? (
      <TrackPanel key={officerId} officerId={officerId} />
    ) : null
  return (
    <>
      {face}
      <ReasonDialog />
    </>
  )
}
