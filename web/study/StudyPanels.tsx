import { useMemo } from 'react'
import type { Town } from '../../api/contract/town.ts'
import { useNames } from '../analysis/names.ts'
import { useStudyText } from '../locales/study-text.ts'
import { usePreferences } from '../ui/preferences.ts'
import { ForecastPanel } from './ForecastPanel.tsx'
import { HandOffPanel } from './HandOffPanel.tsx'
import { NearPanel } from './NearPanel.tsx'
import { ReturnsPanel } from './ReturnsPanel.tsx'
import { TrendPanel } from './TrendPanel.tsx'
import './forecast.css'
import './study.css'
import './tables.css'

interface StudyPanelsProps {
  town: Town
  span: { from: string; to: string }
  gridId: number | null
  classCode: string | null
  /** Whose grids the forecast is told by. */
  level: 1 | 2 | 3
}

/** When and why: what the server works out of a period, a grid and a class. */
export function StudyPanels({ town, span: { from, to }, gridId, classCode, level }: StudyPanelsProps) {
  const words = useStudyText()
  const names = useNames()
  const english = usePreferences(({ language }) => language === 'en')
  const where = useMemo(
    () => ({ ...(gridId === null ? {} : { gridId }), ...(classCode === null ? {} : { classCode }) }),
    [gridId, classCode],
  )
  const query = useMemo(() => ({ from, to, ...where }), [from, to, where])
  const caption = [
    english ? town.nameEn : town.name,
    `${from} – ${to}`,
    ...(gridId === null ? [] : [names('grid1', String(gridId))]),
    ...(classCode === null ? [] : [names('class', classCode)]),
    'Xiake 霞客',
  ].join(' · ')
  return (
    <div className="study" data-testid="study-panels">
      <section aria-labelledby="study-when">
        <h2 id="study-when">
          {words.when} <small className="hint">{words.scope}</small>
        </h2>
        <div className="study-when">
          <TrendPanel query={query} caption={caption} />
          <ForecastPanel query={where} level={level} />
        </div>
      </section>
      <section aria-labelledby="study-why">
        <h2 id="study-why">{words.why}</h2>
        <div className="study-why">
          <ReturnsPanel query={query} timeZone={town.timeZone} />
          <HandOffPanel query={query} />
          <NearPanel query={query} />
        </div>
      </section>
    </div>
  )
}
