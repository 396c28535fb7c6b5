import type { CSSProperties, ReactNode, Ref } from 'react'
import { measuresOf, type Placement, type WallProfile } from '../../api/contract/wall-rules.ts'
import type { Layout } from './arrange.ts'

/** Where a panel stands on the drawing, whatever its size. */
export function styleOf({ x, y, w, h }: Placement, profile: WallProfile): CSSProperties {
  const { cellsX, cellsY } = measuresOf(profile)
  return {
    left: `${(100 * x) / cellsX}%`,
    top: `${(100 * y) / cellsY}%`,
    width: `${(100 * w) / cellsX}%`,
    height: `${(100 * h) / cellsY}%`,
  }
}

interface GlassProps {
  profile: WallProfile
  className?: string
  children: ReactNode
  frame?: Ref<HTMLDivElement>
}

/** A wall to scale, with the seams between its panels of glass. */
export function Glass({ profile, className = '', children, frame }: GlassProps) {
  const { width, height, cellsX, cellsY } = measuresOf(profile)
  const style = {
    aspectRatio: `${width} / ${height}`,
    '--cells-x': cellsX,
    '--cells-y': cellsY,
  } as CSSProperties
  const seams = (count: number, upright: boolean) =>
    Array.from({ length: count - 1 }, (_, i) => (
      <i
        key={`${upright} ${i}`}
        className={upright ? 'glass-seam is-upright' : 'glass-seam'}
        style={{ [upright ? 'left' : 'top']: `${(100 * (i + 1)) / count}%` }}
      />
    ))
  return (
    <div ref={frame} className={`glass ${className}`} style={style}>
      {children}
      {seams(profile.columns, true)}
      {seams(profile.rows, false)}
    </div>
  )
}

/** The same with its panels as plain boxes: what a wall looks like from afar. */
export function GlassPicture({
  profile,
  layout,
  label,
}: {
  profile: WallProfile
  layout: Layout
  label: string
}) {
  return (
    <div role="img" aria-label={label}>
      <Glass profile={profile} className="is-picture">
        {layout.map((place, i) => (
          <span key={i} className={`glass-box is-${place.panel}`} style={styleOf(place, profile)} />
        ))}
      </Glass>
    </div>
  )
}
