import { useEffect } from 'react'
import type { Me } from '../../api/contract/account.ts'
import { AnalysisHeader } from '../analysis/AnalysisHeader.tsx'
import { Loaded } from '../analysis/Loaded.tsx'
import { followAddress, useAnalysis } from '../analysis/store.ts'
import { useGrids } from '../grids/store.ts'
import { useAnalysisText } from '../locales/analysis-text.ts'
import { useText } from '../locales/text.ts'
import { Skeleton } from '../ui/controls.tsx'
import { tell } from '../ui/notices.ts'
import { useUnits } from '../units/store.ts'
import '../ui/desk.css'
import './manage.css'
import './analysis.css'

/** The week and the month: what is chosen on the map, in a chart or in the table is chosen everywhere. */
export function Analysis({ me }: { me: Me }) {
  const text = useText()
  const words = useAnalysisText()
  const town = useGrids((state) => state.town)
  useEffect(() => void (document.title = `${words.title} · ${text.name}`), [words, text])
  useEffect(() => {
    useGrids.getState().load().catch(tell)
    useUnits.getState().load().catch(tell)
    useAnalysis.getState().loadClasses().catch(tell)
    useAnalysis.getState().loadPosts().catch(tell)
    useAnalysis.getState().loadSchemes().catch(tell)
  }, [])
  const timeZone = town?.timeZone
  useEffect(() => {
    if (!timeZone) return
    useAnalysis.getState().begin(timeZone)
    return followAddress()
  }, [timeZone])
  return (
    <div className="manage analysis">
      <AnalysisHeader me={me} />
      <main id="analysis-content" className="manage-content analysis-content" tabIndex={-1}>
        {town ? <Loaded accountId={me.accountId} /> : <Skeleton label={words.loading} lines={8} />}
      </main>
    </div>
  )
}
