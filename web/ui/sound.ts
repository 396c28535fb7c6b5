// Two soft tones, made here: no file to load, and a wall without loudspeakers loses nothing.

let context: AudioContext | null = null

/** Browsers keep a page silent until somebody touches it; this wakes the sound with the first touch. */
export function wakeSoundOnTouch(): () => void {
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

function tone(sound: AudioContext, frequency: number, at: number, seconds: number): void {
  const oscillator = sound.createOscillator()
  const gain = sound.createGain()
  oscillator.frequency.value = frequency
  oscillator.type = 'sine'
  gain.gain.setValueAtTime(0, at)
  gain.gain.linearRampToValueAtTime(0.16, at + 0.02)
  gain.gain.exponentialRampToValueAtTime(0.001, at + seconds)
  oscillator.connect(gain).connect(sound.destination)
  oscillator.start(at)
  oscillator.stop(at + seconds)
}

/** Something has arrived. Silent until the page was touched. */
export function chime(): void {
  if (!context || context.state !== 'running') return
  tone(context, 880, context.currentTime, 0.5)
  tone(context, 1174.66, context.currentTime + 0.14, 0.7)
}
