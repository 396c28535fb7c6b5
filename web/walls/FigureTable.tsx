import { useState } from 'react'
import type { Figure } from '../../api/contract/figures.ts'
import { dayTime, figure } from '../format.ts'
import { useFiguresText } from '../locales/figures-text.ts'
import { useText } from '../locales/text.ts'
import { Empty } from '../ui/controls.tsx'
import { SelectField } from '../ui/fields.tsx'
import { Link } from '../ui/Link.tsx'
import { useFigures } from './figure-store.ts'

interface FigureTableProps {
  timeZone: string
}

/** Every number of the town's own that walls can show, with where it came from. */
export function FigureTable({ timeZone }: FigureTableProps) {
  const words = useFiguresText()
  const { brought } = words
  const figures = useFigures((state) => state.figures)
  const [chosen, setChosen] = useState('')
  // An address and an imported table may have one name.
  const counts = Map.groupBy(figures, ({ source, sourceId }) => `${sourceId ?? ''} ${source}`)
  const kind = (sourceId: number | null) => (sourceId === null ? brought.byTable : brought.byAddress)
  // What was chosen may have gone with its address.
  const shown = counts.has(chosen) ? (counts.get(chosen) ?? []) : figures
  return (
    <section className="sheet" aria-label={brought.title}>
      <header>
        <h3>{brought.title}</h3>
        {counts.size > 1 ? (
          <SelectField
            label={brought.sources}
            value={counts.has(chosen) ? chosen : ''}
            onChange={setChosen}
            options={[
              { value: '', text: brought.all },
              ...[...counts].map(([key, held]) => ({
                value: key,
                text: `${held[0]?.source} · ${kind(held[0]?.sourceId ?? null)} · ${brought.rows(figure(held.length))}`,
              })),
            ]}
            testId="figure-filter"
          />
        ) : null}
        <Link to="/manage/import" className="button">
          {brought.toImport}
        </Link>
      </header>
      {figures.length === 0 ? (
        <Empty>{brought.none}</Empty>
      ) : (
        <>
          <div className="table-frame is-tall" tabIndex={0} role="region" aria-label={brought.title}>
            <FigureRows
              figures={shown}
              more={{
                heads: [brought.from, brought.asOf],
                cells: (one) => [
                  `${one.source} · ${kind(one.sourceId)}`,
                  dayTime(Date.parse(one.asOf), timeZone),
                ],
              }}
            />
          </div>
          <p className="hint">{brought.undo}</p>
        </>
      )}
    </section>
  )
}

interface FigureRowsProps<T> {
  figures: readonly T[]
  more?: { heads: readonly string[]; cells: (one: T) => readonly string[] }
}

/** Figures line by line, as a wall names them. */
export function FigureRows<T extends Omit<Figure, 'id' | 'source' | 'sourceId' | 'asOf'>>({
  figures,
  more,
}: FigureRowsProps<T>) {
  const { fields } = useFiguresText().form
  const text = useText()
  return (
    <table className="table" data-testid="figures">
      <thead>
        <tr>
          {[fields.module, fields.group, fields.name, fields.period].map((name) => (
            <th key={name}>{name}</th>
          ))}
          <th className="is-number">{fields.value}</th>
          <th className="is-number">{fields.target}</th>
          {more?.heads.map((name) => (
            <th key={name}>{name}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {figures.map((one) => (
          <tr key={JSON.stringify([one.module, one.group, one.name, one.period])}>
            <td>{text.wall.modules[one.module]}</td>
            <td>{one.group}</td>
            <td className="wraps">{one.name}</td>
            <td>{one.period}</td>
            <td className={one.value === null ? 'wraps' : 'is-number'}>
              {one.value === null ? one.words : `${figure(one.value)} ${one.unit}`}
            </td>
            <td className="is-number">{one.target === null ? '' : figure(one.target)}</td>
            {more?.cells(one).map((cell, i) => (
              <td key={more.heads[i]}>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
