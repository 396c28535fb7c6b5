import { useState } from 'react'
import type { IncidentClass } from '../../api/contract/incident.ts'
import type { Town } from '../../api/contract/town.ts'
import { dayDate } from '../format.ts'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { CopyButton } from '../ui/CopyButton.tsx'
import { Empty } from '../ui/controls.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { TextField } from '../ui/fields.tsx'
import { DraftDialog } from './DraftDialog.tsx'
import { KeyExamples } from './KeyExamples.tsx'
import { type ApiKey, useLoop } from './store.ts'
import { useLoopText } from './words.ts'

interface KeysPanelProps {
  keys: readonly ApiKey[]
  classes: readonly IncidentClass[]
  town: Town
}

/** The keys of other systems: who has one, and how it is used. */
export function KeysPanel({ keys, classes, town }: KeysPanelProps) {
  const words = useLoopText()
  const own = words.keys
  const [making, setMaking] = useState(false)
  const [made, setMade] = useState<{ name: string; key: string } | null>(null)
  const [revoking, setRevoking] = useState<ApiKey | null>(null)
  const revoke = useLoop((state) => state.revokeKey)
  const day = (at: string) => dayDate(Date.parse(at), town.timeZone)
  const sorted = keys.toSorted(
    (a, b) => Number(a.revokedAt !== null) - Number(b.revokedAt !== null) || b.id - a.id,
  )
  return (
    <div className="loop-body is-even">
      <section className="sheet" aria-label={own.title}>
        <header>
          <h3>{own.title}</h3>
          <button
            type="button"
            className="button is-primary"
            onClick={() => setMaking(true)}
            data-testid="key-add"
          >
            {own.make}
          </button>
        </header>
        {keys.length === 0 ? (
          <Empty action={{ text: own.make, onClick: () => setMaking(true) }}>{own.none}</Empty>
        ) : (
          <div className="table-frame is-tall" tabIndex={0} role="region" aria-label={own.title}>
            <table className="table key-table" data-testid="keys">
              <thead>
                <tr>
                  <th>{own.columns.name}</th>
                  <th>{own.columns.made}</th>
                  <th>{own.columns.state}</th>
                  <th>
                    <span className="visually-hidden">{own.revoke}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {sorted.map((one) => (
                  <tr key={one.id} className={one.revokedAt ? 'is-out' : ''}>
                    <td className="wraps">{one.name}</td>
                    <td>{day(one.createdAt)}</td>
                    <td className={one.revokedAt ? '' : 'is-good'}>
                      {one.revokedAt ? own.revoked(day(one.revokedAt)) : own.inUse}
                    </td>
                    <td className="is-number">
                      {one.revokedAt ? null : (
                        <button
                          type="button"
                          className="text-button"
                          aria-label={own.revokeOf(one.name)}
                          onClick={() => setRevoking(one)}
                        >
                          {own.revoke}
                        </button>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </section>
      <aside className="sheet" aria-label={own.example}>
        <h3>{own.example}</h3>
        <KeyExamples secret={null} classes={classes} town={town} />
        <p className="hint">
          <a href="/api/docs" target="_blank" rel="noreferrer">
            {own.docs}
          </a>
        </p>
      </aside>
      {making ? <MakeDialog onMade={setMade} onClose={() => setMaking(false)} /> : null}
      {made ? (
        <Dialog
          title={own.madeTitle(made.name)}
          closeLabel={words.close}
          onClose={() => setMade(null)}
          testId="made-dialog"
          actions={
            <button
              type="button"
              className="button is-primary"
              onClick={() => setMade(null)}
              data-testid="key-noted"
            >
              {own.noted}
            </button>
          }
        >
          <div className="note is-attention">
            <p>{own.once}</p>
            <p className="loop-secret">
              <code data-testid="key">{made.key}</code>
              <CopyButton value={made.key} label={own.copy} done={own.copied} />
            </p>
          </div>
          <KeyExamples secret={made.key} classes={classes} town={town} />
        </Dialog>
      ) : null}
      {revoking ? (
        <ConfirmDialog
          title={own.revokeTitle(revoking.name)}
          closeLabel={words.close}
          keep={own.keep}
          confirm={own.revoke}
          testId="revoke"
          onConfirm={() => revoke(revoking.id)}
          onClose={() => setRevoking(null)}
        >
          <p>{own.revokeText}</p>
        </ConfirmDialog>
      ) : null}
    </div>
  )
}

interface MakeDialogProps {
  onMade: (made: { name: string; key: string }) => void
  onClose: () => void
}

function MakeDialog({ onMade, onClose }: MakeDialogProps) {
  const words = useLoopText()
  const make = useLoop((state) => state.makeKey)
  const [name, setName] = useState('')
  return (
    <DraftDialog
      title={words.keys.make}
      action={words.keys.make}
      testId="key-dialog"
      dirty={name.trim() !== ''}
      wrong={name.trim() === '' ? words.keys.nameNeeded : ''}
      onSave={async () => onMade({ name: name.trim(), key: await make(name.trim()) })}
      onClose={onClose}
    >
      <TextField
        label={words.keys.name}
        hint={words.keys.nameHint}
        needed={words.needed}
        value={name}
        maxLength={60}
        onChange={setName}
        testId="key-name"
      />
    </DraftDialog>
  )
}
