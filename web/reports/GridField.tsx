import { useGrids } from '../grids/store.ts'
import { useReportsText } from '../locales/reports-text.ts'
import { SelectField } from '../ui/fields.tsx'

export const addressesIn = (typed: string): string[] =>
  typed
    .split(/[,，;；\s]+/)
    .map((one) => one.trim())
    .filter(Boolean)

/** The whole town or one of its larger grids. */
export function GridField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const words = useReportsText()
  const grids = useGrids((state) => state.grids)
  const offered = [...grids.values()].filter(({ level }) => level === 1 || level === 2)
  return (
    <SelectField
      label={words.form.grid}
      value={value}
      options={[
        { value: '', text: words.form.town },
        ...offered.map(({ id, name, level }) => ({
          value: String(id),
          text: `${level === 2 ? '　' : ''}${name}`,
        })),
      ]}
      onChange={onChange}
      testId="report-grid"
    />
  )
}
