// The one place where colours are written: CSS variables, the map style and the deck.gl layers all read from here.

export type ThemeName = 'dark' | 'light'

export interface Tokens {
  ground: string
  panel: string
  /** The panel as it lies over the map: 92 % in the dark, opaque enough for daylight in the light. */
  panelOverMap: string
  raised: string
  line: string
  text1: string
  text2: string
  text3: string
  accent: string
  /** Text on a surface of accent colour. */
  onAccent: string
  /** A picture on a filled urgent pin. */
  onUrgent: string
  good: string
  attention: string
  urgent: string
  /** The map: land in three steps, water in two, roads by class. */
  land: string
  landBuilt: string
  landGreen: string
  water: string
  waterLine: string
  waterLabel: string
  building: string
  buildingLine: string
  roadMinor: string
  roadMiddle: string
  roadMajor: string
  boundary: string
  label: string
  labelHalo: string
  /** Around every moving thing, so that it stands off the ground it moves over. */
  halo: string
}

export const themes: Record<ThemeName, Tokens> = {
  dark: {
    ground: '#070B12',
    panel: '#0C121C',
    panelOverMap: 'rgb(12 18 28 / 92%)',
    raised: '#121A27',
    line: '#1E2A3B',
    text1: '#E8EEF6',
    text2: '#A9B6C8',
    text3: '#76869C',
    accent: '#4CC9F0',
    onAccent: '#04222C',
    onUrgent: '#FFFFFF',
    good: '#3DDC97',
    attention: '#FFC24B',
    urgent: '#FF5A5F',
    land: '#0B111A',
    landBuilt: '#101824',
    landGreen: '#0C1B1B',
    water: '#12304A',
    waterLine: '#1C4A6E',
    waterLabel: '#5C8DB8',
    building: '#16202E',
    buildingLine: '#1D2939',
    roadMinor: '#223042',
    roadMiddle: '#364A61',
    roadMajor: '#4E6785',
    boundary: '#33465E',
    label: '#76869C',
    labelHalo: '#0B111A',
    halo: '#05080D',
  },
  light: {
    ground: '#F3F5F8',
    panel: '#FFFFFF',
    panelOverMap: 'rgb(255 255 255 / 96%)',
    raised: '#FFFFFF',
    line: '#D9E0E8',
    text1: '#10202F',
    text2: '#44566A',
    text3: '#5C6C7E',
    accent: '#0A6F9E',
    onAccent: '#FFFFFF',
    onUrgent: '#FFFFFF',
    good: '#0F7A52',
    attention: '#945600',
    urgent: '#C9252D',
    land: '#EEF1F4',
    landBuilt: '#E8ECF0',
    landGreen: '#E3EDE4',
    water: '#CFE0EC',
    waterLine: '#B9D2E3',
    waterLabel: '#3F6F94',
    building: '#DDE3E9',
    buildingLine: '#CFD7DF',
    roadMinor: '#FFFFFF',
    roadMiddle: '#FFFFFF',
    roadMajor: '#FBF4E4',
    boundary: '#93A3B4',
    label: '#5C6C7E',
    labelHalo: '#F6F8FA',
    halo: '#FFFFFF',
  },
}

/** Okabe–Ito with a neutral in place of black: eight hues a colour-blind reader can tell apart. */
export const categorical = [
  '#56B4E9',
  '#E69F00',
  '#009E73',
  '#F0E442',
  '#CC79A7',
  '#D55E00',
  '#0072B2',
  '#9AA7B8',
] as const

/** Low to high. Magma without its black and its white end in the dark (over dark ground the white end turns to an olive grey), YlOrRd in the light. */
export const sequential: Record<ThemeName, readonly string[]> = {
  dark: ['#51127C', '#8C2981', '#C83E73', '#F1605D', '#FEA772'],
  light: ['#FFEDA0', '#FECC5C', '#FD8D3C', '#F03B20', '#BD0026'],
}

const kebab = (name: string) => name.replaceAll(/([A-Z]|\d)/g, (found) => `-${found.toLowerCase()}`)

/** Writes the theme onto the document as CSS variables (`--text-1`, `--panel-over-map`, …). */
export function applyTheme(name: ThemeName, root: HTMLElement): void {
  root.dataset.theme = name
  root.style.colorScheme = name
  for (const [token, value] of Object.entries(themes[name]))
    root.style.setProperty(`--${kebab(token)}`, value)
  categorical.forEach((value, i) => root.style.setProperty(`--hue-${i}`, value))
  sequential[name].forEach((value, i) => root.style.setProperty(`--step-${i}`, value))
}
