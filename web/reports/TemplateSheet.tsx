import { useRef, useState } from 'react'
import type { TemplateState } from '../../api/contract/report.ts'
import { templateBytes } from '../../api/contract/report-rules.ts'
import { download, problemOf } from '../client.ts'
import { useReportsText } from '../locales/reports-text.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { tell } from '../ui/notices.ts'
import { useReports } from './store.ts'

/** The Word templates that briefings are written into, one a language. */
export function TemplateSheet({ writes }: { writes: boolean }) {
  const own = useReportsText().templates
  const templates = useReports((state) => state.templates)
  return (
    <section className="sheet" aria-label={own.title}>
      <header>
        <h3>{own.title}</h3>
      </header>
      <p className="hint">{own.lead}</p>
      <ul className="report-lines">
        {templates.map((one) => (
          <TemplateLine key={one.language} template={one} writes={writes} />
        ))}
      </ul>
    </section>
  )
}

function TemplateLine({ template, writes }: { template: TemplateState; writes: boolean }) {
  const words = useReportsText()
  const own = words.templates
  const text = useText()
  const { upload, reset } = useReports()
  const [said, setSaid] = useState('')
  const [busy, setBusy] = useState(false)
  const chosen = useRef<HTMLInputElement>(null)
  const { language } = template
  const send = async (file: File) => {
    if (file.size > templateBytes) return setSaid(own.tooLarge)
    setBusy(true)
    setSaid('')
    await upload(language, file).catch((cause: unknown) => setSaid(sentenceOf(text, problemOf(cause))))
    setBusy(false)
  }
  return (
    <li data-testid={`template-${language}`}>
      <b>{words.languages[language]}</b>
      <span>{template.own ? own.own(template.name, template.addedBy ?? '') : own.usual}</span>
      <span>
        <button
          type="button"
          className="button is-small"
          onClick={() => void download(`/api/reports/templates/${language}`).catch(tell)}
        >
          {own.download}
        </button>
        {writes ? (
          <>
            <button
              type="button"
              className="button is-small"
              disabled={busy}
              onClick={() => chosen.current?.click()}
            >
              {busy ? own.uploading : own.upload}
            </button>
            <input
              ref={chosen}
              type="file"
              accept=".docx"
              className="visually-hidden"
              tabIndex={-1}
              aria-label={own.upload}
              onChange={(event) => {
                const [file] = event.target.files ?? []
                if (file) void send(file)
                // So that the same file can be chosen again.
                event.target.value = ''
              }}
              data-testid={`template-file-${language}`}
            />
          </>
        ) : null}
        {writes && template.own ? (
          <button type="button" className="button is-small" onClick={() => void reset(language).catch(tell)}>
            {own.reset}
          </button>
        ) : null}
      </span>
      {said ? (
        <p className="note is-attention" role="alert" data-testid="template-said">
          {said}
        </p>
      ) : null}
    </li>
  )
}
