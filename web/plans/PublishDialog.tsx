import { useEffect, useMemo, useState } from 'react'
import type { Plan } from '../../api/contract/plan.ts'
import { dayTime, figure } from '../format.ts'
import { usePlansText } from '../locales/plans-text.ts'
import { go } from '../ui/address.ts'
import { useNow } from '../ui/clock.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { CheckField, RadioCards, TextField } from '../ui/fields.tsx'
import { Progress } from '../ui/Progress.tsx'
import { useBench } from './bench.ts'
import { useChecks } from './checks.ts'
import { countsOf, movedCases } from './counts.ts'
import { DifferenceChips } from './DifferenceChips.tsx'
import { changes } from './difference.ts'
import { Refused } from './Refused.tsx'
import { codesInWords } from './speak.ts'
import { type OpenPlan, usePlans } from './store.ts'
import { useDifference } from './using.ts'

interface PublishDialogProps {
  open: OpenPlan
  timeZone: string
  onClose: () => void
}

/** What would change for the town, what stands in the way, and when it is to be. */
export function PublishDialog({ open, timeZone, onClose }: PublishDialogProps) {
  const words = usePlansText()
  const { publish } = words
  const { busy, refused, publish: send } = usePlans()
  const outdated = refused?.code === 'plan-outdated'
  const now = useNow(1000)
  const [when, setWhen] = useState<'now' | 'later'>('now')
  const [at, setAt] = useState('')
  const [force, setForce] = useState(false)
  const [done, setDone] = useState<Plan | null>(null)
  const { problems, revision } = useChecks()
  const checked = revision === open.revision
  const errors = checked ? problems.filter(({ severity }) => severity === 'error').length : 0
  const found = useDifference()
  const same = found !== null && changes.every((kind) => found.count[kind] === 0)
  // The field speaks in the screen's own zone, as its calendar does.
  const effectiveAt = when === 'later' && at !== '' ? new Date(at) : null
  const past = effectiveAt !== null && effectiveAt.getTime() <= now
  const ready =
    busy === null && !same && (errors === 0 || force) && (when === 'now' || (effectiveAt !== null && !past))
  const act = async () => {
    const wish = { force, ...(effectiveAt ? { effectiveAt: effectiveAt.toISOString() } : {}) }
    const plan = await send(wish)
    if (plan) setDone(plan)
  }
  if (done) return <Published plan={done} timeZone={timeZone} onClose={onClose} />
  return (
    <Dialog
      title={publish.title(open.plan.name)}
      closeLabel={words.close}
      onClose={onClose}
      testId="publish-dialog"
      actions={
        <>
          <button type="button" className="button" onClick={onClose}>
            {words.cancel}
          </button>
          <button
            type="button"
            className="button is-primary"
            disabled={!ready}
            onClick={() => void act()}
            data-testid="confirm-publish"
          >
            {when === 'now' ? publish.confirmNow : publish.confirmLater}
          </button>
        </>
      }
    >
      <p>{publish.lead}</p>
      {same ? <p className="note is-attention">{publish.nothing}</p> : <Difference />}
      <CheckNote checked={checked} errors={errors} onClose={onClose} />
      {errors > 0 || outdated ? (
        <CheckField
          label={outdated ? publish.forceOver : publish.force}
          checked={force}
          onChange={setForce}
        />
      ) : null}
      <RadioCards
        label={publish.when}
        value={when}
        onChange={setWhen}
        className="is-row"
        options={[
          { value: 'now', text: publish.now, hint: publish.nowHint },
          { value: 'later', text: publish.later, hint: publish.laterHint },
        ]}
      />
      {when === 'later' ? (
        <TextField
          label={publish.at}
          type="datetime-local"
          value={at}
          onChange={setAt}
          hint={past ? publish.past : undefined}
          testId="publish-at"
        />
      ) : null}
      {busy === 'publish' ? (
        <Progress label={publish.working} share={null}>
          {publish.working}
        </Progress>
      ) : null}
      <Refused />
    </Dialog>
  )
}

