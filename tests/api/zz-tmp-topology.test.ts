import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { test, describe, expect } from 'vitest'
import { databases } from '../setup/database.ts'
import { findFlaws, judgeWkt, makeValid } from '../../api/plans/overlay.ts'
const fc = JSON.parse(gunzipSync(readFileSync('/work/shared/data/admin_nyc/census_tracts_2010.decoded.geojson.gz')).toString())
const gs = fc.features.map((f:any)=> f.geometry.type==='Polygon'?{type:'MultiPolygon',coordinates:[f.geometry.coordinates]}:f.geometry)
describe.each(databases)('x $name', ({open}) => { test('a', async()=>{
  const db = await open()
  const q = db.query; let worst=0
  ;(db as any).query = async (...a:any)=>{const t=performance.now(); const r= await (q as any)(...a); worst=Math.max(worst, performance.now()-t); return r}
  for (let i=0;i<2;i++){ let t=performance.now(); worst=0; const f = await findFlaws(db, gs); console.log(db.kind, 'flaws', f.filter(Boolean).length, performance.now()-t, worst)
  t=performance.now(); worst=0; let n=0; for (const [i,g] of gs.entries()) if (f[i]) { const v= await makeValid(db, g); n+=v?v.coordinates.length:0 } console.log('valid', n, performance.now()-t, worst)}
  const cases = gunzipSync(readFileSync('/work/shared/data/admin_dirty/jts_validity.ndjson.gz')).toString().trim().split('\n').map(x=>JSON.parse(x))
  let dis=0, ref=0; let t=performance.now()
  for (const c of cases) { try { if (await judgeWkt(db,c.wkt)!==c.valid) {dis++; console.log(c.desc,c.wkt.slice(0,200),c.valid)} } catch(e:any){ref++; if(ref<9) console.log(e.message, c.wkt.slice(0,100))} }
  console.log(dis, ref, performance.now()-t)
  await db.close()
}, 100000)})
