import { useState } from 'react'
import type { Problem } from '../../api/contract/problem.ts'
import {
  type ReportKind,
  type ReportLanguage,
  reportKinds,
  reportLanguages,
} from '../../api/contract/report-rules.ts'
import { problemOf } from '../client.ts'
import { dayDate } from '../format.ts'
import { useGrids } from '../grids/store.ts'
import { useReportsText } from '../locales/reports-text.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { RadioCards, SelectField, TextField } from '../ui/fields.tsx'
import { usePreferences } from '../ui/preferences.ts'
import { addressesIn, GridField } from './GridField.tsx'
import { useReports } from './store.ts'

/** Asks for a briefing: which period, of what, in which language. */
export function MakeDialog({ onClose }: { onClose: () => void }) {
  const words = useReportsText()
  const text = useText()
  const make = useReports((state) => state.make)
  const mail = useReports((state) => state.mail)
  const timeZone = useGrids((state) => state.town?.timeZone ?? 'UTC')
  const preferred = usePreferences((state) => state.language)
  // The week before: its briefing can be compared, today's is not over.
  const [from, setFrom] = useState(() => dayDate(Date.now() - 7 * 86_400_000, timeZone))
  const [to, setTo] = useState(() => dayDate(Date.now() - 86_400_000, timeZone))
  const [kind, setKind] = useState<ReportKind>('week')
  const [gridId, setGridId] = useState('')
  const [language, setLanguage] = useState<ReportLanguage>(preferred)
  const [advice, setAdvice] = useState('')
  const [recipients, setRecipients] = useState('')
  const [problem, setProblem] = useState<Problem | null>(null)
  const [asking, setAsking] = useState(false)
  const start = async () => {
    setAsking(true)
    setProblem(null)
    try {
      await make({
        kind,
        from,
        ...(kind === 'range' ? { to } : {}),
        ...(gridId ? { gridId: Number(gridId) } : {}),
        language,
        advice,
        recipients: addressesIn(recipients),
      })
      onClose()
    } catch (cause) {
      setProblem(problemOf(cause))
      setAsking(false)
    }
  }
  return (
    <Dialog
      title={words.form.title}
      closeLabel={words.close}
      onClose={onClose}
      testId="report-dialog"
      actions={
        <>
          <button type="button" className="button" onClick={onClose}>
            {words.cancel}
          </button>
          <button
            type="button"
            className="button is-primary"
            disabled={asking || !from || (kind === 'range' && !to)}
            onClick={() => void start()}
            data-testid="report-start"
          >
            {asking ? words.form.starting : words.form.start}
          </button>
        </>
      }
    >
      <RadioCards
        label={words.form.kind}
        value={kind}
        options={reportKinds.map((value) => ({
          value,
          text: words.kinds[value],
          hint: words.kindHints[value],
        }))}
        onChange={setKind}
      />
      <TextField
        label={kind === 'range' ? words.form.from : words.form.day}
        type="date"
        value={from}
        onChange={setFrom}
        testId="report-from"
      />
      {kind === 'range' ? (
        <TextField label={words.form.to} type="date" value={to} onChange={setTo} testId="report-to" />
      ) : null}
      <GridField value={gridId} onChange={setGridId} />
      <SelectField
        label={words.form.language}
        value={language}
        options={reportLanguages.map((value) => ({ value, text: words.languages[value] }))}
        onChange={(value) => setLanguage(value as ReportLanguage)}
      />
      <label className="field">
        <span>{words.form.advice}</span>
        <textarea
          rows={3}
          maxLength={5000}
          value={advice}
          onChange={(event) => setAdvice(event.target.value)}
          data-testid="report-advice"
        />
        <span className="hint">{words.form.adviceHint}</span>
      </label>
      {mail ? (
        <TextField
          label={words.form.recipients}
          hint={words.form.recipientsHint}
          value={recipients}
          maxLength={2000}
          onChange={setRecipients}
        />
      ) : null}
      {problem ? (
        <p className="note is-attention" role="alert">
          {sentenceOf(text, problem)}
        </p>
      ) : null}
    </Dialog>
  )
}
