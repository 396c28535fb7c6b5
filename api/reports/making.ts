import { createHash } from 'node:crypto'
import type { Config } from '../config.ts'
import type { Db } from '../db/connect.ts'
import type { Follower } from '../db/follower.ts'
import { type Queue, schedule } from '../db/jobs.ts'
import type { Statistics } from '../evaluation/statistics.ts'
import { compose } from './content.ts'
import { gather } from './gather.ts'
import { mailSoon } from './mail.ts'
import { createPress, type ReportPress } from './press.ts'
import {
  failRun,
  findTemplate,
  finishRun,
  holdRun,
  insertMails,
  insertPromises,
  insertReport,
  type RunRow,
  tellRun,
} from './queries.ts'

/** How far a run is when a step begins. */
const steps = { counting: 0.05, drawing: 0.4, docx: 0.6, pdf: 0.7, xlsx: 0.9 } as const

export interface Reports {
  press: ReportPress
  /** Makes all that is asked for and not made yet, one after the other. */
  follow(): Promise<void>
  /** Something was asked for. */
  wake(): void
  stop(): Promise<void>
}
interface Ground {
  db: Db
  now: () => Date
  config: Pick<Config, 'mail'>
  facts: Follower
  statistics: Statistics
  queue: () => Pick<Queue, 'wake'>
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/**
 * Makes the briefings that were asked for, in whichever process: a run is held for a minute at a time, and leads to one briefing at most
 * because that is written in one transaction under the run's number.
 */
export function createReports({ db, now, config, facts, statistics, queue }: Ground): Reports {
  const press = createPress()
  let working: Promise<void> | undefined
  let stopped = false
  async function make(run: RunRow): Promise<void> {
    const tell = (step: keyof typeof steps) =>
      tellRun(db, run.id, { step, progress: steps[step], now: now() }).catch(() => {})
    await tell('counting')
    // What was committed a moment ago counts as well.
    await facts.follow()
    const madeAt = now()
    const told = await gather({ db, statistics }, run, madeAt)
    const briefing = compose(told)
    const content = JSON.stringify(briefing)
    const { seq } = told
    const fingerprint = sha256(
      `${sha256(content)} ${seq} ${sha256(JSON.stringify([told.all, told.days, told.places]))}`,
    )
    const template = await findTemplate(db, run.language)
    const files = await press.print(
      { content, fingerprint, template: template?.bytes ?? null },
      (step) => void tell(step),
    )
    await db.transaction(async (tx) => {
      const id = await insertReport(tx, {
        run,
        title: briefing.title,
        madeAt,
        templateId: template?.bytes ? template.id : null,
        content,
        dataSeq: seq,
        fingerprint,
        files,
      })
      await finishRun(tx, run.id)
      if (id === null) return
      await insertPromises(tx, id, run.promises, { at: madeAt, by: run.askedBy })
      if (run.recipients.length === 0) return
      await insertMails(tx, id, run.recipients)
      if (config.mail) await schedule(tx, [mailSoon(id, madeAt)])
    })
    if (config.mail && run.recipients.length > 0) queue().wake()
  }
  async function work(): Promise<void> {
    while (!stopped) {
      const run = await holdRun(db, now())
      if (!run) return
      await make(run).catch(async (error: Error) => {
        if (stopped) return
        console.error(`briefing ${run.id}: ${error.message}`)
        await failRun(db, run.id, { problem: error.message, now: now() })
      })
    }
  }
  const follow = () => {
    working ??= work().finally(() => {
      working = undefined
    })
    return working
  }
  return {
    press,
    follow,
    wake: () => void follow().catch((error: Error) => console.error(`briefings: ${error.message}`)),
    async stop() {
      stopped = true
      press.close()
      await working?.catch(() => {})
    },
  }
}
