import { useEffect, useMemo } from 'react'
import type { GridShapes } from '../grids/store.ts'
import { useAnalysisText } from '../locales/analysis-text.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { usePreferences } from '../ui/preferences.ts'
import { countedAt, useAnalysis } from './store.ts'
import type { Choosable } from './view.ts'
import { densityPicture, hexagonPicture } from './where-fields.ts'
import { emergingPicture, hotPicture, moranPicture } from './where-grids.ts'
import { coveragePicture, reachPicture } from './where-patrols.ts'
import { noPicture, type Pen, type WherePicture } from './where-picture.ts'
import { isShort, leastWeeks, useWhere, type WhereAnswer, whereQuestion } from './where-store.ts'

/** A brush that is drawn is waited for. */
const restMs = 350

export interface WhereTold {
  picture: WherePicture
  state: 'loading' | 'failed' | 'ready'
  /** Why it failed, in a sentence. */
  said: string | null
  /** What is chosen and left out of account. */
  left: readonly Choosable[]
}

function pictureOf(answer: WhereAnswer, shown: string, pen: Pen): WherePicture {
  if (answer.kind === 'hot') return hotPicture(answer.map, pen)
  if (answer.kind === 'emerging') return emergingPicture(answer.map, answer.step, pen)
  if (answer.kind === 'moran') return moranPicture(answer.map, pen)
  if (answer.kind === 'density') return densityPicture(answer.map, pen)
  if (answer.kind === 'hexagon') return hexagonPicture(answer.map, pen)
  return shown === 'reach' ? reachPicture(answer.map, pen) : coveragePicture(answer.map, pen)
}

/** What the server's map of the view looks like; null where the view shows what is counted here. */
export function useWherePicture(shapes: GridShapes | undefined): WhereTold | null {
  const words = useAnalysisText().map
  const text = useText()
  const theme = usePreferences((state) => state.theme)
  const view = useAnalysis((state) => state.view)
  const at = useAnalysis(countedAt)
  const { answer, problem, asked, load } = useWhere()
  const question = useMemo(() => whereQuestion(view), [view])
  const short = question !== null && isShort(question)
  useEffect(() => {
    if (!question || short || at === 0) return
    const timer = setTimeout(() => void load(question, at), asked === '' ? 0 : restMs)
    return () => clearTimeout(timer)
  }, [question, short, at, asked, load])
  const kind = question?.kind === 'reach' ? 'coverage' : question?.kind
  const picture = useMemo(
    () =>
      answer && answer.kind === kind
        ? pictureOf(answer, view.shown, { words, units: text.units, theme, shapes })
        : null,
    [answer, kind, view.shown, words, text.units, theme, shapes],
  )
  if (!question) return null
  const { left } = question
  if (short)
    return {
      picture: { ...noPicture, warning: words.emergingShort(leastWeeks) },
      state: 'ready',
      said: null,
      left,
    }
  if (problem) return { picture: noPicture, state: 'failed', said: sentenceOf(text, problem), left }
  return { picture: picture ?? noPicture, state: picture ? 'ready' : 'loading', said: null, left }
}
