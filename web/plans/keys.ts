import { useEffect } from 'react'
import { applyInHand, dropVertex, stepOut, undo } from './acts.ts'
import { type Tool, useBench } from './bench.ts'
import type { Level } from './feature.ts'
import { stepProblem } from './pointer.ts'
import { usePlans } from './store.ts'

const writing = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  target.closest('input, textarea, select, [contenteditable], dialog[open]') !== null
/** A focused button is pressed by Enter itself. */
const pressing = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.closest('button, a, summary') !== null

interface Asking {
  editing: boolean
  onMerge: () => void
  onRemove: () => void
  onHelp: () => void
}

const tools: Record<string, Tool> = { v: 'select', e: 'reshape', s: 'split', p: 'move', n: 'draw' }

/** The keyboard of the workshop; keys typed into a field belong to the field. */
export function useWorkshopKeys({ editing, onMerge, onRemove, onHelp }: Asking): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (writing(event.target) || event.altKey) return
      const act = actFor(event)
      if (!act) return
      event.preventDefault()
      act()
    }
    const actFor = (event: KeyboardEvent): (() => void) | undefined => {
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
      const bench = useBench.getState()
      if (event.ctrlKey || event.metaKey) {
        if (!editing || (key !== 'z' && key !== 'y')) return undefined
        const redo = key === 'y' || event.shiftKey
        return redo ? () => void usePlans.getState().step('redo') : undo
      }
      if (key === 'Escape') return stepOut
      if (key === '?') return onHelp
      if (key === '1' || key === '2' || key === '3') return () => bench.showLevel(Number(key) as Level)
      if (key === 'j' || key === 'k') return () => stepProblem(key === 'j' ? 1 : -1)
      if (!editing) return undefined
      const tool = tools[key]
      if (tool) return () => bench.use(tool)
      if (key === 'm') return onMerge
      if (key === 'Enter') return pressing(event.target) ? undefined : applyInHand
      if (key !== 'Delete' && key !== 'Backspace') return undefined
      return bench.reshaping ? dropVertex : onRemove
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [editing, onMerge, onRemove, onHelp])
}
