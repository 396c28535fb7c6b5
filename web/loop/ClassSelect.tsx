import type { IncidentClass } from '../../api/contract/incident.ts'
import { SelectField } from '../ui/fields.tsx'
import { treeOf } from './class-draft.ts'
import { useNameOf } from './words.ts'

interface ClassSelectProps {
  label: string
  /** What choosing none is called; without it one must be chosen. */
  none?: string
  classes: readonly IncidentClass[]
  value: string
  onChange: (code: string) => void
  testId: string
}

/** A class of the catalogue, minor ones set in below their major one. */
export function ClassSelect({ none, classes, ...field }: ClassSelectProps) {
  const nameOf = useNameOf()
  return (
    <SelectField
      {...field}
      options={[
        ...(none === undefined ? [] : [{ value: '', text: none }]),
        ...treeOf(classes).flatMap(({ major, minors }) => [
          { value: major.code, text: nameOf(major) },
          ...minors.map((one) => ({ value: one.code, text: `\u2003${nameOf(one)}` })),
        ]),
      ]}
    />
  )
}
