import { createHash } from 'node:crypto'
import type { CitizenReport, Followed, Rating } from '../contract/citizen.ts'
import { stageOf } from '../contract/lifecycle.ts'
import type { Db } from '../db/connect.ts'
import { invalid, notFound, Refusal } from '../errors.ts'
import { type Doer, eventOf, type Life } from '../incidents/effects.ts'
import { carryOut, finishStep, reportIncident } from '../incidents/lifecycle.ts'
import {
  countAsks,
  findClass,
  findIncident,
  holdIncident,
  insertAsk,
  insertReporter,
  writeIncident,
} from '../incidents/queries.ts'
import { type FollowedRow, listPhotos, listSteps, markRated } from './queries.ts'

export const citizen: Doer = { name: '市民', role: 'citizen', accountId: null, officerId: null }

const sha256 = (text: string) => createHash('sha256').update(text).digest()
/** No letters that look like figures. */
const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'
/**
 * The code by which a report is followed: 12 letters (60 bits) out of the random key that the phone made, so that a report sent twice
 * has one code, and nobody without the key can work it out. Only its hash is kept.
 */
export const codeOf = (key: string) =>
  [...sha256(`xiake-follow:${key}`).subarray(0, 12)].map((byte) => letters[byte % 32]).join('')
export const hashOfCode = (code: string) =>
  sha256(code.toUpperCase().replaceAll(/[^A-Z2-9]/g, '')).toString('hex')
/** Whose uploads they are: the phone's key proves it. */
export const ownerOfKey = (key: string) =>
  `citizen:${sha256(`xiake-upload:${key}`).toString('hex').slice(0, 32)}`

/** The first 40 characters, none of them cut in two. */
export const titleOf = (description: string) => [...description.trim()].slice(0, 40).join('')

/** Owner. A citizen's report; the same key again is the same report and the same code. */
export async function reportAsCitizen(tx: Db, life: Life, report: CitizenReport): Promise<string> {
  const { key, phone, ...rest } = report
  const cls = await findClass(tx, report.classCode)
  if (!cls?.active || !cls.open)
    throw invalid('classCode', `there is no class ${report.classCode} that citizens report`)
  const { row } = await reportIncident(tx, life, citizen, {
    report: {
      ...rest,
      title: titleOf(report.description) || cls.name,
      sourceKey: `citizen:${sha256(key).toString('hex').slice(0, 40)}`,
    },
    source: 'citizen',
    owner: ownerOfKey(key),
  })
  const code = codeOf(key)
  await insertReporter(tx, {
    incidentId: row.id,
    codeHash: hashOfCode(code),
    phone: plainPhone(phone),
    contact: '',
  })
  return code
}

export const plainPhone = (phone: string) => phone.replaceAll(/[^\d+]/g, '')

/** What a citizen is shown of the loop: that something happened and when, never who nor what was said inside. */
const shown = new Set(
  [
    'reported',
    'filed',
    'dispatched',
    'accepted',
    'handled',
    'settled',
    'checked',
    'closed',
    'reopened',
    'voided',
    'merged',
    'rated',
  ].map((name) => `incident:${name}`),
)

/** Owner. What somebody with the code may know; a report that was merged follows the one it is part of. */
export async function followReport(db: Db, row: FollowedRow): Promise<Followed> {
  const into = row.mergedInto === null ? null : await findIncident(db, row.mergedInto)
  const ids = [row.id, ...(into ? [into.id] : [])]
  const steps = await listSteps(db, ids)
  const state = into?.state ?? row.state
  return {
    number: row.number,
    classCode: row.classCode,
    className: row.className,
    description: row.description,
    address: row.address,
    lng: row.lng,
    lat: row.lat,
    state,
    reportedAt: row.reportedAt.toISOString(),
    steps: steps
      .filter(({ event }) => shown.has(event))
      .map(({ event, at }) => ({ event, at: at.toISOString() })),
    photos: await listPhotos(db, ids),
    mayRate: row.ratedAt === null && mayRate.has(state),
    satisfied: row.satisfied,
    comment: steps.findLast(({ event }) => event === 'incident:rated')?.comment ?? '',
  }
}
const mayRate: ReadonlySet<string> = new Set(['closed', 'evaluated'])

/** Owner. The citizen's word: kept once. Who is not satisfied may ask for it to be taken up again; the desk decides. */
export async function rateReport(tx: Db, life: Life, row: FollowedRow, rating: Rating): Promise<void> {
  const before = await holdIncident(tx, row.id)
  if (!before) throw notFound('report')
  const { state } = (before.mergedInto !== null && (await findIncident(tx, before.mergedInto))) || before
  if (!mayRate.has(state))
    throw new Refusal(
      409,
      'state',
      stageOf[state] || state === 'checked'
        ? 'The report is not closed yet: it can be rated afterwards.'
        : 'This report cannot be rated any more.',
    )
  if ((await markRated(tx, row.id, life.at)).length === 0)
    throw new Refusal(409, 'rated', 'This report has been rated already.')
  const { satisfied, comment } = rating
  const reopen = rating.reopen && !satisfied && row.mergedInto === null
  const step =
    before.state === 'closed'
      ? await carryOut(tx, life, { before, action: 'evaluate', doer: citizen, command: { satisfied } })
      : { row: await writeIncident(tx, { ...before, satisfied }, life.at), events: [] }
  if (reopen) {
    const note = comment || '市民不满意，要求重新办理'
    await insertAsk(tx, {
      incidentId: row.id,
      action: 'reopen',
      note,
      data: {},
      doer: { ...citizen, accountId: 0 },
      at: life.at,
    })
    step.row = { ...step.row, asks: await countAsks(tx, row.id) }
  }
  step.events.push(eventOf('incident:rated', step.row, citizen, life.at, { satisfied, comment, reopen }))
  if (reopen)
    step.events.push(
      eventOf('incident:asked', step.row, citizen, life.at, { action: 'reopen', note: comment }),
    )
  await finishStep(tx, step)
}
