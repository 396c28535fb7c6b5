import { glyphHue, glyphShape } from './glyphs.ts'

/** The same glyph as on the map. */
export function Glyph({ index, alarm = false }: { index: number; alarm?: boolean }) {
  return (
    <svg className="glyph" viewBox="-4 -4 32 32" aria-hidden="true">
      {alarm ? <circle cx="12" cy="12" r="14" className="glyph-ring" /> : null}
      <path d={glyphShape(index)} fill={glyphHue(index)} />
    </svg>
  )
}
