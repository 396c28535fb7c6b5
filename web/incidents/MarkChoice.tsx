import { type Mark, marks } from '../../api/contract/lifecycle.ts'
import { useText } from '../locales/text.ts'

interface MarkChoiceProps {
  value: Mark
  className?: string
  onChange: (mark: Mark) => void
}

/** What an appeal is about. */
export function MarkChoice({ value, className, onChange }: MarkChoiceProps) {
  const words = useText().incidents
  return (
    <label className={className}>
      {words.mark}
      <select name="mark" value={value} onChange={(event) => onChange(event.target.value as Mark)}>
        {marks.map((one) => (
          <option key={one} value={one}>
            {words.marks[one]}
          </option>
        ))}
      </select>
    </label>
  )
}
