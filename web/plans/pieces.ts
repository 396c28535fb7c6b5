import { figure } from '../format.ts'
import { plansTextNow } from '../locales/plans-text.ts'

/** Hues of the pieces of a split, far apart from each other and from the grid's own colour. */
export const pieceHues = [1, 2, 4, 5, 6, 0, 3, 7] as const

/** What is written into a piece: its share, and the households that would go with it. */
export function pieceWords(share: number, households: number): { name: string; more: string } {
  const percent = `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`
  return { name: percent, more: plansTextNow().split.households(figure(Math.round(households * share))) }
}
