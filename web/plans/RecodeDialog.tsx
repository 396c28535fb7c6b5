import { useEffect, useState } from 'react'
import type { Problem } from '../../api/contract/problem.ts'
import { getJson, problemOf } from '../client.ts'
import { figure } from '../format.ts'
import { usePlansText } from '../locales/plans-text.ts'
import { Skeleton } from '../ui/controls.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { CheckField, SelectField } from '../ui/fields.tsx'
import { Refused } from './Refused.tsx'
import { refusalInWords } from './speak.ts'
import { usePlans } from './store.ts'

interface Code {
  uid: number
  code: string
}
const shownMost = 200

/** Codes by the rule, each beside the one it replaces, before any of them is changed. */
export function RecodeDialog({ planId, onClose }: { planId: number; onClose: () => void }) {
  const words = usePlansText()
  const { open, send, busy } = usePlans()
  const [rule, setRule] = useState('')
  const [keep, setKeep] = useState(true)
  const wish = `${planId} ${rule} ${keep}`
  const [told, setTold] = useState<{ wish: string; codes: Code[] | Problem } | null>(null)
  useEffect(() => {
    let gone = false
    const tell = (codes: Code[] | Problem) => gone || setTold({ wish, codes })
    getJson<{ codes: Code[] }>(`/api/plans/${planId}/codes`, { keep, ...(rule ? { rule } : {}) }).then(
      (answer) => tell(answer.codes),
      (cause: unknown) => tell(problemOf(cause)),
    )
    return () => {
      gone = true
    }
  }, [planId, rule, keep, wish])
  // What was told of another wish is not shown for this one.
  const codes = told?.wish === wish ? told.codes : null
  const list = Array.isArray(codes) ? codes : []
  const apply = async () => {
    if (await send({ kind: 'recode', codes: list })) onClose()
  }
  return (
    <Dialog
      title={words.recode.title}
      closeLabel={words.close}
      onClose={onClose}
      testId="recode"
      actions={
        <>
          <button type="button" className="button" onClick={onClose}>
            {words.cancel}
          </button>
          <button
            type="button"
            className="button is-primary"
            disabled={list.length === 0 || busy !== null}
            onClick={() => void apply()}
            data-testid="confirm"
          >
            {busy === 'recode' ? words.busy : words.recode.apply(figure(list.length))}
          </button>
        </>
      }
    >
      <p>{words.recode.lead}</p>
      <SelectField
        label={words.recode.rule}
        value={rule}
        onChange={setRule}
        options={[
          { value: '', text: words.recode.auto },
          ...Object.entries(words.recode.rules).map(([value, text]) => ({ value, text })),
        ]}
      />
      <CheckField label={words.recode.keep} checked={keep} onChange={setKeep} />
      {codes === null ? <Skeleton label={words.loading} /> : null}
      {codes !== null && !Array.isArray(codes) ? (
        <p className="failure">{refusalInWords(codes, words)}</p>
      ) : null}
      {Array.isArray(codes) && list.length === 0 ? <p>{words.recode.none}</p> : null}
      {list.length > 0 ? (
        <div className="table-frame is-short">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{words.grid.name}</th>
                <th scope="col">{words.recode.before}</th>
                <th scope="col">{words.recode.after}</th>
              </tr>
            </thead>
            <tbody>
              {list.slice(0, shownMost).map(({ uid, code }) => (
                <tr key={uid}>
                  <td>{open?.features.get(uid)?.properties.name}</td>
                  <td>{open?.features.get(uid)?.properties.code}</td>
                  <td>{code}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
      {list.length > shownMost ? (
        <p className="hint">{words.recode.more(figure(list.length - shownMost))}</p>
      ) : null}
      <Refused />
    </Dialog>
  )
}
