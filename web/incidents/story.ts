import type { Limit } from '../../api/contract/clock.ts'
import type { TimelineEvent } from '../../api/contract/incident.ts'
import { type Action, actions, transitions } from '../../api/contract/lifecycle.ts'
import type { Dictionary } from '../locales/zh-CN.ts'

/** The action that an event of the timeline tells of; none for what nobody did by the table. */
export const actionOf = (event: string): Action | undefined =>
  actions.find((action) => transitions[action].event === event)

const textIn = (value: unknown): string => (typeof value === 'string' ? value : '')
const isLimit = (value: unknown): value is Limit =>
  typeof value === 'object' && value !== null && 'amount' in value

export interface StoryNames {
  unit: (id: number) => string | undefined
  officer: (id: number) => string | undefined
  className: (code: string) => string
  dayTime: (instant: string) => string
}
export interface Told {
  /** What happened, in a word or a short sentence. */
  what: string
  /** To whom, how much longer, at whose request: what else is to be known. */
  more: string[]
  /** As somebody wrote it. */
  note: string
}

export const limitText = (text: Dictionary, { amount, kind }: Limit): string =>
  `${amount} ${text.incidents.timeKinds[kind]}`

/** An event as a sentence with its circumstances; the record's own words for a name that nobody knows. */
export function tellEvent({ event, data }: TimelineEvent, text: Dictionary, names: StoryNames): Told {
  const words = text.incidents
  const action = actionOf(event)
  const asked = actions.find((one) => one === data.action)
  const askedName = asked ? text.actions[asked] : textIn(data.action)
  const plain = (words.told as Record<string, (data: Record<string, unknown>, action: string) => string>)[
    event.replace('incident:', '')
  ]
  const what = action ? text.actions[action] : plain ? plain(data, askedName) : event
  const unit = typeof data.unitId === 'number' ? names.unit(data.unitId) : undefined
  const officer = typeof data.officerId === 'number' ? names.officer(data.officerId) : undefined
  const more = [
    unit && words.sentTo(officer ? `${unit} · ${officer}` : unit),
    isLimit(data.extra) && words.longer(limitText(text, data.extra)),
    action === 'file' && typeof data.classCode === 'string' && words.asClass(names.className(data.classCode)),
    typeof data.satisfied === 'boolean' && (data.satisfied ? words.satisfied : words.dissatisfied),
    typeof data.askedBy === 'string' && words.atRequestOf(data.askedBy),
    typeof data.rule === 'number' && words.byRule,
    typeof data.recurrence === 'number' && words.recurs(data.recurrence),
    typeof data.parentId === 'number' && words.partOf,
    typeof data.doneAt === 'string' && words.doneAt(names.dayTime(data.doneAt)),
  ].filter((part): part is string => typeof part === 'string' && part !== '')
  return { what, more, note: textIn(data.note) || textIn(data.decision) || textIn(data.comment) }
}
