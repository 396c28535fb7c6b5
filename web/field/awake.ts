// The phone itself: its screen, which must stay on for a browser to locate, and its battery.

/** Keeps the screen on, and again whenever the page comes back; answers a function that lets it sleep. */
export function stayAwake(told: (awake: boolean) => void): () => void {
  let ended = false
  let held: WakeLockSentinel | null = null
  const take = () => {
    if (document.visibilityState !== 'visible' || !('wakeLock' in navigator)) return
    navigator.wakeLock.request('screen').then(
      (lock) => {
        if (ended) return void lock.release()
        held = lock
        told(true)
        lock.addEventListener('release', () => told(false))
      },
      // A phone that saves its battery refuses; the page says that the screen must stay on.
      () => told(false),
    )
  }
  document.addEventListener('visibilitychange', take)
  take()
  return () => {
    ended = true
    document.removeEventListener('visibilitychange', take)
    void held?.release()
    told(false)
  }
}

export interface Battery {
  /** From 0 to 1. */
  level: number
  charging: boolean
}

/** Tells the battery where the browser does, once and at every change. */
export async function followBattery(told: (battery: Battery) => void): Promise<void> {
  const ask = (navigator as { getBattery?: () => Promise<Battery & EventTarget> }).getBattery
  if (!ask) return
  const battery = await ask.call(navigator)
  const tell = () => told({ level: battery.level, charging: battery.charging })
  battery.addEventListener('levelchange', tell)
  battery.addEventListener('chargingchange', tell)
  tell()
}
