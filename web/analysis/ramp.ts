const parts = (color: string) => [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16))

/** The colour (red, green, blue) that lies so far along some colours (#rrggbb): 0 the first, 1 the last. */
export function colorAt(colors: readonly string[], share: number): [number, number, number] {
  const place = Math.max(0, Math.min(1, share)) * (colors.length - 1)
  const below = Math.min(colors.length - 2, Math.floor(place))
  const [low, high] = [parts(colors[below] ?? '#000000'), parts(colors[below + 1] ?? '#000000')]
  const mixed = low.map((one, i) => Math.round(one + ((high[i] ?? one) - one) * (place - below)))
  return [mixed[0] ?? 0, mixed[1] ?? 0, mixed[2] ?? 0]
}
export const cssAt = (colors: readonly string[], share: number): string =>
  `rgb(${colorAt(colors, share).join(' ')})`
