import { create } from 'zustand'
import type { Decisions } from '../../api/contract/import-kinds.ts'
import type { ImportJob, ImportPreview, ImportRecord } from '../../api/contract/imports.ts'
import type { Problem } from '../../api/contract/problem.ts'
import { getJson, postJson, problemOf, remove } from '../client.ts'
import type { Draft } from './draft.ts'
import { sendFile } from './upload.ts'

/** A file on its way from this very page. It goes on while its reader looks at other faces. */
export interface Upload {
  file: File
  sent: number
  state: 'waiting-turn' | 'sending' | 'paused' | 'no-network' | 'failed'
  problem: Problem | null
}
export interface Undone {
  removed: number
  restored: number
  kept: number
}

export interface ReadAs {
  layer?: string
  encoding?: string
}

interface Imports {
  jobs: readonly ImportJob[] | null
  records: readonly ImportRecord[] | null
  /** The import that is looked at, and what its check has shown. */
  job: ImportJob | null
  preview: ImportPreview | null
  uploads: ReadonlyMap<number, Upload>
  /** What somebody wished a file to be read as; the recognised file does not say which layer it shows. */
  readAs: ReadonlyMap<number, ReadAs>
  problem: Problem | null
  loadJobs: () => Promise<void>
  loadRecords: () => Promise<void>
  /** Follows a job until the returned function is called. */
  watch: (id: number) => () => void
  /** Begins an import for each file and sends them one after another; answers the first one's job. */
  begin: (files: readonly File[]) => Promise<ImportJob | null>
  pause: (id: number) => void
  resume: (job: ImportJob, file?: File) => void
  readAgain: (id: number, how: ReadAs) => Promise<void>
  check: (id: number, options: Draft) => Promise<void>
  write: (id: number, decisions: Decisions) => Promise<void>
  cancel: (id: number) => Promise<void>
  forget: (id: number) => Promise<void>
  undo: (importId: number) => Promise<Undone>
}

const at = '/api/imports/jobs'
export const isBusy = ({ stage }: ImportJob) => ['reading', 'checking', 'writing'].includes(stage)

const senders = new Map<number, AbortController>()
let turn: Promise<unknown> = Promise.resolve()
let watched: number | null = null
let timer: ReturnType<typeof setTimeout> | undefined

// The browser forgets the file when the page goes: it asks first.
addEventListener('beforeunload', (event) => {
  const sending = [...useImports.getState().uploads.values()].some(({ state }) => state !== 'failed')
  if (sending) event.preventDefault()
})

