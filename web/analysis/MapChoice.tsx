import { measures } from '../../api/contract/measure-rules.ts'
import { useAnalysisText } from '../locales/analysis-text.ts'
import { usePreferences } from '../ui/preferences.ts'
import { useAnalysis } from './store.ts'
import { bandwidths, grounds, isWhere } from './view.ts'

const groups = [
  { id: 'counts', of: grounds.filter((one) => !isWhere(one)) },
  { id: 'patterns', of: ['hot', 'emerging', 'moran'] },
  { id: 'places', of: ['density', 'hexagon'] },
  { id: 'patrols', of: ['coverage', 'reach'] },
] as const

/** What colours the map. */
export function MapChoice() {
  const words = useAnalysisText().map
  const english = usePreferences(({ language }) => language === 'en')
  const { view, show } = useAnalysis()
  return (
    <span className="chart-aside map-choice">
      <select
        aria-label={words.shown}
        value={view.shown}
        onChange={(event) => show((one) => ({ ...one, shown: event.target.value }))}
        data-testid="map-shown"
      >
        {groups.map(({ id, of }) => (
          <optgroup key={id} label={words.groups[id]}>
            {of.map((one) => (
              <option key={one} value={one}>
                {words.grounds[one]}
              </option>
            ))}
          </optgroup>
        ))}
        <optgroup label={words.groups.measures}>
          {measures.map(({ id, name }) => (
            <option key={id} value={id}>
              {english ? name.en : name.zh}
            </option>
          ))}
        </optgroup>
      </select>
      {view.shown === 'density' ? (
        <select
          aria-label={words.bandwidth}
          value={view.bandwidth}
          onChange={(event) => {
            const bandwidth = bandwidths.find((one) => String(one) === event.target.value)
            if (bandwidth) show((one) => ({ ...one, bandwidth }))
          }}
          data-testid="map-bandwidth"
        >
          {bandwidths.map((one) => (
            <option key={one} value={one}>
              {words.bandwidthOf(one)}
            </option>
          ))}
        </select>
      ) : null}
    </span>
  )
}
