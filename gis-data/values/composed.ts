import type { Source } from '../formats/source.ts'
import { textIn } from './cells.ts'
import { recogniseColumns } from './columns.ts'

const parts = {
  year: /^(year|年|年份|occ_year)$/i,
  month: /^(month|月|月份)$/i,
  day: /^(day|日|日期?号)$/i,
  hour: /^(hour|时|小时)$/i,
  minute: /^(minute|分|分钟)$/i,
} as const
type Part = keyof typeof parts

/** A table that keeps year, month and day in columns of their own, with a column `time` made of them. */
export function withTime(source: Source): Source {
  const found = Object.fromEntries(
    Object.entries(parts).map(([part, name]) => [part, source.columns.find((column) => name.test(column))]),
  ) as Record<Part, string | undefined>
  // A column that holds whole times goes before one that would be made of parts.
  const whole = recogniseColumns(source.columns, ['time'], new Map()).get('time')
  if (!found.year || !found.month || (whole !== undefined && whole !== found.month)) return source
  return {
    ...source,
    columns: [...source.columns, 'time'],
    async *rows(progress) {
      for await (const row of source.rows(progress)) {
        const read = (part: Part, otherwise = '') => {
          const column = found[part]
          const value = column === undefined ? '' : textIn(row.fields[column])
          return value === '' ? otherwise : value.padStart(2, '0')
        }
        const date = [read('year'), read('month'), read('day', '01')].join('-')
        const hour = read('hour')
        const time = hour === '' ? date : `${date} ${hour}:${read('minute', '00')}`
        yield { ...row, fields: { ...row.fields, time } }
      }
    },
  }
}
