import { pictureOf } from './icons.ts'
import type { Light } from './light.ts'

/** The pin of the map as a mark in a line: picture of the class, ring of the clock. */
export function ClassMark({ className, light, label }: { className: string; light: Light; label: string }) {
  return (
    <svg className={`mark is-${light}`} viewBox="0 0 36 36" role="img" aria-label={label}>
      <title>{label}</title>
      <circle cx="18" cy="18" r="15.500" />
      <g transform="translate(7.500 7.500) scale(.875)">
        <path d={pictureOf(className)} fillRule="evenodd" />
      </g>
    </svg>
  )
}
