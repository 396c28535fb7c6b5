import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { FeatureCollection, MultiPolygon, Polygon } from 'geojson'
import type { PlanGrid } from '../../api/plans/topology.ts'
import { realData } from '../api/real-data.ts'

// Five boroughs, 71 community districts, 2,166 census tracts as a plan.

const admin = realData('admin_nyc')
export const { missing } = admin

const read = (name: string) => gunzipSync(readFileSync(admin.path(name))).toString()
export const multi = (shape: Polygon | MultiPolygon): MultiPolygon =>
  shape.type === 'MultiPolygon' ? shape : { type: 'MultiPolygon', coordinates: [shape.coordinates] }

/** All three levels of the plan, in the order of the files; `level` 3 alone has no parents. */
export function newYork(levels: readonly (1 | 2 | 3)[] = [1, 2, 3]): PlanGrid[] {
  const parents = new Map(
    read('hierarchy.csv.gz')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(','))
      .map(([level = '', code = '', parent = '']) => [`${level} ${code}`, parent]),
  )
  const files = [
    { name: 'boroughs.geojson.gz', level: 1, kind: 'borough', above: '', code: 'BoroCode' },
    {
      name: 'community_districts.geojson.gz',
      level: 2,
      kind: 'community_district',
      above: 'borough',
      code: 'BoroCD',
    },
    {
      name: 'census_tracts_2010.decoded.geojson.gz',
      level: 3,
      kind: 'tract',
      above: 'community_district',
      code: '',
    },
  ] as const
  const uids = new Map<string, number>()
  return files
    .filter((file) => levels.includes(file.level))
    .flatMap(({ name, level, kind, above, code }) =>
      (JSON.parse(read(name)) as FeatureCollection<Polygon | MultiPolygon>).features.map((feature, i) => {
        const own = code ? String(feature.properties?.[code]) : String(i)
        const uid = uids.size + 1
        uids.set(`${kind} ${own}`, uid)
        const parentUid = uids.get(`${above} ${parents.get(`${kind} ${own}`)}`) ?? null
        return {
          uid,
          gridId: uid,
          code: code ? own : `tract-${own}`,
          name: own,
          level,
          parentUid,
          leaderName: null,
          households: 0,
          attributes: {},
          geometry: multi(feature.geometry),
          origins: [],
        }
      }),
    )
}
