// Two rising notes and a pause, made here; unlike any alert's.

const roundMs = 3000
let context: AudioContext | null = null

/** Browsers keep a page silent until somebody touches it. Answers what undoes it. */
export function wakeRinging(): () => void {
  const wake = () => {
    context ??= new AudioContext()
    void context.resume()
  }
  const touches = ['pointerdown', 'keydown'] as const
  for (const touch of touches) addEventListener(touch, wake, { once: true })
  return () => {
    for (const touch of touches) removeEventListener(touch, wake)
  }
}

/** Rings until the answer is called, and shakes a phone; `quiet`: what the caller hears meanwhile. */
export function startRinging(quiet: boolean): () => void {
  const round = () => {
    if (!quiet) navigator.vibrate?.([600, 300, 600])
    if (context?.state !== 'running') return
    const notes = quiet ? [440] : [587, 740, 587, 740]
    notes.forEach((hertz, i) => note(context as AudioContext, hertz, i * 0.22, quiet ? 0.05 : 0.22))
  }
  round()
  const timer = setInterval(round, roundMs)
  return () => {
    clearInterval(timer)
    if (!quiet) navigator.vibrate?.(0)
  }
}

function note(sound: AudioContext, hertz: number, after: number, loud: number) {
  const [oscillator, gain] = [sound.createOscillator(), sound.createGain()]
  const at = sound.currentTime + after
  oscillator.frequency.value = hertz
  gain.gain.setValueAtTime(0, at)
  gain.gain.linearRampToValueAtTime(loud, at + 0.03)
  gain.gain.exponentialRampToValueAtTime(0.001, at + 0.6)
  oscillator.connect(gain).connect(sound.destination)
  oscillator.start(at)
  oscillator.stop(at + 0.6)
}
