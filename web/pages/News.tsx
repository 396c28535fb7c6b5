import { useEffect, useState } from 'react'
import { useIncidents } from '../incidents/store.ts'
import { useText } from '../locales/text.ts'
import { usePreferences } from '../ui/preferences.ts'
import { chime, wakeSoundOnTouch } from '../ui/sound.ts'

/** Says and sounds what has just been reported. */
export function News() {
  const text = useText()
  const [said, setSaid] = useState('')
  useEffect(() => wakeSoundOnTouch(), [])
  useEffect(
    () =>
      useIncidents.subscribe(({ arrivals, incidents }, before) => {
        if (arrivals === before.arrivals) return
        const newest = incidents.get([...arrivals.keys()].at(-1) ?? 0)
        if (!newest) return
        setSaid(text.incidents.arrived(newest.title))
        // What is urgent rings by itself.
        if (newest.severity !== 'urgent' && !usePreferences.getState().muted) chime()
      }),
    [text],
  )
  return (
    <p className="visually-hidden" role="status" aria-live="polite">
      {said}
    </p>
  )
}
