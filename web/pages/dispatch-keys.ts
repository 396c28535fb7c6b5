import { useEffect } from 'react'
import type { Action } from '../../api/contract/lifecycle.ts'
import { useRoads } from '../dispatch/closures.ts'
import { useWay } from '../dispatch/store.ts'
import { actionKeys } from '../incidents/IncidentActions.tsx'
import { useQueue, type Wish } from '../incidents/queue-store.ts'

const actionOfKey = new Map(Object.entries(actionKeys).map(([action, key]) => [key, action as Action]))
const wishOfKey = (key: string): Wish['action'] | undefined =>
  key === 'g' ? 'grant' : key === 'r' ? 'refuse' : actionOfKey.get(key)

const writing = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  target.closest('input:not([type=checkbox]), textarea, select, [contenteditable], dialog[open]') !== null

interface DispatchKeys {
  search: () => void
  help: () => void
  report: () => void
  storm: () => void
  back: () => void
}

/** While a line is drawn these keys are the pen's. */
function keyOfPen(key: string): (() => void) | undefined {
  const { sketch } = useWay.getState()
  if (!sketch) return undefined
  const { end, back, cancel } = useRoads.getState()
  if (sketch.done) return key === 'Escape' ? cancel : undefined
  return { Enter: end, Backspace: back, Escape: cancel }[key]
}

/** The keyboard of the console; keys typed into a field belong to the field, Esc leaves it. */
export function useDispatchKeys({ search, help, report, storm, back }: DispatchKeys): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return
      if (writing(event.target)) {
        if (event.key === 'Escape' && event.target instanceof HTMLElement && !event.target.closest('dialog'))
          event.target.blur()
        return
      }
      const pen = keyOfPen(event.key)
      if (pen) {
        event.preventDefault()
        return pen()
      }
      const { tool, take } = useRoads.getState()
      const { move, open, cursor, opened, select, wishFor, selected } = useQueue.getState()
      const page = Math.max(1, Math.floor(innerHeight / 60))
      const step: Record<string, number> = {
        j: 1,
        J: 1,
        ArrowDown: 1,
        k: -1,
        K: -1,
        ArrowUp: -1,
        PageDown: page,
        PageUp: -page,
        Home: Number.NEGATIVE_INFINITY,
        End: Number.POSITIVE_INFINITY,
      }
      const by = step[event.key]
      const wish = wishOfKey(event.key)
      // With several selected the bar below them acts, not the one under the cursor.
      const wishes = wish !== undefined && selected.size < 2
      const target = event.target instanceof HTMLElement ? event.target : null
      // Enter on a button or a link presses it; on a line of the queue it opens the line under the cursor.
      const pressing =
        event.key === 'Enter' && target?.closest('button, a, summary') && !target.closest('.queue-scroll')
      if (by !== undefined) move(by, event.shiftKey)
      else if (pressing) return
      else if (event.key === 'Enter' && cursor !== null) open(cursor)
      else if (event.key === 'x' && cursor !== null) select(cursor, 'toggle')
      else if (event.key === 'X' && cursor !== null) select(cursor, 'range')
      else if (event.key === '/') search()
      else if (event.key === '?') help()
      else if (event.key === 'n') report()
      else if (event.key === 's' || event.key === 'S') storm()
      else if (event.key === 'b') take(tool === 'closures' ? 'none' : 'closures')
      else if (event.key === 't') take(tool === 'areas' ? 'none' : 'areas')
      else if (event.key === 'Escape' && tool !== 'none') take('none')
      else if (event.key === 'Escape') back()
      else if (wishes) {
        const id = opened ?? cursor
        if (id === null) return
        if (opened === null) open(id)
        wishFor({ action: wish })
      } else return
      event.preventDefault()
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [search, help, report, storm, back])
}
