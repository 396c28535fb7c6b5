import { useState } from 'react'
import type { ReportSchedule, ScheduleGiven } from '../../api/contract/report.ts'
import { type ReportLanguage, reportLanguages, scheduledKinds } from '../../api/contract/report-rules.ts'
import { dayDate, hourMinute } from '../format.ts'
import { useReportsText } from '../locales/reports-text.ts'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { Empty } from '../ui/controls.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { RadioCards, SelectField, TextField } from '../ui/fields.tsx'
import { tell } from '../ui/notices.ts'
import { usePreferences } from '../ui/preferences.ts'
import { addressesIn, GridField } from './GridField.tsx'
import { useReports } from './store.ts'

const givenOf = ({ kind, language, gridId, hour, recipients, active }: ReportSchedule): ScheduleGiven => ({
  kind,
  language,
  ...(gridId === null ? {} : { gridId }),
  hour,
  recipients,
  active,
})

/** When briefings are made by themselves. */
export function ScheduleSheet({ timeZone, writes }: { timeZone: string; writes: boolean }) {
  const words = useReportsText()
  const own = words.schedules
  const { schedules, saveSchedule, endSchedule } = useReports()
  const [adding, setAdding] = useState(false)
  const [ending, setEnding] = useState<ReportSchedule | null>(null)
  const next = (at: string) => `${dayDate(Date.parse(at), timeZone)} ${hourMinute(Date.parse(at), timeZone)}`
  return (
    <section className="sheet" aria-label={own.title}>
      <header>
        <h3>{own.title}</h3>
        {writes ? (
          <button type="button" className="button" onClick={() => setAdding(true)} data-testid="schedule-add">
            {own.add}
          </button>
        ) : null}
      </header>
      <p className="hint">{own.lead}</p>
      {schedules.length === 0 ? (
        <Empty>{own.none}</Empty>
      ) : (
        <ul className="report-lines" data-testid="schedules">
          {schedules.map((one) => (
            <li key={one.id} data-testid="schedule">
              <b>{words.kinds[one.kind]}</b>
              <span>
                {own.when[one.kind]} {own.at(one.hour)} · {one.gridName ?? words.form.town} ·{' '}
                {words.languages[one.language]}
              </span>
              <span>{one.active && one.nextAt ? `${own.next} ${next(one.nextAt)}` : own.rests}</span>
              <span className="hint">
                {one.recipients.length > 0 ? `${own.to} ${one.recipients.join(', ')}` : own.nobody}
              </span>
              {writes ? (
                <span>
                  <button
                    type="button"
                    className="button is-small"
                    onClick={() =>
                      void saveSchedule(one.id, { ...givenOf(one), active: !one.active }).catch(tell)
                    }
                  >
                    {one.active ? own.off : own.on}
                  </button>
                  <button type="button" className="button is-small" onClick={() => setEnding(one)}>
                    {own.end}
                  </button>
                </span>
              ) : null}
            </li>
          ))}
        </ul>
      )}
      {adding ? <AddDialog onClose={() => setAdding(false)} /> : null}
      {ending ? (
        <ConfirmDialog
          title={own.endTitle}
          closeLabel={words.close}
          keep={own.keep}
          confirm={own.end}
          testId="schedule-end"
          onConfirm={() => endSchedule(ending.id)}
          onClose={() => setEnding(null)}
        >
          <p>{own.endText}</p>
        </ConfirmDialog>
      ) : null}
    </section>
  )
}

function AddDialog({ onClose }: { onClose: () => void }) {
  const words = useReportsText()
  const own = words.schedules
  const { saveSchedule, mail } = useReports()
  const [kind, setKind] = useState<(typeof scheduledKinds)[number]>('week')
  const [gridId, setGridId] = useState('')
  const [hour, setHour] = useState('8')
  const [recipients, setRecipients] = useState('')
  const preferred = usePreferences((state) => state.language)
  const [language, setLanguage] = useState<ReportLanguage>(preferred)
  const save = () =>
    saveSchedule(null, {
      kind,
      language,
      hour: Number(hour),
      recipients: addressesIn(recipients),
      ...(gridId ? { gridId: Number(gridId) } : {}),
    }).then(onClose, tell)
  return (
    <Dialog
      title={own.title}
      closeLabel={words.close}
      onClose={onClose}
      testId="schedule-dialog"
      actions={
        <>
          <button type="button" className="button" onClick={onClose}>
            {words.cancel}
          </button>
          <button
            type="button"
            className="button is-primary"
            onClick={() => void save()}
            data-testid="schedule-save"
          >
            {own.save}
          </button>
        </>
      }
    >
      <RadioCards
        label={words.form.kind}
        value={kind}
        options={scheduledKinds.map((value) => ({ value, text: words.kinds[value], hint: own.when[value] }))}
        onChange={setKind}
      />
      <SelectField
        label={own.hour}
        value={hour}
        options={Array.from({ length: 24 }, (_, value) => ({ value: String(value), text: own.at(value) }))}
        onChange={setHour}
      />
      <GridField value={gridId} onChange={setGridId} />
      <SelectField
        label={words.form.language}
        value={language}
        options={reportLanguages.map((value) => ({ value, text: words.languages[value] }))}
        onChange={(value) => setLanguage(value as ReportLanguage)}
      />
      {mail ? (
        <TextField
          label={words.form.recipients}
          hint={words.form.recipientsHint}
          value={recipients}
          maxLength={2000}
          onChange={setRecipients}
        />
      ) : (
        <p className="note">{words.mailOff}</p>
      )}
    </Dialog>
  )
}
