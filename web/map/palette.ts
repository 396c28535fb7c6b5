import type { Light } from '../incidents/light.ts'
import type { ThemeName } from '../ui/tokens.ts'
import { categorical, sequential, themes } from '../ui/tokens.ts'

export type Rgba = [number, number, number, number]

/** `#RRGGBB` as deck.gl wants it; opacity from 0 to 1. */
export function rgba(hex: string, opacity = 1): Rgba {
  const value = Number.parseInt(hex.slice(1), 16)
  return [value >> 16, (value >> 8) & 255, value & 255, Math.round(opacity * 255)]
}

/** The same as a CSS and map-style colour. */
export function css(hex: string, opacity: number): string {
  const [r, g, b] = rgba(hex)
  return `rgba(${r},${g},${b},${opacity})`
}

export const hueOf = (index: number): string => categorical[index % categorical.length] ?? categorical[7]

export function lightColor(light: Light, theme: ThemeName): string {
  const { good, attention, urgent, text3 } = themes[theme]
  return { green: good, yellow: attention, red: urgent, none: text3 }[light]
}

/** Stops of the heat layer's density: clear at the low end, so that the base map stays readable. */
export function heatStops(theme: ThemeName): [number, string][] {
  const steps = sequential[theme]
  return [
    [0, css(steps[0] ?? '#000000', 0)],
    [0.12, css(steps[0] ?? '#000000', 0.25)],
    [0.3, css(steps[1] ?? '#000000', 0.55)],
    [0.5, css(steps[2] ?? '#000000', 0.65)],
    [0.75, css(steps[3] ?? '#000000', 0.7)],
    [1, css(steps[4] ?? '#000000', 0.72)],
  ]
}
