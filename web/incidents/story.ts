import type { Limit } from '../../api/contract/clock.ts'
import type { TimelineEvent } from '../../api/contract/incident.ts'
import { type Action, actions, type Mark, marks, transitions } from '../../api/contract/lifecycle.ts'
import { duration } from '../format.ts'
import type { Dictionary } from '../locales/zh-CN.ts'

/** The action that an event of the timeline tells of; none for what nobody did by the table. */
export const actionOf = (event: string): Action | undefined =>
  actions.find((action) => transitions[action].event === event)

const textIn = (value: unknown): string => (typeof value === 'string' ? value : '')
/** What an appeal is about, as the record has it. */
export const isMark = (value: unknown): value is Mark => marks.some((one) => one === value)
const isLimit = (value: unknown): value is Limit =>
  typeof value === 'object' && value !== null && 'amount' in value

const wordsIn = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
const secondsIn = (value: unknown, text: Dictionary): string =>
  typeof value === 'number' ? duration(value * 1000, text.units) : ''

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

/** Those an event is about, as far as they are known: one who was sent, or several. */
function namesOf({ officerId, officerIds }: Record<string, unknown>, names: StoryNames): string[] {
  const ids: unknown[] = Array.isArray(officerIds) ? officerIds : [officerId]
  return ids.flatMap((id) => (typeof id === 'number' ? (names.officer(id) ?? []) : []))
}

/** An event as a sentence with its circumstances; the record's own words for a name that nobody knows. */
export function tellEvent({ event, data }: TimelineEvent, text: Dictionary, names: StoryNames): Told {
  const words = text.incidents
  const action = actionOf(event)
  const asked = actions.find((one) => one === data.action)
  const askedName = asked ? text.actions[asked] : textIn(data.action)
  const plain = (words.told as Record<string, (data: Record<string, unknown>, action: string) => string>)[
    event.replace('incident:', '')
  ]
  const beyond = text.squads.told[event]
  const what = action
    ? text.actions[action]
    : plain
      ? plain(data, askedName)
      : beyond
        ? beyond(text.squads.callKinds[textIn(data.kind)] ?? '', secondsIn(data.seconds, text))
        : event
  const unit = typeof data.unitId === 'number' ? names.unit(data.unitId) : undefined
  const officer = namesOf(data, names).join(text.squads.and)
  const talkedTo = wordsIn(data.people ?? data.names)
  const more = [
    unit && words.sentTo(officer ? `${unit} · ${officer}` : unit),
    !unit && officer,
    talkedTo.length > 0 && text.squads.talkedTo(talkedTo.join(text.squads.and)),
    event.startsWith('squad:') && typeof data.by === 'string' && text.squads.pressedBy(data.by),
    isLimit(data.extra) && words.longer(limitText(text, data.extra)),
    isMark(data.mark) && words.marks[data.mark],
    action === 'file' && typeof data.classCode === 'string' && words.asClass(names.className(data.classCode)),
    typeof data.satisfied === 'boolean' && (data.satisfied ? words.satisfied : words.dissatisfied),
    typeof data.askedBy === 'string' && words.atRequestOf(data.askedBy),
    typeof data.rule === 'number' && words.byRule,
    typeof data.recurrence === 'number' && words.recurs(data.recurrence),
    typeof data.parentId === 'number' && words.partOf,
    typeof data.doneAt === 'string' && words.doneAt(names.dayTime(data.doneAt)),
  ].filter((part): part is string => typeof part === 'string' && part !== '')
  const note = [data.note, data.decision, data.comment, data.reason].map(textIn).find(Boolean) ?? ''
  return { what, more, note }
}
