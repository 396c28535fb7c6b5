import { useState } from 'react'
import type { IncidentClass } from '../../api/contract/incident.ts'
import { familyName, useText } from '../locales/text.ts'
import { CheckField, RadioCards, SelectField, TextField } from '../ui/fields.tsx'
import {
  type ClassDraft,
  classDraftOf,
  classFrom,
  isSystemClass,
  natures,
  severities,
  wrongWithClass,
} from './class-draft.ts'
import { DraftDialog } from './DraftDialog.tsx'
import { LimitFields } from './LimitFields.tsx'
import { NeedFields } from './NeedFields.tsx'
import { useLoop } from './store.ts'
import { useLoopText, useNameOf } from './words.ts'

interface ClassDialogProps {
  cls: IncidentClass | null
  parent?: IncidentClass
  classes: readonly IncidentClass[]
  onClose: () => void
}

/** Changes a class or writes a new one. */
export function ClassDialog({ cls, parent, classes, onClose }: ClassDialogProps) {
  const text = useText()
  const words = useLoopText()
  const nameOf = useNameOf()
  const save = useLoop((state) => state.saveClass)
  const [begin] = useState(() => classDraftOf(cls, parent))
  const [draft, setDraft] = useState(begin)
  const change = (part: Partial<ClassDraft>) => setDraft({ ...draft, ...part })
  const own = words.classes
  const isSystem = isSystemClass(draft)
  const hasMinors = cls !== null && classes.some(({ parentCode }) => parentCode === cls.code)
  const majors = classes.filter(({ code, parentCode }) => parentCode === null && code !== cls?.code)
  const families = [...new Set([...Object.keys(text.families), ...classes.map(({ family }) => family)])]
  return (
    <DraftDialog
      title={cls ? own.changeTitle(nameOf(cls)) : own.newTitle}
      testId="class-dialog"
      dirty={JSON.stringify(draft) !== JSON.stringify(begin)}
      wrong={wrongWithClass(
        draft,
        classes.map(({ code }) => code),
        words,
      )}
      onSave={() => save(classFrom(draft))}
      onClose={onClose}
    >
      {isSystem ? <p className="note">{own.systemText}</p> : null}
      <div className="loop-pair">
        {draft.isNew ? (
          <TextField
            label={own.code}
            hint={own.codeHint}
            needed={words.needed}
            value={draft.code}
            maxLength={16}
            onChange={(code) => change({ code })}
            testId="class-code"
          />
        ) : (
          <Known label={own.code} value={draft.code} />
        )}
        <TextField
          label={own.name}
          needed={words.needed}
          value={draft.name}
          maxLength={60}
          onChange={(name) => change({ name })}
          testId="class-name"
        />
        <TextField
          label={own.nameEn}
          value={draft.nameEn}
          maxLength={80}
          onChange={(nameEn) => change({ nameEn })}
        />
        {hasMinors ? (
          <Known label={own.parent} value={own.isMajor} hint={own.hasMinors} />
        ) : (
          <SelectField
            label={own.parent}
            value={draft.parentCode}
            onChange={(parentCode) => change({ parentCode })}
            options={[
              { value: '', text: own.isMajor },
              ...majors.map((one) => ({ value: one.code, text: nameOf(one) })),
            ]}
          />
        )}
        <SelectField
          label={own.family}
          hint={own.familyHint}
          value={draft.family}
          onChange={(family) => change({ family })}
          options={families.map((value) => ({ value, text: familyName(text, value) }))}
        />
        <SelectField
          label={own.severity}
          value={draft.severity}
          onChange={(severity) => change({ severity: severity as ClassDraft['severity'] })}
          options={severities.map((value) => ({ value, text: own.severities[value] }))}
        />
      </div>
      <RadioCards
        label={own.nature}
        className="is-row"
        value={draft.nature}
        onChange={(nature) => change({ nature })}
        options={natures.map((value) => ({ value, text: own.natures[value], hint: own.natureHints[value] }))}
      />
      <LimitFields draft={draft} onChange={change} />
      <NeedFields needs={draft.needs} onChange={(needs) => change({ needs })} />
      <div className="loop-checks">
        <CheckField
          label={own.proofField}
          hint={own.proofHint}
          checked={draft.proof}
          onChange={(proof) => change({ proof })}
        />
        {isSystem ? null : (
          <>
            <CheckField
              label={own.openField}
              hint={own.openHint}
              checked={draft.open}
              onChange={(open) => change({ open })}
            />
            <CheckField
              label={own.activeField}
              hint={own.activeHint}
              checked={draft.active}
              onChange={(active) => change({ active })}
            />
          </>
        )}
      </div>
    </DraftDialog>
  )
}

/** What stands in the form and is not to be changed. */
function Known({ label, value, hint }: { label: string; value: string; hint?: string }) {
  return (
    <div className="field">
      <span className="find-label">{label}</span>
      <p className="found-one">{value}</p>
      {hint ? <p className="hint">{hint}</p> : null}
    </div>
  )
}
