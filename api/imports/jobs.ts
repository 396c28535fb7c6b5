import { createReadStream, mkdirSync, rmSync, statSync, truncateSync } from 'node:fs'
import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { lookAt, shapeOf } from '../../gis-data/look.ts'
import type { ImportOptions } from '../../gis-data/options.ts'
import { createPreview } from '../../gis-data/preview.ts'
import { rememberMapping } from '../../gis-data/queries.ts'
import { checkFile, importFile, type Progress, type Setting } from '../../gis-data/run.ts'
import { undoImport } from '../../gis-data/undo.ts'
import type { Decisions, Stage } from '../contract/import-kinds.ts'
import type { ImportJob, ImportPreview, JobOptions } from '../contract/imports.ts'
import type { Db } from '../db/connect.ts'
import { notFound, Refusal, StartError } from '../errors.ts'
import {
  deleteJob,
  findJob,
  insertJob,
  type JobRow,
  listJobs,
  moveJob,
  setChecked,
  setImport,
  setInspected,
  setOptions,
  setReceived,
  settleJobs,
} from './queries.ts'

interface Work {
  /** As the job stood when the work began: while it writes, an embedded database answers nobody. */
  row: JobRow
  step: string
  progress: number
  abort: AbortController
}
interface Parts {
  db: Db
  dataFolder: string
  now: () => Date
  /** Reads grids, roster and live picture again. */
  reload: () => Promise<void>
}

/**
 * Imports on their way. Each stands in the database and its file in the data folder, so a page that is opened again, or a
 * server that is started again, finds it where it was. One is at work at a time: the others wait their turn.
 */
