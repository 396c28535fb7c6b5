import { useEffect, useRef, useState } from 'react'
import { useText } from '../locales/text.ts'
import { Icon } from '../ui/Icon.tsx'
import { tell } from '../ui/notices.ts'
import './picture.css'

// What takes pictures is loaded when the first one is taken.
const save = async (panel: HTMLElement | null) => (await import('./taking.ts')).savePicture(panel)

/** Shown when a hand or the keyboard is at a panel: saves it, or the whole wall, as a picture. */
export function PictureButton({ whole }: { whole: boolean }) {
  const words = useText().wall.picture
  const button = useRef<HTMLButtonElement>(null)
  const [busy, setBusy] = useState(false)
  const label = whole ? words.wall : words.panel
  return (
    <button
      ref={button}
      type="button"
      className="panel-picture"
      aria-label={label}
      title={`${label} (${whole ? 'Shift+P' : 'P'})`}
      disabled={busy}
      data-testid="wall-picture"
      onClick={() => {
        setBusy(true)
        void save(whole ? null : (button.current?.closest<HTMLElement>('.wall-place') ?? null))
          .catch(tell)
          .finally(() => setBusy(false))
      }}
    >
      <Icon name="frame" />
    </button>
  )
}

/** P saves the panel that has the focus, Shift+P the whole wall. */
export function usePictureKeys(): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const target = event.target instanceof HTMLElement ? event.target : null
      const writing = target?.closest('input:not([type=range]), textarea, select, dialog[open]')
      if (
        event.repeat ||
        event.ctrlKey ||
        event.metaKey ||
        event.altKey ||
        writing ||
        event.key.toLowerCase() !== 'p'
      )
        return
      const panel = target?.closest<HTMLElement>('.wall-place') ?? null
      if (!event.shiftKey && !panel) return
      event.preventDefault()
      save(event.shiftKey ? null : panel).catch(tell)
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [])
}
