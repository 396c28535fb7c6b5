import { useMemo, useState } from 'react'
import type { OfficerAbilities } from '../../api/contract/abilities.ts'
import type { Officer } from '../../api/contract/unit.ts'
import { problemOf } from '../client.ts'
import { useStaffingText } from '../locales/staffing-text.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { CheckField } from '../ui/fields.tsx'
import { useUnits } from '../units/store.ts'
import { abilityKinds, saveAbilities, wordsInUse } from './abilities.ts'
import { WordChips } from './WordChips.tsx'

/** What one person can do, may do and has with them. */
export function AbilityDialog({ officer, onClose }: { officer: Officer; onClose: () => void }) {
  const text = useText()
  const { abilities: words, ...all } = useStaffingText()
  const officers = useUnits((state) => state.officers)
  const { certified, skills, powers, equipment } = officer
  const [draft, setDraft] = useState<OfficerAbilities>({ certified, skills, powers, equipment })
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState('')
  const known = useMemo(
    () => Object.fromEntries(abilityKinds.map((kind) => [kind, wordsInUse(officers.values(), kind)])),
    [officers],
  )
  const save = async () => {
    setBusy(true)
    try {
      await saveAbilities(officer, draft)
      onClose()
    } catch (cause) {
      setFailure(sentenceOf(text, problemOf(cause)))
      setBusy(false)
    }
  }
  return (
    <Dialog
      title={words.changeOf(officer.name)}
      closeLabel={all.close}
      onClose={onClose}
      testId="ability-dialog"
      actions={
        <>
          <p className="failure" role="alert">
            {failure}
          </p>
          <button type="button" className="button" onClick={onClose}>
            {all.cancel}
          </button>
          <button
            type="button"
            className="button is-primary"
            disabled={busy}
            onClick={() => void save()}
            data-testid="ability-save"
          >
            {busy ? all.saving : all.save}
          </button>
        </>
      }
    >
      <CheckField
        label={words.certified}
        hint={words.certifiedHint}
        checked={draft.certified}
        onChange={(next) => setDraft({ ...draft, certified: next })}
      />
      {abilityKinds.map((kind) => (
        <WordChips
          key={kind}
          label={words.kinds[kind]}
          hint={words.hints[kind]}
          words={draft[kind]}
          known={known[kind] ?? []}
          text={words.chips}
          onChange={(next) => setDraft({ ...draft, [kind]: next })}
          testId={`ability-${kind}`}
        />
      ))}
    </Dialog>
  )
}
