import fc from 'fast-check'
import type { Incident, IncidentDetail } from '../../api/contract/incident.ts'
import {
  type Action,
  actions,
  askable,
  type State,
  type Transition,
  transitions,
} from '../../api/contract/lifecycle.ts'
import { south, type TestTown, west } from '../setup/town.ts'

// Random commands by eight actors at once against the API; what is left must be a history that the table allows, with nothing missing.

const actors = [
  'dispatcher',
  'admin',
  'leader',
  'officer',
  'member',
  'dispatcher',
  'admin',
  'officer',
] as const
interface Command {
  actor: number
  /** `next`: one of what the API itself offers this actor now. */
  kind: 'next' | 'do' | 'ask' | 'decide'
  pick: number
  action: Action
  grant: boolean
}
const command: fc.Arbitrary<Command> = fc.record({
  actor: fc.nat(actors.length - 1),
  kind: fc.constantFrom('next', 'next', 'next', 'next', 'do', 'ask', 'decide'),
  pick: fc.nat(1000),
  action: fc.oneof(
    {
      weight: 5,
      arbitrary: fc.constantFrom<Action>('file', 'dispatch', 'accept', 'finish', 'check', 'close'),
    },
    { weight: 3, arbitrary: fc.constantFrom(...actions) },
  ),
  grant: fc.boolean(),
})
const sequence = fc.array(command, { minLength: 8, maxLength: 24 })
/** What ends an incident or takes it off the way is drawn less often, or every sequence is over after two steps. */
const ends: ReadonlySet<Action> = new Set(['void', 'merge', 'archive', 'split', 'suspend', 'reopen'])

export interface ModelFigures {
  sequences: number
  commands: number
  accepted: number
  illegalStates: number
  lostTransitions: number
  timelineGaps: number
  seed: number
}

/** Runs `count` sequences, 8 incidents at a time, 8 actors at each; prints nothing but what is wrong. */
export async function runModel(
  town: TestTown,
  { count, seed }: { count: number; seed: number },
): Promise<ModelFigures> {
  const figures = {
    sequences: 0,
    commands: 0,
    accepted: 0,
    illegalStates: 0,
    lostTransitions: 0,
    timelineGaps: 0,
    seed,
  }
  const sequences = fc.sample(sequence, { numRuns: count, seed })
  let next = 0
  const lane = async () => {
    for (let commands = sequences[next++]; commands; commands = sequences[next++]) {
      const { accepted, wrong } = await runSequence(town, commands)
      figures.sequences += 1
      figures.commands += commands.length
      figures.accepted += accepted
      figures.illegalStates += wrong.illegal
      figures.lostTransitions += wrong.lost
    }
  }
  await Promise.all(Array.from({ length: 8 }, lane))
  const [gaps] = await town.running.db.query<{ gaps: number }>(
    `select (h.seq - (select count(*) from timeline))::int as gaps from timeline_head h`,
  )
  figures.timelineGaps = Math.abs(gaps?.gaps ?? 1)
  return figures
}

async function runSequence(town: TestTown, commands: readonly Command[]) {
  const desk = await town.as('dispatcher')
  const made = (await (
    await desk('POST', '/api/incidents', {
      classCode: '01',
      title: '随机',
      lng: west + 0.001,
      lat: south + 0.001,
    })
  ).json()) as Incident
  const other = made.id > 1 ? made.id - 1 : made.id
  let accepted = 0
  const turn = async ({ kind, actor, action, grant, pick }: Command) => {
    const caller = await town.as(actors[actor] ?? 'admin')
    const more = {
      note: '随机',
      unitId: 1,
      extra: { amount: 1, kind: 'natural' },
      intoId: other,
      parts: [{ title: '甲' }, { title: '乙' }],
      satisfied: grant,
    }
    const send = async (path: string, body: unknown) => {
      const answer = await caller('POST', `/api/incidents/${made.id}/${path}`, body)
      if (answer.status >= 500) throw new Error(`${path} ${JSON.stringify(body)}: ${await answer.text()}`)
      if (answer.ok) accepted += 1
      await answer.arrayBuffer().catch(() => undefined)
    }
    if (kind === 'do') return send('transitions', { action, ...more })
    if (kind === 'ask') {
      if (!(askable as readonly string[]).includes(action)) return
      return send('requests', { action, ...more })
    }
    const detail = (await (await caller('GET', `/api/incidents/${made.id}`)).json()) as IncidentDetail
    if (kind === 'next') {
      const offered = detail.actions.filter((one) => !ends.has(one) || pick % 7 === 0)
      const chosen = offered[pick % Math.max(1, offered.length)]
      return chosen && send('transitions', { action: chosen, ...more })
    }
    const request = detail.requests.find(({ state }) => state === 'pending')
    if (request) await send(`requests/${request.id}/decision`, { grant, unitId: 1 })
  }
  // Each actor keeps the order of their own; all of them are at it together.
  await Promise.all(
    actors.map(async (_, actor) => {
      for (const one of commands) if (one.actor === actor) await turn(one)
    }),
  )
  const detail = (await (await desk('GET', `/api/incidents/${made.id}`)).json()) as IncidentDetail
  return { accepted, wrong: judge(detail, accepted) }
}

const byEvent = new Map<string, Transition>(
  Object.values(transitions as Record<Action, Transition>).map((rule) => [rule.event, rule]),
)
const besides = new Set([
  'incident:asked',
  'incident:refused',
  'incident:joined',
  'incident:warned',
  'incident:overdue',
  'incident:escalated',
])

/** What of a history the table does not allow, and how many accepted commands it does not tell of. */
function judge(detail: IncidentDetail, accepted: number): { illegal: number; lost: number } {
  let state: State = 'reported'
  let before: State = 'dispatched'
  let [illegal, told] = [0, 0]
  for (const { event, data, actorRole } of detail.timeline.slice(1)) {
    const after = (data.incident as Incident).state
    const rule = byEvent.get(event)
    const system = actorRole === 'system'
    if (!system && event !== 'incident:joined') told += 1
    if (besides.has(event)) {
      if (after !== state && event !== 'incident:joined') illegal += 1
      continue
    }
    if (event === 'incident:gathered') {
      if (state !== 'split' || (after !== 'handled' && after !== 'filed')) illegal += 1
    } else {
      const to: State | null = !rule
        ? null
        : rule.to === 'same'
          ? state
          : rule.to === 'before'
            ? before
            : rule.to
      if (!rule?.from.includes(state) || to !== after) illegal += 1
      if (!system && !(rule?.roles as readonly string[] | undefined)?.includes(actorRole)) illegal += 1
    }
    if (event === 'incident:suspended') before = state
    state = after
  }
  if (state !== detail.state) illegal += 1
  return { illegal, lost: Math.abs(accepted - told) }
}
