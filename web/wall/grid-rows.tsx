import { figure } from '../format.ts'
import { useText } from '../locales/text.ts'
import { useOpen } from './behind.ts'
import { Instrument, insideOf, More } from './Instrument.tsx'
import { type Box, fitRows, shorten } from './layout.ts'
import { Bar, limits, rowStyle } from './rows.tsx'
import { useWall } from './store.ts'

// The panels that list grids.

/** Grids with more cases in 24 hours than they are used to. */
export function Hot({ box }: { box: Box }) {
  const text = useText()
  const open = useOpen()
  const hot = useWall((state) => state.picture?.hot)
  const words = text.wall.hot
  const { width, height } = insideOf(box)
  const all = hot ?? []
  const { shown, more, row } = fitRows(all.length, height, [34, 42])
  const most = Math.max(1, ...all.map(({ recent, usual }) => Math.max(recent, usual)))
  return (
    <Instrument
      title={words.title}
      aside={words.head}
      waits={!hot}
      empty={all.length === 0 && words.empty}
      testId="hot"
    >
      <ul className="wall-rows is-under" style={rowStyle(row)}>
        {all.slice(0, shown).map(({ gridId, name, recent, usual, ratio }) => (
          <li key={gridId}>
            <button type="button" onClick={() => open({ kind: 'grid', id: gridId })}>
              <span>{shorten(name, width - 130, 16)}</span>
              <em>{ratio === null ? words.never : words.ratio(ratio.toFixed(1))}</em>
              <b>{figure(recent)}</b>
              <Bar share={recent / most} mark={usual / most} hue={5} />
            </button>
          </li>
        ))}
      </ul>
      <More count={more} />
    </Instrument>
  )
}

/** Grids by the share of what was due this month and closed in time. */
export function Ranking({ box }: { box: Box }) {
  const text = useText()
  const open = useOpen()
  const ranking = useWall((state) => state.picture?.ranking)
  const words = text.wall.ranking
  const { width, height } = insideOf(box)
  const all = ranking ?? []
  const { shown, more, row } = fitRows(all.length, height, limits)
  return (
    <Instrument
      title={words.title}
      aside={words.head}
      waits={!ranking}
      empty={all.length === 0 && words.empty}
      testId="ranking"
    >
      <ol className="wall-rows is-bars is-ranked" style={rowStyle(row)}>
        {all.slice(0, shown).map(({ gridId, name, due, share }, i) => (
          <li key={gridId}>
            <button type="button" onClick={() => open({ kind: 'grid', id: gridId })}>
              <small>{i + 1}</small>
              <span>{shorten(name, width - 254, 16)}</span>
              <Bar share={share ?? 0} hue="accent" />
              <em>{words.due(figure(due))}</em>
              <b>{share === null ? '—' : `${Math.round(share * 100)}%`}</b>
            </button>
          </li>
        ))}
      </ol>
      <More count={more} />
    </Instrument>
  )
}
