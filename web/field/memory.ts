// What the page remembers of the shift, so that a reload without a line goes on where it was.

export interface Remembered {
  officerId: number
  onShift: boolean
  /** When the shift began by the server's clock, Unix milliseconds. */
  since: number | null
  /** Signed off here at that time, which the server has not been told yet. */
  ending: number | null
  /** Add to the phone's clock to get the server's. */
  skew: number
}

const key = 'xiake.field'

/** What was remembered of this officer; nothing of anybody else. */
export function recall(officerId: number): Remembered {
  const nothing = { officerId, onShift: false, since: null, ending: null, skew: 0 }
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? 'null') as Remembered | null
    return kept?.officerId === officerId ? { ...nothing, ...kept } : nothing
  } catch {
    return nothing
  }
}

export function remember(known: Remembered): void {
  try {
    localStorage.setItem(key, JSON.stringify(known))
  } catch {
    // storage refused: a reload asks the server
  }
}
