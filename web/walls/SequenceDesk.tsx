import { useState } from 'react'
import type { WallSequence } from '../../api/contract/wall.ts'
import { useText } from '../locales/text.ts'
import { useWallsText } from '../locales/walls-text.ts'
import { Empty, Skeleton } from '../ui/controls.tsx'
import { Icon } from '../ui/Icon.tsx'
import { type Steering, shared } from './chosen.ts'
import { lengthOf, minutesText } from './playing.ts'
import { SequenceEditor } from './SequenceEditor.tsx'
import { hallNow, useWalls } from './store.ts'

/** Saved sequences: played once or again and again, stopped, edited. */
export function SequenceDesk({ walls, steer }: Steering) {
  const text = useText()
  const words = useWallsText().steer
  const sequences = useWalls((state) => state.sequences)
  const [loop, setLoop] = useState(true)
  const [edited, setEdited] = useState<WallSequence | 'new' | null>(null)
  const playing = shared(walls, (state) => state.sequence?.id ?? null)
  const play = (id: number) => steer({ sequence: { id, startedAt: new Date(hallNow()).toISOString(), loop } })
  if (edited !== null)
    return (
      <SequenceEditor
        key={edited === 'new' ? 'new' : edited.id}
        sequence={edited === 'new' ? null : edited}
        lead={walls[0] ?? null}
        onClose={() => setEdited(null)}
      />
    )
  return (
    <section className="sheet" aria-label={words.sequences}>
      <header>
        <h3>{words.sequences}</h3>
        <label className="steer-check">
          <input type="checkbox" checked={loop} onChange={() => setLoop(!loop)} />
          {words.loop}
        </label>
      </header>
      {sequences === null ? (
        <Skeleton label={text.common.loading} lines={3} />
      ) : sequences.length === 0 ? (
        <Empty>{words.noSequences}</Empty>
      ) : (
        <ul className="steer-sequences">
          {sequences.map((one) => (
            <li key={one.id} aria-current={playing === one.id} data-testid="sequence">
              <p>
                <b>{one.name}</b>
                <span className="hint">
                  {words.steps(one.steps.length, minutesText(lengthOf(one.steps)))}
                </span>
              </p>
              <button
                type="button"
                className={playing === one.id ? 'button is-small' : 'button is-small is-primary'}
                disabled={walls.length === 0}
                onClick={() => (playing === one.id ? steer({ sequence: null }) : play(one.id))}
                data-testid="sequence-play"
              >
                <Icon name={playing === one.id ? 'large' : 'play'} />
                {playing === one.id ? words.stop : words.play}
              </button>
              <button
                type="button"
                className="button is-small"
                onClick={() => setEdited(one)}
                data-testid="sequence-edit"
              >
                {words.edit}
              </button>
            </li>
          ))}
        </ul>
      )}
      <div className="sheet-actions">
        <button type="button" className="button" onClick={() => setEdited('new')} data-testid="sequence-new">
          {words.newSequence}
        </button>
      </div>
    </section>
  )
}
