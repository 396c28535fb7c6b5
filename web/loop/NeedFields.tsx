import { useMemo } from 'react'
import { abilityKinds, wordsInUse } from '../staffing/abilities.ts'
import { WordChips } from '../staffing/WordChips.tsx'
import { TextField } from '../ui/fields.tsx'
import { useUnits } from '../units/store.ts'
import type { ClassDraft } from './class-draft.ts'
import { useLoop } from './store.ts'
import { useLoopText } from './words.ts'

interface NeedFieldsProps {
  needs: ClassDraft['needs']
  onChange: (needs: ClassDraft['needs']) => void
}

/** What a case of the class takes: how many people, how many of them certified, and what must be among them. */
export function NeedFields({ needs, onChange }: NeedFieldsProps) {
  const words = useLoopText().needs
  const officers = useUnits((state) => state.officers)
  const classes = useLoop((state) => state.classes)
  // What somebody has comes first: a word that nobody has finds nobody.
  const known = useMemo(() => {
    const wanted = (classes ?? []).flatMap((one) => one.needs ?? [])
    return Object.fromEntries(
      abilityKinds.map((kind) => [
        kind,
        [...new Set([...wordsInUse(officers.values(), kind), ...wordsInUse(wanted, kind)])],
      ]),
    )
  }, [officers, classes])
  const nobodyHas = abilityKinds
    .flatMap((kind) => needs[kind].map((word) => [kind, word] as const))
    .filter(
      ([kind, word]) => officers.size > 0 && ![...officers.values()].some((one) => one[kind].includes(word)),
    )
  return (
    <fieldset className="loop-group">
      <legend>{words.title}</legend>
      <p className="hint">{words.hint}</p>
      <div className="loop-pair">
        <TextField
          label={words.people}
          value={needs.people}
          maxLength={2}
          onChange={(people) => onChange({ ...needs, people })}
          testId="need-people"
        />
        <TextField
          label={words.certified}
          value={needs.certified}
          maxLength={2}
          onChange={(certified) => onChange({ ...needs, certified })}
          testId="need-certified"
        />
      </div>
      {abilityKinds.map((kind) => (
        <WordChips
          key={kind}
          label={words.kinds[kind]}
          words={needs[kind]}
          known={known[kind] ?? []}
          text={words.chips}
          onChange={(next) => onChange({ ...needs, [kind]: next })}
          testId={`need-${kind}`}
        />
      ))}
      {nobodyHas.length > 0 ? (
        <p className="note is-attention" role="status">
          {words.nobodyHas(nobodyHas.map(([, word]) => word).join('、'))}
        </p>
      ) : null}
    </fieldset>
  )
}
