import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { inflateSync } from 'node:zlib'

// A WOFF is unpacked once: the library behind pdfmake would inflate the whole table again for every glyph (16 s a page against 0.05).

const folder = dirname(
  createRequire(import.meta.url).resolve('@fontsource/noto-sans-sc/files/noto-sans-sc-latin-400-normal.woff'),
)
const read = (part: string, weight: number) =>
  unpackWoff(readFileSync(join(folder, `noto-sans-sc-${part}-${weight}-normal.woff`)))

/** A WOFF 1.0 file as the OpenType font it holds. */
export function unpackWoff(woff: Buffer): Buffer {
  const count = woff.readUInt16BE(12)
  const head = Buffer.alloc(12 + 16 * count)
  woff.copy(head, 0, 4, 8)
  head.writeUInt16BE(count, 4)
  const parts: Buffer[] = [head]
  let offset = head.length
  for (let i = 0; i < count; i++) {
    const [from, to] = [44 + 20 * i, 12 + 16 * i]
    const [start, packed, length] = [4, 8, 12].map((at) => woff.readUInt32BE(from + at)) as [
      number,
      number,
      number,
    ]
    const raw = woff.subarray(start, start + packed)
    const table = packed < length ? inflateSync(raw) : raw
    woff.copy(head, to, from, from + 4)
    woff.copy(head, to + 4, from + 16, from + 20)
    head.writeUInt32BE(offset, to + 8)
    head.writeUInt32BE(table.length, to + 12)
    const padding = Buffer.alloc((4 - (table.length % 4)) % 4)
    parts.push(table, padding)
    offset += table.length + padding.length
  }
  return Buffer.concat(parts)
}

/** The characters of the basic plane that a font has, by its `cmap` of format 4. */
export function charactersOf(font: Buffer): Set<number> {
  const tables = Array.from({ length: font.readUInt16BE(4) }, (_, i) => 12 + 16 * i)
  const entry = tables.find((at) => font.toString('latin1', at, at + 4) === 'cmap')
  if (entry === undefined) throw new Error('the font has no cmap')
  const cmap = font.readUInt32BE(entry + 8)
  const found = new Set<number>()
  for (let i = 0; i < font.readUInt16BE(cmap + 2); i++) {
    const at = cmap + font.readUInt32BE(cmap + 4 + 8 * i + 4)
    if (font.readUInt16BE(at) !== 4) continue
    const size = font.readUInt16BE(at + 6)
    for (let segment = 0; segment < size; segment += 2) {
      const end = font.readUInt16BE(at + 14 + segment)
      const start = font.readUInt16BE(at + 16 + size + segment)
      for (let code = start; code <= end && code < 0xffff; code++) found.add(code)
    }
  }
  return found
}

/** A stretch of text and the font that has it. */
export interface Run {
  text: string
  font?: string
}
export interface Fonts {
  /** By name: the font's bytes, regular and bold. */
  files: Map<string, { normal: Buffer; bold: Buffer }>
  /** Splits a text by the fonts that have its characters; a rare one's font is read when it is first wanted. */
  runsOf(text: string): Run[]
}

/** The main font (7,947 characters) and, for rarer ones, the parts of the whole that the web is served in. */
export function openFonts(): Fonts {
  const normal = read('chinese-simplified', 400)
  const files = new Map([['noto', { normal, bold: read('chinese-simplified', 700) }]])
  const usual = charactersOf(normal)
  const ranges = JSON.parse(readFileSync(join(dirname(folder), 'unicode.json'), 'utf8')) as Record<
    string,
    string
  >
  const parts = Object.entries(ranges).flatMap(([key, list]) =>
    [...list.matchAll(/U\+([0-9a-f]+)(?:-([0-9a-f]+))?/gi)].map(([, from = '', to]) => ({
      part: key.replaceAll(/[[\]]/g, ''),
      from: Number.parseInt(from, 16),
      to: Number.parseInt(to ?? from, 16),
    })),
  )
  function fontOf(code: number): string | undefined {
    if (code === 10 || usual.has(code)) return undefined
    const part = parts.find(({ from, to }) => code >= from && code <= to)?.part
    if (part && !files.has(part)) {
      const bytes = read(part, 400)
      files.set(part, { normal: bytes, bold: bytes })
    }
    return part
  }
  return {
    files,
    runsOf(text) {
      const runs: Run[] = []
      // What has no shape of its own must not become an empty box.
      for (const sign of text.replaceAll(/[^\P{C}\n]|[\u{FE00}-\u{FE0F}]/gu, '')) {
        const font = fontOf(sign.codePointAt(0) ?? 32)
        const last = runs.at(-1)
        if (last && last.font === font) last.text += sign
        else runs.push(font ? { text: sign, font } : { text: sign })
      }
      return runs
    },
  }
}
