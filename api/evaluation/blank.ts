/** Why a figure is left blank: a statistic is a finite number or says one of these, never NaN or ∞. */
export type Blank =
  /** Fewer values than the method needs. */
  | 'too-few'
  /** Nothing differs, so nothing can stand out. */
  | 'all-equal'
  /** A cell, or every cell, without neighbours; or neighbours of everything, against which nothing is left. */
  | 'no-neighbours'
  | 'everybody-neighbours'
  /** The value itself is not known (NaN was given, or what is no number). */
  | 'unknown'
  /** Too much of the time is not known. */
  | 'gap'
  /** What must be a count is negative or broken. */
  | 'not-counts'
  /** More pairs than are looked at. */
  | 'too-many'

export interface Left {
  blank: Blank
}
export const left = (blank: Blank): Left => ({ blank })
export const isLeft = (said: object): said is Left => 'blank' in said

/** A number that can be told, or null. */
export const told = (value: number): number | null => (Number.isFinite(value) ? value : null)
