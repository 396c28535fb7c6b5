import type { AlertSeverity } from '../../api/contract/alert-rules.ts'

// Three sounds made here: one soft note, two that rise, and for what is urgent five that cannot be taken for a telephone.

let context: AudioContext | null = null

/** Browsers keep a page silent until somebody touches it. Answers what undoes it. */
export function wakeAlertSound(): () => void {
  const wake = () => {
    context ??= new AudioContext()
    void context.resume()
  }
  addEventListener('pointerdown', wake, { once: true })
  addEventListener('keydown', wake, { once: true })
  return () => {
    removeEventListener('pointerdown', wake)
    removeEventListener('keydown', wake)
  }
}

interface Sound {
  shape: OscillatorType
  loud: number
  /** Hertz, and seconds after the first. */
  notes: readonly (readonly [number, number])[]
}
const sounds: Record<AlertSeverity, Sound> = {
  minor: { shape: 'sine', loud: 0.1, notes: [[660, 0]] },
  usual: {
    shape: 'sine',
    loud: 0.18,
    notes: [
      [660, 0],
      [880, 0.18],
    ],
  },
  urgent: {
    shape: 'triangle',
    loud: 0.4,
    notes: [
      [988, 0],
      [740, 0.2],
      [988, 0.4],
      [740, 0.6],
      [988, 0.8],
    ],
  },
}

/** Sounds an alert; silent until the page was touched. */
export function sound(severity: AlertSeverity): void {
  if (context?.state !== 'running') return
  const { shape, loud, notes } = sounds[severity]
  for (const [hertz, after] of notes) {
    const at = context.currentTime + after
    const [oscillator, gain] = [context.createOscillator(), context.createGain()]
    oscillator.type = shape
    oscillator.frequency.value = hertz
    gain.gain.setValueAtTime(0, at)
    gain.gain.linearRampToValueAtTime(loud, at + 0.02)
    gain.gain.exponentialRampToValueAtTime(0.001, at + 0.35)
    oscillator.connect(gain).connect(context.destination)
    oscillator.start(at)
    oscillator.stop(at + 0.35)
  }
}
