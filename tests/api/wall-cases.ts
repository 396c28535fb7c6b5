import { openStates, type State } from '../../api/contract/lifecycle.ts'
import type { Db } from '../../api/db/connect.ts'
import { south, west } from '../setup/town.ts'

// Cases of six weeks with their histories, written straight into a database; how they went is drawn from a seed.

export interface TestCase {
  id: number
  classCode: string
  gridCode: string
  reportedAt: number
  dueAt: number | null
  handledAt: number | null
  closedAt: number | null
  satisfied: boolean | null
  /** When it came into which state; the last one is where it stands. */
  steps: readonly { at: number; state: State; event: string }[]
  /** Whether the clock wrote into its history that a deadline went by. */
  overdueAt: number | null
}

const minute = 60_000
const day = 86_400_000
/** The straight way, and what each step is called in the history. */
const way: readonly (readonly [State, string])[] = [
  ['reported', 'incident:reported'],
  ['filed', 'incident:filed'],
  ['dispatched', 'incident:dispatched'],
  ['handling', 'incident:accepted'],
  ['handled', 'incident:handled'],
  ['checked', 'incident:checked'],
  ['closed', 'incident:closed'],
  ['evaluated', 'incident:evaluated'],
  ['archived', 'incident:archived'],
]

/** A small generator that a seed repeats (Numerical Recipes). */
function lcg(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** So many cases up to `now`: the more the nearer, so that today has some in every state. */
export function drawCases(count: number, { now, seed }: { now: number; seed: number }): TestCase[] {
  const random = lcg(seed)
  const pick = <T>(list: ArrayLike<T>) => list[Math.floor(random() * list.length)] as T
  return Array.from({ length: count }, (_, i) => {
    const reportedAt = Math.floor(now - 42 * day * random() ** 2.2)
    const steps: { at: number; state: State; event: string }[] = []
    let at = reportedAt
    const pace = random() ** 3 * 20 * 60 * minute
    const until = 1 + Math.floor(random() * way.length)
    const move = (state: State, event: string) => {
      if (at <= now) steps.push({ at, state, event })
      at += Math.floor(1000 + random() * pace)
    }
    for (const [state, event] of way.slice(0, until)) {
      move(state, event)
      if (state === 'handling' && random() < 0.15) {
        move('suspended', 'incident:suspended')
        if (random() < 0.6) move('handling', 'incident:resumed')
        else break
      }
      if (state === 'handled' && random() < 0.15) {
        move('handling', 'incident:reworked')
        move('handled', 'incident:handled')
      }
      if (state === 'filed' && random() < 0.06) {
        move(random() < 0.5 ? 'voided' : 'merged', 'incident:voided')
        break
      }
    }
    const cameAt = (state: State) => steps.findLast((step) => step.state === state)?.at ?? null
    const closedAt = cameAt('closed')
    const standing = steps.at(-1)?.state ?? 'reported'
    const dueAt =
      closedAt !== null || random() < 0.9 ? reportedAt + Math.floor((0.2 + random() * 3) * day) : null
    const isOpen = openStates.includes(standing)
    return {
      id: i + 1,
      classCode: pick(['01', '01', '02']),
      // A storm over one grid today, beside what is usual there.
      gridCode:
        now - reportedAt < day && random() < 0.3 ? 'G012' : `G${pick('0123')}${pick('0123')}${pick('0123')}`,
      reportedAt,
      dueAt,
      handledAt: cameAt('handled'),
      closedAt,
      satisfied: closedAt !== null && random() < 0.4 ? random() < 0.8 : null,
      steps,
      overdueAt: isOpen && dueAt !== null && dueAt < now && random() < 0.9 ? dueAt : null,
    }
  })
}

/** Writes cases and histories as the system keeps them. */
export async function writeCases(db: Db, cases: readonly TestCase[]): Promise<void> {
  const rows = cases.map((one) => ({
    ...one,
    state: one.steps.at(-1)?.state,
    lng: west + 0.001,
    lat: south + 0.001,
  }))
  await db.query(
    `insert into incidents (town_id, id, number, class_code, source, title, geom, path, state, reported_at, due_at, handled_at, closed_at, satisfied)
     select g.path[1], c.id, 'N' || c.id, c."classCode", 'hotline', '第' || c.id || '件', st_setsrid(st_point(c.lng, c.lat), 4326), g.path,
       c.state, to_timestamp(c."reportedAt" / 1000), to_timestamp(c."dueAt" / 1000), to_timestamp(c."handledAt" / 1000),
       to_timestamp(c."closedAt" / 1000), c.satisfied
     from jsonb_to_recordset($1::jsonb) as c (id int, "classCode" text, "gridCode" text, state text, lng float8, lat float8,
       "reportedAt" float8, "dueAt" float8, "handledAt" float8, "closedAt" float8, satisfied boolean)
     join grids g on g.code = c."gridCode"`,
    [JSON.stringify(rows)],
  )
  const events = cases
    .flatMap(({ id, steps, overdueAt }) => [
      ...steps.map(({ at, state, event }, i) => ({
        id,
        at,
        event,
        data: { ...(i === 0 ? {} : { from: steps[i - 1]?.state }), incident: { id, state } },
      })),
      ...(overdueAt === null ? [] : [{ id, at: overdueAt, event: 'incident:overdue', data: {} }]),
    ])
    .sort((a, b) => a.at - b.at)
  await db.query(
    `insert into timeline (seq, town_id, incident_id, event, at, actor_name, actor_role, path, data)
     select row_number() over (order by e.place), i.town_id, e.id, e.event, to_timestamp(e.at / 1000), 'dispatcher', 'dispatcher', i.path, e.data
     from jsonb_to_recordset($1::jsonb) as e (place int, id int, event text, at float8, data jsonb)
     join incidents i on i.id = e.id`,
    [JSON.stringify(events.map((event, place) => ({ ...event, place })))],
  )
  await db.query('update timeline_head set seq = $1', [events.length])
}
