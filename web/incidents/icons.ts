import { type Atlas, type AtlasIcon, makeAtlas } from '../map/atlas.ts'
import { lightColor } from '../map/palette.ts'
import { type ThemeName, themes } from '../ui/tokens.ts'
import type { Light } from './light.ts'

// Pictures for classes in a 24 × 24 box, found by the words cities use for them. Classes are configuration, so one
// that nobody foresaw takes the last picture.

const pictures: readonly [RegExp, string][] = [
  [
    /河|水务|污水|排水/,
    'M3 8.500c2-2 4-2 6 0s4 2 6 0 4-2 6 0v2.700c-2-2-4-2-6 0s-4 2-6 0-4-2-6 0ZM3 14c2-2 4-2 6 0s4 2 6 0 4-2 6 0v2.700c-2-2-4-2-6 0s-4 2-6 0-4-2-6 0Z',
  ],
  [
    /消防|火/,
    'M12 3c1 4 5 5.5 5 10.500a5 5 0 0 1-10 0c0-2 1-3.500 2-4.500 0 1.500.8 2.500 1.800 2.800C10.500 9 10.500 6 12 3Z',
  ],
  [/环保|环境保护|污染|生态/, 'M12 3c3.500 4.500 6 7.500 6 11a6 6 0 0 1-12 0c0-3.500 2.500-6.500 6-11Z'],
  [
    /食品|药|餐饮/,
    'M3 11h18c0 4.500-2.500 7.500-6 8.500v1.500H9v-1.500c-3.500-1-6-4-6-8.500ZM8 3.500h1.800V9H8ZM12 3.500h1.800V9H12Z',
  ],
  [/安监|安全|生产|应急|突发/, 'M12 3 21 19.500H3ZM11 9v5h2V9ZM11 15.500v2h2v-2Z'],
  [/治安|综治|平安|警|维稳/, 'M12 3l7.500 2.500v5.500c0 5-3 8-7.500 10-4.500-2-7.500-5-7.500-10V5.500Z'],
  [/交通|停车|车/, 'M10.500 3h3l5 15H21v2.500H3V18h2.500ZM9.300 11l-.8 2.500h7L14.700 11Z'],
  [/国土|违建|规划|建设|施工|工地|城建|住建/, 'M4 20.500V10l8-6.500 8 6.500v10.500h-5.500V14h-5v6.500Z'],
  [
    /市容|环卫|卫生|垃圾|城管|城市管理|宣传|广告/,
    'M5 6h4V3.500h6V6h4v2.300H5ZM6.300 9.500h11.400l-1 11H7.300Z',
  ],
  [
    /社|民生|服务|矛盾|纠纷|信访|党|诉求|人口/,
    'M8.500 4a3.200 3.200 0 1 0 .01 0ZM16 6.500a2.600 2.600 0 1 0 .01 0ZM2.500 19c0-4 2.500-6.500 6-6.500s6 2.500 6 6.500ZM16 13c3 0 5.500 2 5.500 6h-5c0-2.500-.6-4.300-1.700-5.700Z',
  ],
  [/占道|经营|市场|商/, 'M4 4h16l1.500 6H2.500ZM4 11.500h16v9H4ZM8 14v4h4v-4Z'],
  [/公用|设施|部件|园林|绿化|道路|市政/, 'M10.500 3h3v6h5l-1.500 2.500h-3.500v9h-3v-9H7L5.500 9h5Z'],
]
const other = 'M12 5a7 7 0 1 0 .01 0ZM12 9.500a2.500 2.500 0 1 1-.01 0Z'

/** The picture for a class, by its Chinese name. */
export const pictureOf = (className: string): string =>
  pictures.find(([words]) => words.test(className))?.[1] ?? other

const lights: readonly Light[] = ['green', 'yellow', 'red', 'none']
export const pinName = (className: string, light: Light): string => `${className}|${light}`
/** Seen from afar a case is a dot of its light: pins side by side would hide the town. */
export const dotName = (light: Light): string => `|${light}`

/** Where the tip of a pin is, from the top of its cell. */
const tip = 0.94

function drawPin(className: string, light: Light, theme: ThemeName): AtlasIcon['draw'] {
  const { panel, text1, halo, onUrgent } = themes[theme]
  const ring = lightColor(light, theme)
  return (context) => {
    const body = new Path2D('M48 90 L34 68 A34 34 0 1 1 62 68 Z')
    context.lineJoin = 'round'
    context.lineWidth = 12
    context.strokeStyle = halo
    context.stroke(body)
    context.fillStyle = ring
    context.fill(body)
    context.beginPath()
    context.arc(48, 38, 25, 0, 2 * Math.PI)
    context.fillStyle = light === 'red' ? ring : panel
    context.fill()
    context.translate(48 - 20, 38 - 20)
    context.scale(40 / 24, 40 / 24)
    context.fillStyle = light === 'red' ? onUrgent : text1
    context.fill(new Path2D(pictureOf(className)), 'evenodd')
  }
}

function drawDot(light: Light, theme: ThemeName): AtlasIcon['draw'] {
  const { panel, halo } = themes[theme]
  return (context) => {
    context.beginPath()
    context.arc(48, 48, light === 'red' ? 36 : 29, 0, 2 * Math.PI)
    context.lineWidth = 14
    context.strokeStyle = halo
    context.stroke()
    context.fillStyle = light === 'red' ? lightColor(light, theme) : panel
    context.fill()
    context.lineWidth = 11
    context.strokeStyle = lightColor(light, theme)
    context.stroke()
  }
}

/** Pins for these classes by name, and the dots. */
export function pinAtlas(classNames: readonly string[], theme: ThemeName): Atlas {
  const pins = [...classNames, '?'].flatMap((name) =>
    lights.map((light) => ({ name: pinName(name, light), draw: drawPin(name, light, theme), anchorY: tip })),
  )
  return makeAtlas([
    ...pins,
    ...lights.map((light) => ({ name: dotName(light), draw: drawDot(light, theme) })),
  ])
}
