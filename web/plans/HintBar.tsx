import { usePlansText } from '../locales/plans-text.ts'
import type { PlansDictionary } from '../locales/plans-zh.ts'
import { canSplit } from './acts.ts'
import { useBench } from './bench.ts'
import type { Features } from './feature.ts'
import { levels } from './layer.ts'
import { sharing } from './reshape.ts'
import { codesInWords } from './speak.ts'
import { usePlans } from './store.ts'

/** What can be done now, in a sentence; while a vertex is held, whom it touches. */
export function HintBar() {
  const words = usePlansText()
  // Every store that a hint speaks of: it is asked again when one of them changes.
  const bench = useBench()
  const open = usePlans((state) => state.open)
  return (
    <p className="hint-bar" role="status" data-testid="hint">
      {hintFor(bench, words, open?.features ?? new Map())}
    </p>
  )
}

function hintFor(
  { tool, chosen, sketch, reshaping, vertex, alongWay }: ReturnType<typeof useBench.getState>,
  words: PlansDictionary,
  features: Features,
): string {
  const { hints } = words
  if (tool === 'reshape') {
    if (!reshaping) return hints.reshapeChoose
    if (!vertex) return hints.reshape
    const others = sharing(reshaping, vertex).filter((uid) => uid !== chosen[0])
    if (others.length === 0) return hints.reshapeOwn
    const byLevel = levels.toReversed().flatMap((level) => {
      const codes = others.flatMap((uid) => {
        const one = features.get(uid)?.properties
        return one?.level === level ? [one.code] : []
      })
      return codes.length > 0 ? [hints.several(words.level[level] ?? '', codesInWords(codes, words))] : []
    })
    return hints.reshapeTouches(byLevel.join(words.separator))
  }
  if (tool === 'split') {
    if (chosen.length !== 1) return hints.splitChoose
    if (!sketch) return alongWay ? hints.splitWay : hints.splitDraw
    if (sketch.drawing) return hints.splitDraw
    return canSplit() ? hints.splitReady : hints.splitNot
  }
  if (tool === 'move') return chosen.length === 0 ? hints.moveChoose : hints.move
  if (tool === 'draw') return sketch && !sketch.drawing ? hints.drawReady : hints.draw
  if (chosen.length === 1) return hints.selectedOne
  return chosen.length > 1 ? hints.selectedMany(chosen.length) : hints.select
}
