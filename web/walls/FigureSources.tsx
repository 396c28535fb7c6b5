import { useState } from 'react'
import type { FigureSource } from '../../api/contract/figures.ts'
import { dayTime, figure } from '../format.ts'
import { saidOf, useFiguresText } from '../locales/figures-text.ts'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { Empty } from '../ui/controls.tsx'
import { CheckField } from '../ui/fields.tsx'
import { Link } from '../ui/Link.tsx'
import { tell } from '../ui/notices.ts'
import { useFigures } from './figure-store.ts'

interface FigureSourcesProps {
  sources: readonly FigureSource[]
  timeZone: string
}

/** The addresses that are asked: how it went, when next, and what can be done about it. */
export function FigureSources({ sources, timeZone }: FigureSourcesProps) {
  const words = useFiguresText()
  const own = words.sources
  const ask = useFigures((state) => state.ask)
  const [asking, setAsking] = useState<ReadonlySet<number>>(new Set())
  const [removing, setRemoving] = useState<FigureSource | null>(null)
  const time = (at: string | null) => (at ? dayTime(Date.parse(at), timeZone) : '—')
  const askOne = async (id: number) => {
    setAsking((held) => new Set([...held, id]))
    await ask(id).catch(tell)
    setAsking((held) => new Set([...held].filter((one) => one !== id)))
  }
  const stateOf = (one: FigureSource) => {
    if (asking.has(one.id)) return own.asking
    if (one.problem !== '') return saidOf(words, one.problem)
    return one.taken === null ? own.never : own.good(figure(one.taken))
  }
  return (
    <section className="sheet" aria-label={own.title}>
      <header>
        <h3>{own.title}</h3>
        <Link to="/manage/figures/new" className="button is-primary" testId="figure-add">
          {own.add}
        </Link>
      </header>
      {sources.length === 0 ? (
        <Empty>{own.none}</Empty>
      ) : (
        <div className="table-frame" tabIndex={0} role="region" aria-label={own.title}>
          <table className="table" data-testid="figure-sources">
            <thead>
              <tr>
                {[words.form.name, own.every, own.state, own.answered, own.next].map((name) => (
                  <th key={name}>{name}</th>
                ))}
                <th>
                  <span className="visually-hidden">{own.change}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {sources.map((one) => (
                <tr key={one.id} data-testid="figure-source">
                  <td className="wraps">
                    <b>{one.name}</b>
                    <small className="figure-url">{one.url}</small>
                  </td>
                  <td>{own.minutes(one.everyMinutes)}</td>
                  <td
                    className={`wraps ${one.problem === '' ? (one.taken === null ? '' : 'is-good') : 'is-attention'}`}
                    role="status"
                    data-testid="figure-state"
                  >
                    {stateOf(one)}
                  </td>
                  <td>{time(one.askedAt)}</td>
                  <td>{time(one.nextAt)}</td>
                  <td className="figure-buttons">
                    <button
                      type="button"
                      className="text-button"
                      aria-label={own.askOf(one.name)}
                      disabled={asking.has(one.id)}
                      onClick={() => void askOne(one.id)}
                      data-testid="figure-ask"
                    >
                      {own.ask}
                    </button>
                    <Link
                      to={`/manage/figures/${one.id}`}
                      className="text-button"
                      label={own.changeOf(one.name)}
                      testId="figure-change"
                    >
                      {own.change}
                    </Link>
                    <button
                      type="button"
                      className="text-button"
                      aria-label={own.removeOf(one.name)}
                      onClick={() => setRemoving(one)}
                      data-testid="figure-remove"
                    >
                      {own.remove}
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {removing ? <RemoveDialog source={removing} onClose={() => setRemoving(null)} /> : null}
    </section>
  )
}

function RemoveDialog({ source, onClose }: { source: FigureSource; onClose: () => void }) {
  const words = useFiguresText()
  const { away } = words
  const takeAway = useFigures((state) => state.takeAway)
  const brought = useFigures((state) => state.figures.filter((one) => one.sourceId === source.id).length)
  const [gone, setGone] = useState(false)
  return (
    <ConfirmDialog
      title={away.title(source.name)}
      closeLabel={words.close}
      keep={away.keep}
      confirm={away.confirm}
      testId="figure-away"
      onConfirm={() => takeAway(source.id, gone ? 'go' : 'stay')}
      onClose={onClose}
    >
      <p>{away.text}</p>
      {brought > 0 ? (
        <CheckField
          label={away.figures(figure(brought))}
          hint={away.stay}
          checked={gone}
          onChange={setGone}
        />
      ) : null}
    </ConfirmDialog>
  )
}
