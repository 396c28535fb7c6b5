import { command } from '../../api/contract/roles.ts'
import { useText } from '../locales/text.ts'
import { useSession } from '../people/store.ts'
import { Icon } from '../ui/Icon.tsx'
import { useCalls } from './store.ts'
import './calls.css'

/** Calls an officer, for those at the desk; `incidentId`: what it is about, and whose timeline tells of it. */
export function CallButton({ officerId, incidentId }: { officerId: number; incidentId?: number }) {
  const words = useText().calls
  const role = useSession((state) => state.me?.role)
  const { call, busy, ring } = useCalls()
  if (!role || !command.includes(role)) return null
  return (
    <>
      {(['voice', 'video'] as const).map((kind) => (
        <button
          key={kind}
          type="button"
          className="button"
          disabled={busy || call !== null}
          onClick={() => void ring(kind, { officerId, ...(incidentId === undefined ? {} : { incidentId }) })}
          data-testid={`call-${kind}`}
        >
          <Icon name={kind === 'voice' ? 'phone' : 'video'} /> {words[kind]}
        </button>
      ))}
    </>
  )
}

/** From the street: calls the command centre. */
export function DeskCall() {
  const words = useText().calls
  const { call, busy, ring } = useCalls()
  return (
    <section className="field-sheet desk-call" aria-label={words.callDesk}>
      <h2>{words.callDesk}</h2>
      <p className="hint">{words.deskHint}</p>
      <div className="desk-call-buttons">
        {(['voice', 'video'] as const).map((kind) => (
          <button
            key={kind}
            type="button"
            className="button is-large"
            disabled={busy || call !== null}
            onClick={() => void ring(kind, {})}
            data-testid={`desk-${kind}`}
          >
            <Icon name={kind === 'voice' ? 'phone' : 'video'} /> {words[kind]}
          </button>
        ))}
      </div>
    </section>
  )
}
