import type { ReactNode } from 'react'
import { useAnalysisText } from '../locales/analysis-text.ts'
import { tell } from '../ui/notices.ts'
import { type Drawing, savePicture } from './pictures.ts'

interface ChartFrameProps {
  title: string
  testId: string
  aside?: ReactNode
  /** What stands under a saved picture. */
  caption: string
  /** The chart as it stands there; null where there is nothing to save. */
  drawing: () => Drawing | null
  children: ReactNode
}

/** A chart with its title, which can be saved as a picture. */
export function ChartFrame({ title, testId, aside, caption, drawing, children }: ChartFrameProps) {
  const words = useAnalysisText().charts
  const save = (kind: 'svg' | 'png') => {
    const drawn = drawing()
    if (drawn) savePicture(drawn, { title, caption, kind }).catch(tell)
  }
  return (
    <figure className={`chart is-${testId}`} data-testid={`chart-${testId}`}>
      <figcaption>
        <h3>{title}</h3>
        <span className="chart-aside">{aside}</span>
        <span className="chart-save">
          {(['svg', 'png'] as const).map((kind) => (
            <button
              key={kind}
              type="button"
              className="text-button"
              aria-label={`${words.save(title)} (${words[kind]})`}
              onClick={() => save(kind)}
              data-testid={`save-${testId}-${kind}`}
            >
              {words[kind]}
            </button>
          ))}
        </span>
      </figcaption>
      {children}
    </figure>
  )
}