export function createJobs({ db, dataFolder, now, reload }: Parts) {
  const working = new Map<number, Work>()
  const receiving = new Set<number>()
  let turn: Promise<unknown> = Promise.resolve()
  const folderOf = (id: number) => join(dataFolder, 'imports', 'jobs', String(id))
  const fileOf = (id: number) => join(folderOf(id), 'file')
  const previewOf = (id: number) => join(folderOf(id), 'preview.json')

  async function get(id: number): Promise<ImportJob> {
    const work = working.get(id)
    if (work) return wire(work.row, work)
    const row = await findJob(db, id)
    if (!row) throw notFound('import')
    return wire(row, undefined)
  }

  /** Does one stage of a job behind the caller's back; what it throws becomes the job's problem. */
  async function begin(
    id: number,
    stages: { at: Stage; done: Stage; back: Stage },
    work: (setting: Pick<Setting, 'progress' | 'signal'>) => Promise<void>,
  ) {
    const row = await findJob(db, id)
    if (!row) throw notFound('import')
    const state: Work = { row, step: '', progress: 0, abort: new AbortController() }
    working.set(id, state)
    const progress: Progress = {
      step(label) {
        state.step = label
        state.progress = 0
        return { at: (share) => void (state.progress = share), done: () => void (state.progress = 1) }
      },
    }
    const run = async () => {
      try {
        if (state.abort.signal.aborted) throw new StartError('Cancelled before it began.')
        await work({ progress, signal: state.abort.signal })
        await moveJob(db, { id, from: [stages.at], to: stages.done })
      } catch (error) {
        const known = error instanceof StartError || error instanceof Refusal
        if (!known) console.error(error)
        const problem = known
          ? (error as Error).message.replaceAll(/\S*imports\/jobs\/\d+\/file\b/g, row.file)
          : 'Something went wrong on our side. It has been logged.'
        await moveJob(db, { id, from: [stages.at], to: stages.back, problem }).catch(console.error)
      } finally {
        working.delete(id)
      }
    }
    turn = turn.then(run)
  }

  const read = (id: number, options: { layer?: string; encoding?: string } = {}) =>
    begin(id, { at: 'reading', done: 'recognised', back: 'failed' }, async ({ progress, signal }) => {
      const step = progress?.step('reading')
      const inspected = await lookAt(db, {
        file: fileOf(id),
        dataFolder,
        now: now(),
        ...options,
        ...(signal ? { signal } : {}),
        progress: (share) => step?.at(share),
      })
      await setInspected(db, id, inspected)
    })

  async function put(id: number, offset: number, bytes: Uint8Array): Promise<ImportJob> {
    const job = await get(id)
    if (job.stage !== 'uploading') throw new Refusal(409, 'stage', 'This file is complete already.')
    if (offset !== job.received)
      throw new Refusal(409, 'offset', `The next byte expected is ${job.received}, not ${offset}.`)
    if (offset + bytes.byteLength > job.size)
      throw new Refusal(422, 'too-long', `The file was said to have ${job.size} bytes; these are more.`)
    mkdirSync(folderOf(id), { recursive: true })
    // A piece that broke off half-way is written over.
    if (sizeOf(fileOf(id)) > offset) truncateSync(fileOf(id), offset)
    await appendFile(fileOf(id), bytes)
    const received = offset + bytes.byteLength
    await setReceived(db, id, received)
    if (received === job.size && (await moveJob(db, { id, from: ['uploading'], to: 'reading' })))
      await read(id)
    return get(id)
  }

  return {
    get,
    list: async () => (await listJobs(db)).map((row) => wire(row, working.get(row.id))),

    async create(by: string, { file, size }: { file: string; size: number }) {
      const id = await insertJob(db, { by, file, size })
      mkdirSync(folderOf(id), { recursive: true })
      return get(id)
    },

    /** Takes the bytes from `offset` on; the answer says how many are there. The last ones start the reading. */
    async receive(id: number, offset: number, bytes: Uint8Array): Promise<ImportJob> {
      if (receiving.has(id))
        throw new Refusal(409, 'offset', 'A piece of this file is being written already.')
      receiving.add(id)
      try {
        return await put(id, offset, bytes)
      } finally {
        receiving.delete(id)
      }
    },

    /** Checks the file as these options read it: everything but the writing. */
    async check(id: number, options: JobOptions): Promise<ImportJob> {
      await need(id, ['recognised', 'checked', 'failed'], 'checking')
      try {
        await setOptions(db, id, options)
        await setChecked(db, id, null)
      } catch (error) {
        await moveJob(db, { id, from: ['checking'], to: 'recognised' })
        throw error
      }
      await begin(id, { at: 'checking', done: 'checked', back: 'recognised' }, async (setting) => {
        const job = await get(id)
        const preview = createPreview(job.inspected?.columns ?? [])
        const result = await checkFile(db, importOptions(options, { job, file: fileOf(id), decisions: {} }), {
          ...setting,
          dataFolder,
          now: now(),
          preview: preview.see,
        })
        await preview.save(previewOf(id))
        await setChecked(db, id, { ...result, bounds: preview.bounds() })
        if (job.inspected) await rememberMapping(db, { shape: shapeOf(job.inspected.columns), options })
      })
      return get(id)
    },

    /** Writes what was checked, in one transaction. */
    async write(id: number, by: string, decisions: Decisions): Promise<ImportJob> {
      const { options, checked } = await get(id)
      if (!options || !checked) throw new Refusal(409, 'stage', 'Check the file before it is written.')
      const open = checked.kinds.filter(({ kind, rows, fixable }) => {
        const decision = decisions[kind]
        return decision === undefined || (decision === 'fix' && fixable < rows)
      })
      if (open.length > 0)
        throw new Refusal(
          422,
          'undecided',
          `Decide first what is to happen with: ${open.map(({ kind }) => kind).join(', ')}.`,
        )
      await need(id, ['checked'], 'writing')
      await begin(id, { at: 'writing', done: 'done', back: 'checked' }, async (setting) => {
        const job = await get(id)
        const result = await importFile(db, importOptions(options, { job, file: fileOf(id), decisions }), {
          ...setting,
          dataFolder,
          now: now(),
          by,
        })
        if (result.undecided)
          throw new StartError('The file is not as it was when it was checked. Check it again.')
        await setImport(db, id, result.importId)
        if (result.importId !== null) await reload()
        rmSync(folderOf(id), { recursive: true, force: true })
      })
      return get(id)
    },

    /** Stops what is at work; a job that waits for its bytes or for a decision is given up. */
    async cancel(id: number): Promise<ImportJob> {
      const job = await get(id)
      const work = working.get(id)
      if (work) work.abort.abort()
      else if (
        await moveJob(db, { id, from: ['uploading', 'recognised', 'checked', 'failed'], to: 'cancelled' })
      )
        rmSync(folderOf(id), { recursive: true, force: true })
      else throw new Refusal(409, 'stage', `This import is ${job.stage}: there is nothing to cancel.`)
      return get(id)
    },

    async remove(id: number): Promise<void> {
      const job = await get(id)
      if (working.has(id)) throw new Refusal(409, 'stage', `This import is ${job.stage}. Cancel it first.`)
      await deleteJob(db, id)
      rmSync(folderOf(id), { recursive: true, force: true })
    },

    async preview(id: number): Promise<ImportPreview> {
      await get(id)
      let text = ''
      try {
        for await (const piece of createReadStream(previewOf(id), 'utf8')) text += piece
      } catch {
        throw new Refusal(404, 'not-found', 'There is no preview: the file has not been checked, or is done.')
      }
      return JSON.parse(text) as ImportPreview
    },

    /** Reads the file again, in another encoding or another of its layers. */
    async look(id: number, options: { layer?: string; encoding?: string }): Promise<ImportJob> {
      await need(id, ['recognised', 'checked', 'failed'], 'reading')
      await read(id, options)
      return get(id)
    },

    async undo(importId: number, by: string) {
      const undone = await undoImport(db, importId, { by, now: now(), dataFolder })
      await reload()
      return undone
    },

    /** Called once at the start, before anything is served. */
    settle: () => settleJobs(db),
    /** Waits for whatever is at work: before the database closes. */
    async close() {
      for (const { abort } of working.values()) abort.abort()
      await turn
    },
  }

  async function need(id: number, from: readonly Stage[], to: Stage) {
    const { stage } = await get(id)
    if (!(await moveJob(db, { id, from, to })))
      throw new Refusal(409, 'stage', `This import is ${stage}; for that it must be ${from.join(' or ')}.`)
  }
}
export type Jobs = ReturnType<typeof createJobs>

const wire = ({ createdAt, ...row }: JobRow, work: Work | undefined): ImportJob => ({
  ...row,
  createdAt: createdAt.toISOString(),
  step: work?.step ?? '',
  progress: row.stage === 'uploading' ? row.received / row.size : (work?.progress ?? 0),
})

function importOptions(
  { map, start, town, ...options }: JobOptions,
  { job, file, decisions }: { job: ImportJob; file: string; decisions: Decisions },
): ImportOptions {
  return {
    ...options,
    file,
    name: job.file,
    dryRun: false,
    decisions,
    map: new Map(Object.entries(map)),
    ...(town ? { town } : {}),
    ...(start ? { start: new Date(start) } : {}),
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