/** Which grids change, by name where they are few, and how many cases change their grid. */
function Difference() {
  const words = usePlansText()
  const { open, base } = usePlans()
  const found = useDifference()
  const [moved, setMoved] = useState<number | null | 'failed'>(null)
  const ids = open && base ? `${base.plan.id} ${open.plan.id} ${open.revision}` : ''
  useEffect(() => {
    const { open: plan, base: old } = usePlans.getState()
    if (!plan || !old || ids === '') return
    let gone = false
    Promise.all([countsOf(old.plan.id, 'year'), countsOf(plan.plan.id, 'year')]).then(
      ([was, is]) => gone || setMoved(movedCases(was, is, { was: old.features, is: plan.features })),
      () => gone || setMoved('failed'),
    )
    return () => {
      gone = true
    }
  }, [ids])
  const named = useMemo(() => {
    const of = (kind: string) =>
      kind === 'gone'
        ? (found?.gone ?? [])
        : [...(found?.changed ?? [])].flatMap(([uid, what]) =>
            what.some((one) => one === kind) ? (open?.features.get(uid) ?? []) : [],
          )
    return changes.flatMap((kind) => {
      const names = of(kind).map(({ properties }) => properties.name)
      return names.length > 0 ? [{ kind, text: codesInWords(names, words) }] : []
    })
  }, [found, open, words])
  return (
    <section className="publish-difference">
      <DifferenceChips />
      <dl className="facts">
        {named.map(({ kind, text }) => (
          <div key={kind}>
            <dt>{words.difference.kinds[kind]}</dt>
            <dd>{text}</dd>
          </div>
        ))}
        <div>
          <dt>{words.publish.cases}</dt>
          <dd>
            {moved === null ? words.publish.counting : null}
            {moved === 0 ? words.publish.casesSame : null}
            {moved === 'failed' ? words.compare.failed : null}
            {typeof moved === 'number' && moved > 0 ? words.publish.casesMoved(figure(moved)) : null}
          </dd>
        </div>
      </dl>
    </section>
  )
}

function CheckNote({ checked, errors, onClose }: { checked: boolean; errors: number; onClose: () => void }) {
  const { publish } = usePlansText()
  const run = useChecks((state) => state.run)
  const openPanel = useBench((state) => state.open)
  if (checked && errors === 0) return <p className="hint">{publish.checkedSound}</p>
  const check = () => {
    openPanel('problems')
    if (!checked) void run()
    onClose()
  }
  return (
    <p className="note is-attention">
      {checked ? publish.errors(figure(errors)) : publish.unchecked}
      <button type="button" className="text-button" onClick={check}>
        {checked ? publish.blocked : publish.checkFirst}
      </button>
    </p>
  )
}

function Published({ plan, timeZone, onClose }: { plan: Plan; timeZone: string; onClose: () => void }) {
  const words = usePlansText()
  const openPanel = useBench((state) => state.open)
  const inForce = plan.state === 'in-force'
  return (
    <Dialog
      title={words.publish.title(plan.name)}
      closeLabel={words.close}
      onClose={onClose}
      testId="published"
      actions={
        <>
          {inForce ? (
            <button
              type="button"
              className="button"
              onClick={() => {
                openPanel('compare')
                onClose()
              }}
              data-testid="to-lineage"
            >
              {words.publish.toLineage}
            </button>
          ) : null}
          <button
            type="button"
            className="button is-primary"
            onClick={() => (inForce ? go('/') : go('/manage/grids'))}
          >
            {inForce ? words.publish.toBoard : words.list.backLabel}
          </button>
        </>
      }
    >
      <p>
        {inForce
          ? words.publish.done(plan.name)
          : words.publish.scheduled(plan.name, dayTime(Date.parse(plan.effectiveAt ?? ''), timeZone))}
      </p>
    </Dialog>
  )
}
