import { useState } from 'react'
import type { IncidentClass } from '../../api/contract/incident.ts'
import { type Source, sources } from '../../api/contract/lifecycle.ts'
import type { RoutingRule } from '../../api/contract/routing.ts'
import { useGrids } from '../grids/store.ts'
import { useText } from '../locales/text.ts'
import { CheckField, RadioCards, SelectField, TextField } from '../ui/fields.tsx'
import { useUnits } from '../units/store.ts'
import { ClassSelect } from './ClassSelect.tsx'
import { DraftDialog } from './DraftDialog.tsx'
import { FindField } from './FindField.tsx'
import {
  bases,
  dayKinds,
  emptyRule,
  type RuleDraft,
  ruleDraftOf,
  ruleFrom,
  targets,
  wrongWithRule,
} from './rule-draft.ts'
import { useRuleWords } from './rule-words.ts'
import { useLoop } from './store.ts'
import { useLoopText } from './words.ts'

interface RuleDialogProps {
  rule: RoutingRule | null
  classes: readonly IncidentClass[]
  onClose: () => void
}

/** Changes a rule or writes a new one. */
export function RuleDialog({ rule, classes, onClose }: RuleDialogProps) {
  const words = useLoopText()
  const own = words.routing
  const save = useLoop((state) => state.saveRule)
  const [begin] = useState(() => (rule ? ruleDraftOf(rule) : emptyRule))
  const [draft, setDraft] = useState(begin)
  const change = (part: Partial<RuleDraft>) => setDraft({ ...draft, ...part })
  return (
    <DraftDialog
      title={rule ? own.changeTitle(rule.rank) : own.newTitle}
      testId="rule-dialog"
      dirty={JSON.stringify(draft) !== JSON.stringify(begin)}
      wrong={wrongWithRule(draft, own.wrong)}
      onSave={() => save(rule?.id ?? null, ruleFrom(draft))}
      onClose={onClose}
    >
      <fieldset className="loop-group">
        <legend>{own.when}</legend>
        <div className="loop-pair">
          <ClassSelect
            label={own.class}
            none={own.anyClass}
            classes={classes}
            value={draft.classCode}
            onChange={(classCode) => change({ classCode })}
            testId="rule-class"
          />
          <GridField gridId={draft.gridId} onChange={(gridId) => change({ gridId })} />
        </div>
        <SourceChips chosen={draft.sources} onChange={(chosen) => change({ sources: chosen })} />
        <div className="loop-triple">
          <SelectField
            label={own.day}
            value={draft.days}
            onChange={(days) => change({ days: days as RuleDraft['days'] })}
            options={dayKinds.map((value) => ({ value, text: own.days[value] }))}
          />
          <TimeField label={own.from} value={draft.from} onChange={(from) => change({ from })} />
          <TimeField label={own.to} value={draft.to} onChange={(to) => change({ to })} />
        </div>
        <p className="hint">{own.hoursHint}</p>
      </fieldset>
      <fieldset className="loop-group">
        <legend>{own.goesTo}</legend>
        <RadioCards
          label={own.target}
          className="is-row"
          value={draft.target}
          onChange={(target) => change({ target })}
          options={targets.map((value) => ({
            value,
            text: own.targets[value],
            hint: own.targetHints[value],
          }))}
        />
        {draft.target === 'unit' ? (
          <UnitField value={draft.unitId} onChange={(unitId) => change({ unitId })} />
        ) : null}
        <RadioCards
          label={own.basis}
          className="is-row"
          value={draft.basis}
          onChange={(basis) => change({ basis })}
          options={bases.map((value) => ({ value, text: own.bases[value], hint: own.basisHints[value] }))}
        />
        <CheckField
          label={own.auto}
          hint={own.autoHint}
          checked={draft.auto}
          onChange={(auto) => change({ auto })}
        />
      </fieldset>
      <div className="loop-pair">
        <TextField
          label={own.rank}
          hint={own.rankHint}
          value={draft.rank}
          maxLength={4}
          onChange={(rank) => change({ rank })}
          testId="rule-rank"
        />
        <TextField
          label={own.note}
          value={draft.note}
          maxLength={200}
          onChange={(note) => change({ note })}
        />
      </div>
      <CheckField label={own.active} checked={draft.active} onChange={(active) => change({ active })} />
    </DraftDialog>
  )
}

function GridField({ gridId, onChange }: { gridId: number | null; onChange: (id: number | null) => void }) {
  const words = useLoopText().routing
  const { gridName } = useRuleWords()
  const grids = useGrids((state) => state.grids)
  const [typed, setTyped] = useState('')
  if (gridId !== null)
    return (
      <div className="field">
        <span className="find-label">{words.grid}</span>
        <p className="found-one">
          <b>{gridName(gridId)}</b>
          <button type="button" className="text-button" onClick={() => onChange(null)}>
            {words.another}
          </button>
        </p>
      </div>
    )
  const wanted = typed.trim().toLowerCase()
  const found = [...grids.values()]
    .filter(({ name, code }) => wanted && `${name} ${code}`.toLowerCase().includes(wanted))
    .toSorted((a, b) => a.level - b.level || a.name.length - b.name.length)
  return (
    <FindField
      label={words.grid}
      hint={words.gridHint}
      placeholder={words.anyGrid}
      typed={typed}
      onType={setTyped}
      found={found.map(({ id, name, code }) => ({ key: String(id), name, more: code }))}
      none={words.gridNone}
      onChoose={({ key }) => {
        onChange(Number(key))
        setTyped('')
      }}
      testId="rule-grid"
    />
  )
}

function UnitField({ value, onChange }: { value: string; onChange: (id: string) => void }) {
  const words = useLoopText()
  const units = useUnits((state) => state.units)
  return (
    <SelectField
      label={words.routing.unit}
      needed={words.needed}
      value={value}
      onChange={onChange}
      options={[
        { value: '', text: words.routing.pickUnit },
        ...units.map(({ id, name }) => ({ value: String(id), text: name })),
      ]}
      testId="rule-unit"
    />
  )
}

function TimeField({
  label,
  value,
  onChange,
}: {
  label: string
  value: string
  onChange: (at: string) => void
}) {
  return (
    <label className="field time-field">
      <span className="find-label">{label}</span>
      <input type="time" value={value} onChange={(event) => onChange(event.target.value)} />
    </label>
  )
}

interface SourceChipsProps {
  chosen: readonly Source[]
  onChange: (chosen: Source[]) => void
}

function SourceChips({ chosen, onChange }: SourceChipsProps) {
  const text = useText()
  const words = useLoopText().routing
  return (
    <div className="field" role="group" aria-label={words.sources}>
      <span className="find-label">{words.sources}</span>
      <div className="source-chips">
        {sources.map((source) => (
          <label key={source}>
            <input
              type="checkbox"
              checked={chosen.includes(source)}
              onChange={(event) =>
                onChange(
                  sources.filter((one) => (one === source ? event.target.checked : chosen.includes(one))),
                )
              }
            />
            {text.sources[source]}
          </label>
        ))}
      </div>
      <p className="hint">{words.sourcesHint}</p>
    </div>
  )
}
