import { type AlertKind, type AlertSeverity, calmMs, rankOf } from '../contract/alert-rules.ts'
import type { Incident } from '../contract/incident.ts'
import type { MonitoringPoint } from '../contract/monitoring.ts'
import { sosClass } from '../contract/squad-rules.ts'
import type { AlertRow, NewsEvent } from './queries.ts'

// What an event of the timeline means for whoever sits in front of the screens. Nothing here reads or writes.

export const placeOfGrid = (gridId: number) => `grid:${gridId}`
export const placeOfIncident = (id: number) => `incident:${id}`

/** The places that an event may raise or settle an alert at. */
export const placesOf = ({ path, incidentId }: NewsEvent): string[] => [
  placeOfGrid(path.at(-1) ?? 0),
  ...(incidentId === null ? [] : [placeOfIncident(incidentId)]),
]

interface News {
  kind: AlertKind
  severity: AlertSeverity
  title: string
  level?: number
  pointId?: number
}

const short = (...parts: (string | null | undefined)[]) =>
  [...parts.filter(Boolean).join('：')].slice(0, 200).join('')
const said = (value: unknown) => (typeof value === 'string' ? value : '')

/** The alert that an event raises; null for most of them. */
export function newsIn({ event, data }: NewsEvent): News | null {
  if (event === 'point:changed') {
    const { id, name, message, state } = data.point as MonitoringPoint
    return state === 'alarm'
      ? { kind: 'monitoring', severity: 'usual', title: short(name, message), pointId: id }
      : null
  }
  const incident = data.incident as Incident | undefined
  if (!incident) return null
  const { severity, title } = incident
  const weight = severity === 'urgent' ? 'urgent' : 'usual'
  switch (event) {
    case 'incident:reported':
      // Parts of a split incident are made by the desk, which knows of them.
      if (data.parentId !== undefined) return null
      if (severity === 'urgent') return { kind: 'incident', severity, title: short(title) }
      return incident.source === 'monitoring' ? { kind: 'monitoring', severity, title: short(title) } : null
    case 'incident:warned':
      return { kind: 'warned', severity: severity === 'urgent' ? 'usual' : 'minor', title: short(title) }
    case 'incident:overdue':
    case 'incident:escalated':
      return { kind: 'overdue', severity: weight, title: short(title), level: Number(data.level ?? 0) }
    case 'incident:asked':
      return { kind: 'asked', severity: weight, title: short(title, said(data.note)) }
    case 'incident:rated':
      return data.satisfied === false
        ? { kind: 'dissatisfied', severity: 'usual', title: short(title, said(data.comment)) }
        : null
    case 'squad:nobody':
      return { kind: 'squad', severity: weight, title: short(title) }
    default:
      return null
  }
}

/** Kinds of alerts about an incident that have nothing left to say once it stands as this event leaves it. */
export function settledBy({ event, at, data }: NewsEvent): AlertKind[] {
  const incident = data.incident as Incident | undefined
  if (!incident) return []
  const { state, asks, dueAt, warnAt } = incident
  const runs = (limit: string | null) => limit !== null && state !== 'suspended' && at >= new Date(limit)
  return [
    ...(asks === 0 ? ['asked' as const] : []),
    ...(runs(warnAt) && event !== 'incident:overdue' ? [] : ['warned' as const]),
    ...(runs(dueAt) ? [] : ['overdue' as const]),
    ...(event === 'squad:offered' || !['dispatched', 'handling'].includes(state) ? ['squad' as const] : []),
    ...(event === 'incident:reopened' || state === 'archived' ? ['dissatisfied' as const] : []),
  ]
}

/** An urgent report leaves the desk's list with this event; a call for help, filed as it comes, only when somebody is sent. */
export const isTaken = ({ data }: NewsEvent) => {
  const incident = data.incident as Incident | undefined
  if (incident?.severity !== 'urgent') return false
  return incident.state !== 'reported' && !(incident.state === 'filed' && incident.classCode === sosClass)
}

export interface Entry {
  row: AlertRow
  before: AlertRow | null
  /** Something new to hear: not only a higher count. */
  sounds: boolean
}

/** The open alerts that a run of events may touch. Afterwards `entries` holds them and what was added. */
export function createBook(open: readonly AlertRow[]) {
  const entries: Entry[] = open.map((row) => ({ row, before: row, sounds: false }))
  const find = (kind: AlertKind, place: string) =>
    entries.find(({ row }) => row.kind === kind && row.place === place && row.acknowledgedAt === null)
  return {
    entries,
    /** One more of this kind at its place: a new alert, or counted onto the one that is open there, however old. */
    raise(news: News, { path, incidentId, at }: NewsEvent) {
      const { kind, severity, title, level = 0, pointId = null } = news
      const place =
        kind === 'incident' || kind === 'monitoring' || incidentId === null
          ? placeOfGrid(path.at(-1) ?? 0)
          : placeOfIncident(incidentId)
      const entry = find(kind, place)
      if (!entry) {
        const fresh = { count: 1, firstAt: at, lastAt: at, acknowledgedBy: null, acknowledgedAt: null }
        const row = { id: 0, kind, severity, place, path, title, incidentId, pointId, level, ...fresh }
        entries.push({ row, before: null, sounds: true })
        return
      }
      const { row } = entry
      const louder = rankOf(severity) > rankOf(row.severity)
      const after = at.getTime() - row.lastAt.getTime()
      entry.sounds ||= louder || level > row.level || after >= calmMs
      entry.row = {
        ...row,
        title,
        path,
        incidentId,
        pointId,
        severity: louder ? severity : row.severity,
        count: row.count + 1,
        level: Math.max(row.level, level),
        lastAt: after > 0 ? at : row.lastAt,
      }
    },
    /** Nobody need look any more. */
    settle(kind: AlertKind, place: string, { actorName, at }: NewsEvent) {
      const entry = find(kind, place)
      if (entry) entry.row = { ...entry.row, acknowledgedBy: actorName, acknowledgedAt: at }
    },
  }
}
