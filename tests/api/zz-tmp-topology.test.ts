import { test, describe, expect } from 'vitest'
import { databases } from '../setup/database.ts'
import { newYork } from '../land/new-york.ts'
import { checkPlan } from '../../api/plans/check.ts'
import { proposeRepair } from '../../api/plans/repair.ts'
import { districtRule } from '../../api/plans/codes.ts'
const show = (p:any[]) => { const by = Object.groupBy(p, (x:any)=>`${x.level} ${x.kind} ${x.proposal?.action} ${x.detail.between??''}`)
  console.log(Object.entries(by).map(([k,v])=>`${k}: ${v!.length} (${Math.round(v!.reduce((s,x)=>s+(x.areaM2??0),0))} m2) ${v!.slice(0,2).map(x=>x.id+' '+x.areaM2+' '+x.widthMeters)}`).join('\n')) }
const land = new Set(['self-crossing','overlap','gap','sliver','outside-parent'])
describe.each(databases.slice(1))('x $name', ({open}) => { test('a', async()=>{
  const db = await open()
  const grids = newYork()
  const p = (await checkPlan(db, grids, {rule: districtRule})).filter(x=>land.has(x.kind))
  console.log(JSON.stringify(grids.find(g=>g.uid===2225)!.geometry)); console.log(await db.query("select st_astext(st_makevalid($1::text::geometry, $2)) x, st_astext(st_makevalid($1::text::geometry)) y", [JSON.stringify(grids.find(g=>g.uid===2225)!.geometry), "method=structure"]))
  let t=performance.now()
  const r = await proposeRepair(db, grids, p, {rule:districtRule})
  console.log('repair', performance.now()-t, r.changed.length, r.told.length, JSON.stringify(r.left.slice(0,20)), r.left.length)
  const by = new Map(r.changed.map(g=>[g.uid,g]))
  const after = grids.map(g=>by.get(g.uid)??g)
  show((await checkPlan(db, after, {rule: districtRule})).filter(x=>land.has(x.kind)))
  await db.close()
}, 100000)})
