import type { CitizenReport } from '../../api/contract/citizen.ts'
import type { AskRequest, Incident, IncidentReport, TransitionRequest } from '../../api/contract/incident.ts'
import type { NewMedium } from '../../api/contract/media.ts'
import type { Problem } from '../../api/contract/problem.ts'

// The order of what waits on a phone, without storage and line: what may be sent now, what waits for what, what came of it.

/** An incident by the server's id, or by the key of its report while that waits here too. */
export type Ref = number | string

export type Command =
  | {
      kind: 'upload'
      medium: Pick<NewMedium, 'kind' | 'moment' | 'bytes' | 'name'>
      /** Added to a case that is there already; otherwise a command brings it. */
      incidentId: number | null
      /** A citizen's: the key of the report that it is for. */
      reportKey: string | null
    }
  | { kind: 'report'; body: Omit<IncidentReport, 'mediaIds' | 'sourceKey' | 'happenedAt'>; media: string[] }
  | { kind: 'citizen'; body: Omit<CitizenReport, 'mediaIds' | 'key' | 'happenedAt'>; media: string[] }
  | {
      kind: 'transition'
      incident: Ref
      body: Omit<TransitionRequest, 'mediaIds' | 'key' | 'at'>
      media: string[]
    }
  | { kind: 'ask'; incident: Ref; body: Omit<AskRequest, 'mediaIds' | 'key'>; media: string[] }

/** What the server said: enough of it to show the entry, and to send what refers to it. */
export interface Answer {
  id: number
  number?: string
  version?: number
  state?: Incident['state']
  /** A citizen's way back to the report. */
  code?: string
}

export interface Entry {
  /** Made once: the server answers a repeated one with the first answer. */
  key: string
  /** Whose it is: another one who signs in on the same phone never sends it. */
  owner: string
  /** Grows with each entry of the phone. */
  seq: number
  /** When it was taken down, Unix milliseconds by the phone's clock. */
  at: number
  /** What it is about, in words of its writer. */
  title: string
  command: Command
  state: 'waiting' | 'sent' | 'refused'
  tries: number
  /** Not sent again before, Unix milliseconds. */
  notBefore: number
  problem: Problem | null
  answer: Answer | null
}

export type Standing = 'sent' | 'waits' | 'held' | 'refused'

/** Case that a command is about; null for an upload. */
const subjectOf = ({ key, command }: Entry): Ref | null =>
  command.kind === 'upload'
    ? null
    : command.kind === 'report' || command.kind === 'citizen'
      ? key
      : command.incident

/** The server's id of a case where it is known, so that a case has one name before and after its report has arrived. */
export function resolve(ref: Ref, all: readonly Entry[]): Ref {
  if (typeof ref === 'number') return ref
  return all.find(({ key }) => key === ref)?.answer?.id ?? ref
}

/** What must have arrived before: its uploads, its report, and what was done to the same case before it. */
export function needsOf(entry: Entry, all: readonly Entry[]): Entry[] {
  const { command } = entry
  if (command.kind === 'upload') return []
  const subject = subjectOf(entry)
  if (subject === null) return []
  const named = resolve(subject, all)
  return all.filter((other) => {
    if (other.key === entry.key || other.state === 'sent') return false
    if (command.media.includes(other.key) || other.key === subject) return true
    const theirs = subjectOf(other)
    return theirs !== null && other.seq < entry.seq && resolve(theirs, all) === named
  })
}

/** Held: something that must arrive before it was refused. */
export function standingOf(entry: Entry, all: readonly Entry[]): Standing {
  if (entry.state !== 'waiting') return entry.state
  return needsOf(entry, all).some((need) => standingOf(need, all) !== 'waits') ? 'held' : 'waits'
}

/** The oldest entry that may be sent now. */
export const nextOf = (all: readonly Entry[], now: number): Entry | undefined =>
  bySeq(all).find(
    (entry) => entry.state === 'waiting' && entry.notBefore <= now && needsOf(entry, all).length === 0,
  )

export const bySeq = (all: readonly Entry[]): Entry[] => [...all].sort((a, b) => a.seq - b.seq)

/** The version a transition stands on: what the one before it made, or what its writer saw. */
export function versionOf(entry: Entry, all: readonly Entry[]): number | undefined {
  const { command } = entry
  if (command.kind !== 'transition' || command.body.version === undefined) return undefined
  const subject = resolve(command.incident, all)
  const made = all
    .filter((other) => other.seq < entry.seq && other.command.kind !== 'upload' && other.answer?.version)
    .filter((other) => resolve(subjectOf(other) ?? '', all) === subject)
    .map((other) => other.answer?.version ?? 0)
  return Math.max(command.body.version, ...made)
}

/** What goes with an entry that its writer gives up: its uploads, and all that was to be done to a report that never was. */
export function goesWith(entry: Entry, all: readonly Entry[]): Entry[] {
  const { command } = entry
  if (command.kind === 'upload') return []
  const uploads = all.filter(({ key }) => command.media.includes(key))
  if (command.kind !== 'report') return uploads
  const later = all.filter(
    ({ command: other }) =>
      (other.kind === 'transition' || other.kind === 'ask') && other.incident === entry.key,
  )
  return [...uploads, ...later, ...later.flatMap((one) => goesWith(one, all))]
}

/** How long until the next try, in milliseconds: doubled each time up to a minute. `chance` from 0 to 1 spreads a town of phones. */
export const backOffMs = (tries: number, chance: number): number =>
  Math.min(60_000, 1000 * 2 ** Math.min(tries, 6)) * (0.5 + chance / 2)

/** Not arrived, or not now: the same again later. What else was said is the server's last word. */
export const isPassing = ({ status }: Pick<Problem, 'status'>): boolean =>
  status === 0 || status === 401 || status === 408 || status === 425 || status === 429 || status >= 500
