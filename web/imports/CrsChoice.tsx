import { useState } from 'react'
import type { InspectedFile } from '../../api/contract/imports.ts'
import { useGrids } from '../grids/store.ts'
import { useWords } from '../locales/manage-text.ts'
import { RadioCards, TextField } from '../ui/fields.tsx'
import { evidence, guessName } from './speak.ts'

interface CrsChoiceProps {
  inspected: InspectedFile
  /** Empty: as the file says. */
  crs: string
  onChange: (crs: string) => void
}

const usual = [
  ['wgs84', 'WGS 84 / CGCS2000'],
  ['gcj02', 'GCJ-02'],
  ['bd09', 'BD-09'],
] as const

/** The coordinate system: what the file says, what is guessed from where its places would lie, or what somebody knows. */
export function CrsChoice({ inspected, crs, onChange }: CrsChoiceProps) {
  const words = useWords().imports
  const said = words.recognised
  const hasTown = useGrids((state) => Boolean(state.town?.bounds))
  const { crs: declared, guesses } = inspected
  // One reading of a system is enough here: which of two numbers comes first is seen row by row.
  const distinct = guesses.filter(
    (guess, i) => guesses.findIndex((other) => other.crs === guess.crs) === i && guess.crs !== declared?.text,
  )
  const known = [
    ...(declared
      ? [{ value: '', text: said.crsKeep, hint: said.crsDeclared(declared.name, declared.from) }]
      : []),
    ...distinct.map((guess) => ({
      value: guess.crs,
      text: said.crsAs(guessName(guess, words)),
      hint: evidence(guess, words, hasTown),
    })),
    ...usual
      .filter(([value]) => !distinct.some((guess) => guess.crs === value))
      .map(([value, name]) => ({ value, text: said.crsAs(name), hint: undefined })),
  ]
  const isKnown = known.some(({ value }) => value === crs)
  const [other, setOther] = useState(!isKnown && crs !== '')
  const [written, setWritten] = useState(isKnown ? '' : crs)
  return (
    <div className="crs-choice">
      <RadioCards
        label={said.crs}
        value={other ? 'other' : crs}
        options={[...known, { value: 'other', text: said.crsOther }]}
        onChange={(value) => {
          setOther(value === 'other')
          if (value !== 'other') onChange(value)
        }}
      />
      {other ? (
        // Taken once it is written out: with every letter the file would be checked again.
        <div
          onBlur={() => written !== crs && onChange(written)}
          onKeyDown={({ key }) => key === 'Enter' && written !== crs && onChange(written)}
        >
          <TextField
            label={said.crsOther}
            hint={said.crsOtherHint}
            value={written}
            maxLength={5000}
            placeholder="EPSG:4547"
            onChange={(text) => setWritten(text.trim())}
          />
        </div>
      ) : null}
    </div>
  )
}
