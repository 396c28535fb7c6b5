import type { Access } from '../../api/auth.ts'
import { people, type Role } from '../../api/contract/roles.ts'

/** Every route there is: who may call it, and a good body. A route that is not here fails `access.test.ts`. */
export interface KnownRoute {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  path: string
  access: Access
  /** A list that must show nothing to a caller without grids: the property that holds it. */
  list?: string
  /** A body that is accepted, for the bad-input table to spoil. */
  body?: () => Record<string, unknown>
  /** A query that is accepted. */
  query?: string
}

const desk: Role[] = ['admin', 'dispatcher']
const planReaders: Role[] = ['admin', 'leader', 'dispatcher', 'screen']
const street: Role[] = ['officer', 'member']
const staff = people.filter((role) => role !== 'screen')
const at = () => new Date().toISOString()

export const knownRoutes: KnownRoute[] = [
  { method: 'POST', path: '/api/session', access: 'public', body: () => ({ username: 'x', password: 'y' }) },
  { method: 'GET', path: '/api/session', access: people },
  { method: 'DELETE', path: '/api/session', access: 'public' },
  { method: 'GET', path: '/api/health', access: 'public' },
  { method: 'GET', path: '/api/ready', access: 'public' },
  { method: 'GET', path: '/api/town', access: people },
  { method: 'GET', path: '/api/grids', access: people, list: 'grids' },
  { method: 'GET', path: '/api/grids/geometry', access: people, list: 'features', query: 'level=3' },
  { method: 'GET', path: '/api/grids/counts', access: people, list: 'counts' },
  { method: 'GET', path: '/api/units', access: people, list: 'units' },
  { method: 'GET', path: '/api/officers', access: people, list: 'officers' },
  {
    method: 'POST',
    path: '/api/officers/{id}/shift',
    access: [...desk, ...street, 'device'],
    body: () => ({ on: true, at: at() }),
  },
  {
    method: 'POST',
    path: '/api/officers/{id}/devices',
    access: ['admin'],
    body: () => ({ label: 'phone', kind: 'token' }),
  },
  { method: 'GET', path: '/api/devices', access: ['admin'] },
  { method: 'DELETE', path: '/api/devices/{id}', access: ['admin'] },
  { method: 'GET', path: '/api/doors', access: desk },
  { method: 'GET', path: '/api/doors/osmand', access: ['device'] },
  { method: 'POST', path: '/api/doors/osmand', access: ['device'] },
  { method: 'POST', path: '/api/doors/owntracks', access: ['device'] },
  {
    method: 'GET',
    path: '/api/tracks',
    access: [...desk, 'leader', ...street],
    query: 'officers=1&reason=review',
  },
  { method: 'GET', path: '/api/track-looks', access: ['admin', ...street], query: 'limit=10' },
  {
    method: 'GET',
    path: '/api/patrols',
    access: people,
    query: 'from=2026-01-01&to=2026-01-02',
  },
  {
    method: 'GET',
    path: '/api/positions/nearest',
    access: people,
    list: 'positions',
    query: 'lng=120.4&lat=31.7',
  },
  {
    method: 'GET',
    path: '/api/officers/{id}/track',
    access: [...desk, 'leader', ...street],
    query: 'limit=10&reason=review',
  },
  {
    method: 'POST',
    path: '/api/positions',
    access: ['device', ...street],
    body: () => ({
      lng: 120.401,
      lat: 31.701,
      recordedAt: at(),
      accuracy: 5,
      speed: 1,
      heading: 1,
      battery: 0.5,
    }),
  },
  {
    method: 'POST',
    path: '/api/positions/batch',
    access: ['device', ...street],
    body: () => ({ fixes: [{ lng: 120.401, lat: 31.701, recordedAt: at() }] }),
  },
  { method: 'GET', path: '/api/positions', access: people, list: 'positions' },
  { method: 'GET', path: '/api/points', access: people, list: 'points' },
  { method: 'GET', path: '/api/points/systems', access: people, list: 'systems' },
  {
    method: 'POST',
    path: '/api/points/{id}/readings',
    access: ['admin'],
    body: () => ({ recordedAt: at(), state: 'alarm', message: 'x', values: { a: 1 } }),
  },
  { method: 'GET', path: '/api/incidents/classes', access: [...people, 'device'], list: 'classes' },
  { method: 'GET', path: '/api/incidents/columns', access: people, query: `from=${at()}` },
  { method: 'GET', path: '/api/incidents', access: people, list: 'incidents', query: 'limit=10&open=true' },
  {
    method: 'POST',
    path: '/api/incidents',
    access: [...desk, ...street, 'device'],
    body: () => ({
      classCode: '01',
      title: '标题',
      description: '说明',
      address: '地址',
      lng: 120.401,
      lat: 31.701,
      sourceKey: `k${Math.random()}`,
    }),
  },
  { method: 'GET', path: '/api/incidents/{id}', access: people },
  {
    method: 'POST',
    path: '/api/incidents/{id}/transitions',
    access: [...desk, ...street],
    body: () => ({ action: 'file', note: 'x', version: 1 }),
  },
  { method: 'GET', path: '/api/imports', access: ['admin'] },
  { method: 'GET', path: '/api/imports/{id}/report', access: ['admin'] },
  { method: 'POST', path: '/api/imports/{id}/undo', access: ['admin'] },
  { method: 'GET', path: '/api/imports/jobs', access: ['admin'] },
  { method: 'POST', path: '/api/imports/jobs', access: ['admin'], body: () => ({ file: 'a.csv', size: 10 }) },
  { method: 'GET', path: '/api/imports/jobs/{id}', access: ['admin'] },
  { method: 'PUT', path: '/api/imports/jobs/{id}/content', access: ['admin'] },
  { method: 'POST', path: '/api/imports/jobs/{id}/read', access: ['admin'], body: () => ({ layer: 'x' }) },
  {
    method: 'POST',
    path: '/api/imports/jobs/{id}/check',
    access: ['admin'],
    body: () => ({ what: 'points', map: { code: 'id' } }),
  },
  { method: 'GET', path: '/api/imports/jobs/{id}/preview', access: ['admin'] },
  {
    method: 'POST',
    path: '/api/imports/jobs/{id}/write',
    access: ['admin'],
    body: () => ({ decisions: { padded: 'fix' } }),
  },
  { method: 'POST', path: '/api/imports/jobs/{id}/cancel', access: ['admin'] },
  { method: 'DELETE', path: '/api/imports/jobs/{id}', access: ['admin'] },
  { method: 'GET', path: '/api/exports', access: staff },
  { method: 'GET', path: '/api/exports/{layer}', access: staff, query: 'format=csv' },
  { method: 'GET', path: '/api/ogc', access: 'public' },
  { method: 'GET', path: '/api/ogc/conformance', access: 'public' },
  { method: 'GET', path: '/api/ogc/collections', access: staff },
  { method: 'GET', path: '/api/ogc/collections/{layer}', access: staff },
  { method: 'GET', path: '/api/ogc/collections/{layer}/items', access: staff },
  { method: 'GET', path: '/api/ogc/collections/{layer}/items/{feature}', access: staff },
  { method: 'GET', path: '/api/plans', access: planReaders, list: 'plans' },
  {
    method: 'POST',
    path: '/api/plans',
    access: ['admin'],
    body: () => ({ name: '新网格', note: '说明', basedOn: 1 }),
  },
  { method: 'GET', path: '/api/plans/{id}', access: planReaders },
  { method: 'GET', path: '/api/plans/{id}/grids', access: planReaders, query: 'level=3' },
  { method: 'GET', path: '/api/plans/{id}/edits', access: planReaders },
  {
    method: 'POST',
    path: '/api/plans/{id}/edits',
    access: ['admin'],
    body: () => ({ revision: 0, operation: { kind: 'attributes', uid: 1, name: '改名' } }),
  },
  { method: 'POST', path: '/api/plans/{id}/undo', access: ['admin'] },
  { method: 'POST', path: '/api/plans/{id}/redo', access: ['admin'] },
  {
    method: 'POST',
    path: '/api/plans/{id}/publish',
    access: ['admin'],
    body: () => ({ effectiveAt: at(), force: false }),
  },
  { method: 'POST', path: '/api/plans/{id}/withdraw', access: ['admin'] },
  { method: 'GET', path: '/api/plans/{id}/lineage', access: planReaders },
  { method: 'GET', path: '/api/plans/{id}/overlaps', access: planReaders, query: 'to=1&level=1' },
  { method: 'GET', path: '/api/plans/{id}/counts', access: planReaders, query: 'by=area&spokenIn=1' },
  {
    method: 'POST',
    path: '/api/plans/{id}/stamps',
    access: ['admin'],
    body: () => ({ from: '2026-01-01T00:00:00Z', to: at() }),
  },
  { method: 'GET', path: '/api/plans/{id}/stamps', access: planReaders },
  { method: 'DELETE', path: '/api/plans/{id}/stamps', access: ['admin'] },
  {
    method: 'POST',
    path: '/api/plans/{id}/check',
    access: ['admin'],
    body: () => ({ rule: 'town-17' }),
  },
  { method: 'GET', path: '/api/plans/{id}/check', access: planReaders },
  { method: 'DELETE', path: '/api/plans/{id}/check', access: ['admin'] },
  {
    method: 'POST',
    path: '/api/plans/{id}/repair',
    access: ['admin'],
    body: () => ({ problems: ['gap:1'] }),
  },
  { method: 'GET', path: '/api/plans/{id}/repair', access: planReaders },
  {
    method: 'POST',
    path: '/api/plans/{id}/repair/accept',
    access: ['admin'],
    body: () => ({ revision: 0 }),
  },
  {
    method: 'POST',
    path: '/api/plans/{id}/balance',
    access: ['admin'],
    body: () => ({ uids: [1], parts: 2, mostHouseholds: 150, by: 'area' }),
  },
  { method: 'GET', path: '/api/plans/{id}/balance', access: planReaders },
  {
    method: 'POST',
    path: '/api/plans/{id}/balance/accept',
    access: ['admin'],
    body: () => ({ revision: 0, wish: 'even' }),
  },
  { method: 'GET', path: '/api/plans/{id}/codes', access: planReaders, query: 'keep=false' },
  { method: 'GET', path: '/api/grids/names', access: people, list: 'names', query: 'ids=2' },
  { method: 'GET', path: '/api/grids/{id}/history', access: people },
  { method: 'GET', path: '/api/staffing', access: staff },
  {
    method: 'PUT',
    path: '/api/staffing/levels/{level}',
    access: ['admin'],
    body: () => ({ scheme: 'five-roles' }),
  },
  { method: 'DELETE', path: '/api/staffing/levels/{level}', access: ['admin'] },
  {
    method: 'PUT',
    path: '/api/staffing/schemes',
    access: ['admin'],
    body: () => ({
      code: 'own',
      name: '自定',
      nameEn: 'Own',
      roles: [{ code: 'leader', name: '网格长', nameEn: 'Leader', min: 1, max: 1 }],
    }),
  },
  { method: 'GET', path: '/api/staffing/posts', access: staff },
  {
    method: 'POST',
    path: '/api/staffing/posts',
    access: ['admin'],
    body: () => ({ gridId: 2, role: 'leader', officerId: 1, from: at() }),
  },
  { method: 'POST', path: '/api/staffing/posts/{id}/end', access: ['admin'], body: () => ({ at: at() }) },
  { method: 'GET', path: '/api/staffing/gaps', access: [...desk, 'leader'] },
  { method: 'GET', path: '/api/duties', access: staff, query: `from=${at()}&to=2099-01-01T00:00:00Z` },
  {
    method: 'POST',
    path: '/api/duties',
    access: desk,
    body: () => ({
      officerIds: [3],
      from: '2030-01-01',
      to: '2030-01-02',
      slots: [{ label: '白班', from: '08:00', to: '17:00' }],
      days: 'every',
      turns: 'all',
    }),
  },
  { method: 'DELETE', path: '/api/duties/{id}', access: desk },
  { method: 'GET', path: '/api/calendar', access: staff, query: 'from=2026-01-01&to=2026-12-31' },
  {
    method: 'PUT',
    path: '/api/calendar/{day}',
    access: ['admin'],
    body: () => ({ kind: 'holiday', name: '元旦' }),
  },
  { method: 'DELETE', path: '/api/calendar/{day}', access: ['admin'] },
  { method: 'GET', path: '/api/timeline', access: people, list: 'events', query: 'after=0&limit=10' },
]

/** Served without a contract: documents and files, for anybody. */
export const openFiles = [
  '/api/openapi.json',
  '/api/docs',
  '/api/docs/:file{(swagger-ui.css|swagger-ui-bundle.js)}',
  '/api/docs/start.js',
  '/basemap.pmtiles',
  '/*',
  '/assets/*',
]
