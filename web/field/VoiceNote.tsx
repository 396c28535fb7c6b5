import { useEffect, useRef, useState } from 'react'
import { useText } from '../locales/text.ts'

const mostSeconds = 120
/** Released sooner, it was a tap: it records until the next one. */
const holdMs = 400

/** A voice note of two minutes at most: held down, or tapped to begin and to end. */
export function VoiceNote({ onDone }: { onDone: (voice: Blob, seconds: number) => void }) {
  const words = useText().street.attach
  const [seconds, setSeconds] = useState<number | null>(null)
  const [denied, setDenied] = useState(false)
  const held = useRef<{ recorder: MediaRecorder; began: number } | null>(null)
  const pressed = useRef(0)
  const stop = () => {
    if (held.current?.recorder.state === 'recording') held.current.recorder.stop()
  }
  useEffect(() => stop, [])
  const recording = seconds !== null
  useEffect(() => {
    if (!recording) return
    const tick = setInterval(() => {
      const passed = Math.floor((Date.now() - (held.current?.began ?? Date.now())) / 1000)
      setSeconds(passed)
      if (passed >= mostSeconds) stop()
    }, 250)
    return () => clearInterval(tick)
  }, [recording])
  if (typeof MediaRecorder === 'undefined' || !navigator.mediaDevices) return null
  const begin = async () => {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true })
      const recorder = new MediaRecorder(stream)
      const parts: Blob[] = []
      const began = Date.now()
      recorder.ondataavailable = ({ data }) => parts.push(data)
      recorder.onstop = () => {
        for (const track of stream.getTracks()) track.stop()
        held.current = null
        setSeconds(null)
        onDone(
          new Blob(parts, { type: recorder.mimeType }),
          Math.max(1, Math.round((Date.now() - began) / 1000)),
        )
      }
      held.current = { recorder, began }
      recorder.start(1000)
      setDenied(false)
      setSeconds(0)
    } catch {
      setDenied(true)
    }
  }
  const down = () => {
    if (held.current) return stop()
    pressed.current = Date.now()
    void begin()
  }
  const up = () => {
    if (held.current && Date.now() - pressed.current > holdMs) stop()
  }
  return (
    <>
      <button
        type="button"
        className={`attach-button ${seconds === null ? '' : 'is-recording'}`}
        aria-pressed={seconds !== null}
        onPointerDown={down}
        onPointerUp={up}
        onKeyDown={({ key, repeat }) => (key === 'Enter' || key === ' ') && !repeat && down()}
        data-testid="voice"
      >
        <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">
          <path
            d="M12 3.500a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0v-5a3 3 0 0 0-3-3ZM5.500 11a6.500 6.500 0 0 0 13 0M12 17.500v3.500"
            fill="none"
            stroke="currentColor"
            strokeWidth="1.7"
            strokeLinecap="round"
          />
        </svg>
        {seconds === null ? words.voice : words.recording(seconds, mostSeconds)}
      </button>
      {denied ? (
        <p className="work-refusal" role="alert">
          {words.noMicrophone}
        </p>
      ) : null}
    </>
  )
}
