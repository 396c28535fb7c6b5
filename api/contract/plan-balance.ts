// How a division of land into grids compares with another: for proposals, and for today's.

export const balanceWishes = ['even', 'along-roads', 'compact'] as const
export type BalanceWish = (typeof balanceWishes)[number]

export interface PartMeasures {
  households: number
  /** Of the last twelve months. */
  cases: number
  areaKm2: number
  /** On foot from the middle of the part to where its people are, on average: 1.2 m/s, ways a third longer than the line. */
  walkMinutes: number
  /** Polsby–Popper: 4π·area/outline², 1 for a circle. */
  compactness: number
}
export interface DivisionMeasures {
  parts: (PartMeasures & { uid: number; code: string; name: string })[]
  /** Largest share of the chosen weight in one part over the mean share, minus 1: 0 is even. */
  unevenness: number
  /** Of the inner borders, how much runs along roads, rivers, or where borders are today. */
  alongShare: number
  mostHouseholds: number
  meanWalkMinutes: number
  /** Households that would have another grid than today. */
  movedHouseholds: number
}
