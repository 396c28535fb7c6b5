import { useEffect } from 'react'
import { useGrids } from '../grids/store.ts'
import { usePreferences } from '../ui/preferences.ts'
import { useView } from '../view.ts'

/** One step back: the open card first, then one grid level up. */
export function stepBack(): void {
  const { chosen, focusId, choose, focus } = useView.getState()
  if (chosen) return choose(null)
  if (focusId === null) return
  const { grids } = useGrids.getState()
  const parent = grids.get(grids.get(focusId)?.parentId ?? 0)
  focus(parent && parent.level > 0 ? parent.id : null)
}

export function goHome(): void {
  const { focusId, focus, look, choose } = useView.getState()
  choose(null)
  const bounds = useGrids.getState().town?.bounds
  if (focusId === null && bounds) look({ to: 'bounds', bounds })
  else focus(null)
}

const writing = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  target.closest('input, textarea, select, [contenteditable], dialog[open]') !== null

/** The keyboard of the board; keys typed into a field belong to the field. */
export function useKeys(actions: { search: () => void; help: () => void }): void {
  const { search, help } = actions
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || writing(event.target)) return
      const { showLevel, toggle } = useView.getState()
      const { muted, setMuted } = usePreferences.getState()
      const keys: Record<string, () => void> = {
        '/': search,
        '?': help,
        Escape: stepBack,
        m: () => setMuted(!muted),
        h: () => toggle('heat'),
        '0': goHome,
        '1': () => showLevel(1),
        '2': () => showLevel(2),
        '3': () => showLevel(3),
      }
      const act = keys[event.key]
      if (!act) return
      event.preventDefault()
      act()
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [search, help])
}
