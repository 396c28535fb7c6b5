/** Draws the map as it is now, so many times as fine as on the screen. */
export type TakeMap = (scale: number) => Promise<HTMLCanvasElement>

let take: TakeMap | null = null
/** From the map, which alone can draw itself; null when it is gone. */
export function offerMap(offered: TakeMap | null): void {
  take = offered
}
export const offeredMap = (): TakeMap | null => take
