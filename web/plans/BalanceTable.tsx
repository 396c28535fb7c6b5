import type { BalanceWish } from '../../api/contract/plan-balance.ts'
import { figure } from '../format.ts'
import { useStaffingText } from '../locales/staffing-text.ts'
import { Icon } from '../ui/Icon.tsx'
import type { BalanceRequest, useBalance } from './balance.ts'
import { compareDivisions, type MeasureRow } from './balance-rows.ts'

interface BalanceTableProps {
  answer: NonNullable<ReturnType<typeof useBalance.getState>['answer']>
  request: BalanceRequest
  wish: BalanceWish
  onOver: (wish: BalanceWish | null) => void
  onChoose: (wish: BalanceWish) => void
}

const percent = (share: number) => `${Math.round(share * 100)}%`
const whole = (value: number) => figure(Math.round(value))

/** Today and the proposals side by side, the best of each measure marked. */
export function BalanceTable({ answer, request, wish, onOver, onChoose }: BalanceTableProps) {
  const words = useStaffingText().balance
  const rows = compareDivisions(
    answer.today,
    answer.proposals.map(({ measures }) => measures),
  )
  const written: Record<MeasureRow['name'], (value: number) => string> = {
    grids: whole,
    mostHouseholds: whole,
    meanHouseholds: whole,
    unevenness: percent,
    mostCases: whole,
    meanCases: whole,
    walk: (value) => value.toFixed(1),
    along: percent,
    compactness: (value) => value.toFixed(2),
    moved: whole,
  }
  const isOver = ({ name }: MeasureRow, value: number) =>
    name === 'mostHouseholds' && request.parts === undefined && Math.round(value) > request.mostHouseholds
  return (
    <table className="table balance-table" data-testid="balance-table">
      <thead>
        <tr>
          <th>{words.measure}</th>
          <th className="is-number">{words.today}</th>
          {answer.proposals.map((one) => (
            <th key={one.wish} className="is-number" aria-selected={one.wish === wish}>
              <button
                type="button"
                aria-label={words.show(words.wishes[one.wish])}
                onPointerEnter={() => onOver(one.wish)}
                onPointerLeave={() => onOver(null)}
                onClick={() => onChoose(one.wish)}
              >
                {words.wishes[one.wish]}
              </button>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.name}>
            <th scope="row" title={row.name === 'unevenness' ? words.unevenHint : undefined}>
              {words[row.name]}
              {row.name === 'walk' ? <small>{words.minutes}</small> : null}
            </th>
            {row.values.map((value, i) => (
              <td
                key={i}
                className={`is-number ${row.best.includes(i) ? 'is-best' : ''} ${i > 0 && answer.proposals[i - 1]?.wish === wish ? 'is-shown' : ''}`}
              >
                {value === null ? '—' : written[row.name](value)}
                {row.best.includes(i) ? (
                  <span className="is-good" title={words.best}>
                    <Icon name="check" />
                    <span className="visually-hidden">{words.best}</span>
                  </span>
                ) : null}
                {value !== null && isOver(row, value) ? (
                  <small className="is-attention">{words.over}</small>
                ) : null}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