export const useImports = create<Imports>((set, get) => {
  const show = (job: ImportJob) => {
    set(({ jobs }) => ({ jobs: jobs?.map((one) => (one.id === job.id ? job : one)) ?? null }))
    if (watched === job.id) set(({ job: before, preview }) => ({ job, preview: kept(before, job, preview) }))
    if (watched === job.id) follow(job)
  }
  const follow = (job: ImportJob) => {
    clearTimeout(timer)
    if (job.stage === 'checked' && !get().preview) void loadPreview(job.id)
    if (isBusy(job)) timer = setTimeout(() => void ask(job.id), 400)
    // Somebody else's page may be sending it.
    if (job.stage === 'uploading' && !get().uploads.has(job.id))
      timer = setTimeout(() => void ask(job.id), 3000)
  }
  const ask = async (id: number) => {
    if (watched !== id) return
    try {
      const job = await getJson<ImportJob>(`${at}/${id}`)
      if (watched !== id) return
      set({ problem: null })
      show(job)
    } catch (cause) {
      const problem = problemOf(cause)
      if (watched !== id) return
      set({ problem })
      if (problem.code === 'network') timer = setTimeout(() => void ask(id), 2000)
    }
  }
  const loadPreview = async (id: number) => {
    try {
      const preview = await getJson<ImportPreview>(`${at}/${id}/preview`)
      if (watched === id) set({ preview })
    } catch (cause) {
      if (watched === id) set({ problem: problemOf(cause) })
    }
  }
  const setUpload = (id: number, change: Partial<Upload> | null) =>
    set(({ uploads }) => {
      const next = new Map(uploads)
      const before = next.get(id)
      if (change === null) next.delete(id)
      else if (before) next.set(id, { ...before, ...change })
      return { uploads: next }
    })
  const send = (job: ImportJob, file: File) => {
    const abort = new AbortController()
    senders.set(job.id, abort)
    const upload: Upload = { file, sent: job.received, state: 'waiting-turn', problem: null }
    set(({ uploads }) => ({ uploads: new Map(uploads).set(job.id, upload) }))
    turn = turn.then(async () => {
      if (abort.signal.aborted) return
      setUpload(job.id, { state: 'sending' })
      try {
        const done = await sendFile(job, file, {
          signal: abort.signal,
          onSent: (sent) => setUpload(job.id, { sent }),
          onWaiting: (waiting) => setUpload(job.id, { state: waiting ? 'no-network' : 'sending' }),
        })
        setUpload(job.id, null)
        show(done)
      } catch (cause) {
        if (!abort.signal.aborted) setUpload(job.id, { state: 'failed', problem: problemOf(cause) })
      }
    })
  }
  const act = async (id: number, path: string, body: unknown) =>
    show(await postJson<ImportJob>(`${at}/${id}/${path}`, body))

  return {
    jobs: null,
    records: null,
    job: null,
    preview: null,
    uploads: new Map(),
    readAs: new Map(),
    problem: null,
    loadJobs: async () => set({ jobs: (await getJson<{ jobs: ImportJob[] }>(at)).jobs }),
    loadRecords: async () =>
      set({ records: (await getJson<{ imports: ImportRecord[] }>('/api/imports')).imports }),
    watch: (id) => {
      watched = id
      set({ job: null, preview: null, problem: null })
      void ask(id)
      return () => {
        clearTimeout(timer)
        if (watched === id) watched = null
      }
    },
    begin: async (files) => {
      const jobs: ImportJob[] = []
      for (const file of files) {
        const job = await postJson<ImportJob>(at, { file: file.name.slice(-200), size: file.size })
        jobs.push(job)
        send(job, file)
      }
      return jobs[0] ?? null
    },
    pause: (id) => {
      senders.get(id)?.abort()
      setUpload(id, { state: 'paused' })
    },
    resume: (job, file) => {
      const chosen = file ?? get().uploads.get(job.id)?.file
      if (!chosen) return
      // What the server has got since is its to say.
      void getJson<ImportJob>(`${at}/${job.id}`).then(
        (now) => (now.stage === 'uploading' ? send(now, chosen) : show(now)),
        (cause: unknown) => setUpload(job.id, { state: 'failed', problem: problemOf(cause) }),
      )
    },
    readAgain: (id, how) => {
      const wish = { ...get().readAs.get(id), ...how }
      set(({ readAs }) => ({ readAs: new Map(readAs).set(id, wish) }))
      return act(id, 'read', wish)
    },
    check: (id, options) => act(id, 'check', options),
    write: (id, decisions) => act(id, 'write', { decisions }),
    cancel: async (id) => {
      senders.get(id)?.abort()
      setUpload(id, null)
      await act(id, 'cancel', {})
    },
    forget: async (id) => {
      await remove(`${at}/${id}`)
      set(({ jobs }) => ({ jobs: jobs?.filter((job) => job.id !== id) ?? null }))
    },
    undo: async (importId) => {
      const undone = await postJson<Undone>(`/api/imports/${importId}/undo`, {})
      await get().loadRecords()
      return undone
    },
  }
})

/** A preview belongs to one check. */
const kept = (before: ImportJob | null, job: ImportJob, preview: ImportPreview | null) =>
  before?.id === job.id && before.stage === 'checked' && job.stage === 'checked' ? preview : null
