import { createFacts } from '../../api/evaluation/facts.ts'
import { evaluate } from '../../api/evaluation/measures.ts'
import { writeFacts } from '../../api/evaluation/queries.ts'
import { databases } from '../setup/database.ts'
import { openTown } from '../setup/town.ts'
import { median, quantile, round } from './figures.ts'

/** A year of a township. */
const cases = 51_000
const rounds = 9

/**
 * `rollupUpkeepMs`: the fold of one changed case, its sums with it, of 200 at once; `foldSeconds`: all of them from nothing.
 * `queryP50Ms`, `queryP99Ms`: the measures of a quarter by each grouping, with both comparisons and the quantiles; `rawSqlRatio`: the
 * same shares of one quarter by grid from the timeline itself ÷ from the sums, both as one statement.
 */
export async function benchMeasures() {
  const open = databases.find(({ name }) => name === 'server')?.open ?? databases[0]!.open
  const town = await openTown(open)
  const { db } = town.running.services
  await db.query(
    `insert into incidents (town_id, id, number, class_code, source, title, geom, path, state, reported_at, filed_at, handled_at, closed_at, unit_id, satisfied)
     select t.id, nextval('incident_ids'), '2025-' || n, '0' || 1 + n % 2, (array['member', 'officer', 'citizen', 'hotline'])[1 + n % 4], '一件',
       st_centroid(g.geom), g.path, 'closed', s.at, s.at + interval '20 minutes', s.at + interval '1 hour' * (1 + n % 30), s.at + interval '1 hour' * (2 + n % 40),
       (select min(id) from units), case when n % 5 = 0 then n % 3 > 0 end
     from generate_series(1, $1::int) n
     cross join towns t
     cross join lateral (select timestamptz '2025-01-01 00:00+08' + interval '1 second' * (n * 618.0) as at) s
     join (select *, row_number() over (order by id) - 1 as place, count(*) over () as many from grids where level = 3) g on g.place = n % g.many`,
    [cases],
  )
  await db.query(
    `with made as (
       select i.town_id, i.id, i.path, e.event, e.at, e.stage, row_number() over (order by e.at, i.id, e.step) as place
       from incidents i cross join lateral (values
         (1, 'incident:reported', i.reported_at, null), (2, 'incident:filed', i.filed_at, null),
         (3, 'incident:dispatched', i.filed_at + interval '5 minutes', null), (4, 'incident:accepted', i.filed_at + interval '12 minutes', null),
         (5, case when i.id % 9 = 0 then 'incident:overdue' else 'incident:gathered' end, i.handled_at - interval '1 minute', 'handle'),
         (6, 'incident:handled', i.handled_at, null), (7, 'incident:checked', i.closed_at - interval '1 minute', null),
         (8, 'incident:closed', i.closed_at, null)) as e (step, event, at, stage)
     ), head as (update timeline_head set seq = seq + (select count(*) from made) returning seq)
     insert into timeline (seq, town_id, incident_id, event, at, actor_name, actor_role, path, data)
     select head.seq - (select count(*) from made) + place, town_id, id, event, at, '测', 'dispatcher', path, jsonb_strip_nulls(jsonb_build_object('stage', stage))
     from made cross join head`,
  )
  await db.query('analyze incidents')
  await db.query('analyze timeline')
  const facts = createFacts(db)
  let from = performance.now()
  await facts.follow()
  const foldSeconds = (performance.now() - from) / 1000
  await db.query('analyze case_facts')
  await db.query('analyze case_hours')
  const ids = (await db.query<{ id: number }>('select id from incidents order by id')).map(({ id }) => id)
  const upkeep: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const some = ids.filter((_, i) => i % 251 === round).slice(0, 200)
    await db.query('update incidents set satisfied = (satisfied is not true) where id = any($1::int[])', [
      some,
    ])
    from = performance.now()
    await db.transaction((tx) => writeFacts(tx, some))
    upkeep.push((performance.now() - from) / some.length)
  }
  const scope = { role: 'leader', grids: [town.townId] } as const
  const quarters = [
    ['2025-01-01', '2025-03-31'],
    ['2025-04-01', '2025-06-30'],
    ['2025-07-01', '2025-09-30'],
    ['2025-10-01', '2025-12-31'],
  ] as const
  const asked: number[] = []
  for (let round = 0; round < rounds; round += 1)
    for (const [first, last] of quarters)
      for (const by of ['all', 'grid', 'unit', 'class', 'source', 'hour', 'weekday', 'day'] as const) {
        from = performance.now()
        await evaluate(db, scope, { from: first, to: last, by, heldOut: 'false', quantiles: 'false' })
        asked.push(performance.now() - from)
      }
  const quarter = `at >= '2025-04-01 00:00+08' and at < '2025-07-01 00:00+08'`
  const time = async (sql: string) => {
    const took: number[] = []
    for (let round = 0; round < rounds; round += 1) {
      from = performance.now()
      await db.query(sql)
      took.push(performance.now() - from)
    }
    return median(took)
  }
  const raw = await time(
    `select i.path[2], count(*) filter (where e.handled), count(*) filter (where e.handled and not e.late)
     from incidents i join lateral (
       select bool_or(event = 'incident:handled') as handled, bool_or(event = 'incident:overdue') as late from timeline where incident_id = i.id
     ) e on true
     where ${quarter.replaceAll('at ', 'i.reported_at ')} group by 1`,
  )
  const ours = await time(
    `select path[2], sum(handled), sum(handled_on_time) from case_hours where ${quarter.replaceAll('at ', 'hour ')} group by 1`,
  )
  await town.close()
  return {
    cases,
    foldSeconds: round(foldSeconds),
    rollupUpkeepMs: round(median(upkeep)),
    queryP50Ms: round(quantile(asked, 0.5)),
    queryP99Ms: round(quantile(asked, 0.99)),
    rawSqlRatio: round(raw / ours),
    rawMs: round(raw),
    sumsMs: round(ours),
  }
}
