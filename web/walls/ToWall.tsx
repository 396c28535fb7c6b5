import { lazy, Suspense, useState } from 'react'
import type { Incident } from '../../api/contract/incident.ts'
import { useText } from '../locales/text.ts'
import { Icon } from '../ui/Icon.tsx'
import './to-wall.css'

const ToWallDialog = lazy(() => import('./ToWallDialog.tsx').then((made) => ({ default: made.ToWallDialog })))

/** A case sent to the hall's walls from where it is dealt with; what asks which walls is loaded when it is first pressed. */
export function ToWall({ incident }: { incident: Incident }) {
  const words = useText().walls
  const [open, setOpen] = useState(false)
  return (
    <>
      <button
        type="button"
        className="button is-small to-wall"
        onClick={() => setOpen(true)}
        data-testid="to-wall"
      >
        <Icon name="large" />
        {words.toWall}
      </button>
      {open ? (
        <Suspense fallback={null}>
          <ToWallDialog incident={incident} onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  )
}
