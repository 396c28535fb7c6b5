// A falling and rising siren for what must be answered within seconds; unlike a call's two notes and unlike any alert.

const roundMs = 2500
let context: AudioContext | null = null

/** Browsers keep a page silent until somebody touches it. Answers what undoes it. */
export function wakeOfferRing(): () => void {
  const wake = () => {
    context ??= new AudioContext()
    void context.resume()
  }
  const touches = ['pointerdown', 'keydown'] as const
  for (const touch of touches) addEventListener(touch, wake)
  return () => {
    for (const touch of touches) removeEventListener(touch, wake)
  }
}

/** Shakes the phone, and rings unless it is to be `quiet`, until the answer is called. */
export function ringOffer(quiet: boolean): () => void {
  const round = () => {
    navigator.vibrate?.([900, 200, 300, 200, 300])
    if (!quiet && context?.state === 'running') sweep(context)
  }
  round()
  const timer = setInterval(round, roundMs)
  return () => {
    clearInterval(timer)
    navigator.vibrate?.(0)
  }
}

function sweep(sound: AudioContext) {
  const [oscillator, gain] = [sound.createOscillator(), sound.createGain()]
  const at = sound.currentTime
  oscillator.type = 'triangle'
  oscillator.frequency.setValueAtTime(1175, at)
  for (const [hertz, after] of [
    [784, 0.4],
    [1175, 0.8],
    [784, 1.2],
  ] as const)
    oscillator.frequency.linearRampToValueAtTime(hertz, at + after)
  gain.gain.setValueAtTime(0, at)
  gain.gain.linearRampToValueAtTime(0.35, at + 0.05)
  gain.gain.setValueAtTime(0.35, at + 1.1)
  gain.gain.exponentialRampToValueAtTime(0.001, at + 1.5)
  oscillator.connect(gain).connect(sound.destination)
  oscillator.start(at)
  oscillator.stop(at + 1.5)
}
