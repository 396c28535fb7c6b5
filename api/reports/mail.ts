import { createTransport } from 'nodemailer'
import type { Config } from '../config.ts'
import type { ReportFormat } from '../contract/report-rules.ts'
import type { Db } from '../db/connect.ts'
import type { Handler, Job } from '../db/jobs.ts'
import { claimMail, findFile, findReport, listMails, noteMail } from './queries.ts'
import { wordsOf } from './words.ts'

// Briefings by e-mail: each recipient a letter of their own; what is refused is kept, shown and tried again by the queue.

export const mailJob = 'reports:mail'
const timeoutMs = 15_000

export const mailSoon = (reportId: number, runAt: Date): Job => ({
  kind: mailJob,
  key: String(reportId),
  runAt,
  data: { reportId },
})

const types: Record<ReportFormat, string> = {
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  pdf: 'application/pdf',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}
export const typeOf = (format: ReportFormat) => types[format]
export const fileName = (title: string, format: ReportFormat) =>
  `${title
    .replaceAll(/[\\/:*?"<>|\p{Cc}]/gu, ' ')
    .trim()
    .slice(0, 100)}.${format}`

/** Sends a briefing to whoever has not got it yet. Throws when somebody still has not, so that the queue comes back. */
export const mailHandler = (db: Db, mail: Config['mail'], now: () => Date): Handler => ({
  async send({ data }) {
    const reportId = Number(data.reportId)
    const report = await findReport(db, reportId)
    const waiting = (await listMails(db, [reportId])).filter(({ state }) => state !== 'sent')
    if (!report || waiting.length === 0) return
    if (!mail) throw new Error('E-mail is not set up (SMTP_URL).')
    const attachments = []
    for (const format of ['pdf', 'docx', 'xlsx'] as const) {
      const file = await findFile(db, reportId, format)
      if (file)
        attachments.push({
          filename: fileName(report.title, format),
          content: Buffer.from(file.bytes),
          contentType: types[format],
        })
    }
    const transport = createTransport(mail.url, {
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
    } as never)
    const refused: string[] = []
    try {
      for (const { recipient } of waiting) {
        if (!(await claimMail(db, { reportId, recipient, now: now() }))) continue
        const problem = await transport
          .sendMail({
            from: mail.from,
            to: recipient,
            subject: report.title,
            text: wordsOf[report.language].mail.text(report.title),
            attachments,
            // Nothing is read from a disk or an address for a letter.
            disableFileAccess: true,
            disableUrlAccess: true,
          })
          .then(
            () => '',
            (error: Error) => error.message || 'it was refused',
          )
        if (problem) refused.push(`${recipient}: ${problem}`)
        await noteMail(db, {
          reportId,
          recipient,
          state: problem ? 'failed' : 'sent',
          problem,
          triedAt: now(),
        })
      }
    } finally {
      transport.close()
    }
    if (refused.length > 0) throw new Error(refused.join('; '))
  },
})
