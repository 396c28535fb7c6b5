import { z } from '@hono/zod-openapi'
import { XMLBuilder } from 'fast-xml-parser'
import type { Context } from 'hono'
import type { Services } from '../app.ts'
import { addressOf, type Env } from '../auth.ts'
import { incidentReport } from '../contract/incident.ts'
import { openStates, states } from '../contract/lifecycle.ts'
import { invalid, notFound, problemOf, Refusal } from '../errors.ts'
import { findTown } from '../grids/queries.ts'
import { reportIncident } from '../incidents/lifecycle.ts'
import { openLoop } from '../incidents/loop.ts'
import { findClass, insertReporter, listClasses } from '../incidents/queries.ts'
import { createBrake } from '../people/brake.ts'
import { route, router } from '../route.ts'
import { codeOf, hashOfCode, plainPhone, titleOf } from './citizen.ts'
import { listPlaces, listRequests, type RequestRow } from './queries.ts'
import { systemOf } from './routes.ts'

// Open311 GeoReport v2 (wiki.open311.org/GeoReport_v2): services, their definitions, requests. Answers JSON or XML by the ending of the
// path; errors are lists of {code, description}. Times are W3C instants; a jurisdiction other than none or the town's code is not here.

type Format = 'json' | 'xml'
const xml = new XMLBuilder({ format: true, suppressEmptyNode: false })

const xmlHead = '<?xml version="1.0" encoding="utf-8"?>\n'
const xmlType = { 'content-type': 'text/xml; charset=utf-8' }
const says = {
  200: { description: 'A list' },
  400: { description: 'What was wrong, as a list of code and description' },
}
const fileParam = z.object({
  file: z
    .string()
    .max(60)
    .regex(/\.(json|xml)$/, 'must end in .json or .xml'),
})
const fileOf = (file: string) => {
  const dot = file.lastIndexOf('.')
  return { name: file.slice(0, dot), format: file.slice(dot + 1) as Format }
}

/** A list as XML: <services><service>…</service></services>. */
const listXml = (list: string, item: string, rows: readonly object[]) =>
  `${xmlHead}${xml.build({ [list]: rows.length > 0 ? { [item]: rows } : '' })}`

function answer(
  c: Context,
  format: Format,
  {
    list,
    item,
    rows,
    status = 200,
  }: { list: string; item: string; rows: readonly object[]; status?: number },
) {
  return format === 'json'
    ? c.json(rows, status as 200)
    : c.body(listXml(list, item, rows), status as 200, xmlType)
}

const mostRequests = 1000
const spanMs = 90 * 86_400_000
const closedStates = states.filter((state) => !openStates.includes(state))

export function open311Routes(services: Services) {
  const { db, now, config } = services
  const { life, committed } = openLoop(services)
  const brake = createBrake({
    failures: 600,
    windowMs: 10 * 60_000,
    now,
    detail: 'Too many requests from this address. Try again in ten minutes.',
  })
  const app = router()
  /** Errors leave in the form that Open311 has for them. */
  const guarded = async (c: Context, format: Format, work: () => Promise<Response>): Promise<Response> => {
    try {
      brake.attempt(addressOf(c as Context<Env>, config))
      await checkJurisdiction(c)
      return await work()
    } catch (error) {
      const { status, detail } = problemOf(error)
      if (status >= 500) throw error
      const code = status === 422 ? 400 : status
      const rows = [{ code, description: detail }]
      return answer(c, format, { list: 'errors', item: 'error', rows, status: code })
    }
  }
  for (const format of ['json', 'xml'] as const) {
    app
      .openapi(
        route({
          method: 'get',
          path: `/open311/v2/services.${format}`,
          access: 'public',
          summary: 'Open311: what may be requested',
          responses: says,
        }),
        (c) =>
          guarded(c, format, async () => {
            const classes = await listClasses(db)
            const major = new Map(classes.map((one) => [one.code, one.name]))
            const rows = classes
              .filter((one) => one.active && one.open)
              .map((one) => ({
                service_code: one.code,
                service_name: one.name,
                description: one.nameEn,
                metadata: false,
                type: 'realtime',
                keywords: one.family,
                group: (one.parentCode && major.get(one.parentCode)) || one.name,
              }))
            return answer(c, format, { list: 'services', item: 'service', rows })
          }) as never,
      )
      .openapi(
        route({
          method: 'get',
          path: `/open311/v2/requests.${format}`,
          access: 'public',
          summary: 'Open311: requests, the newest first; 90 days and 1,000 at most',
          responses: says,
        }),
        (c) =>
          guarded(c, format, async () => {
            const rows = await listRequests(db, readFilter(c, now()))
            return answer(c, format, {
              list: 'service_requests',
              item: 'request',
              rows: rows.map(wireRequest),
            })
          }) as never,
      )
      .openapi(
        route({
          method: 'post',
          path: `/open311/v2/requests.${format}`,
          access: 'public',
          summary: 'Open311: make a request (a form), with api_key',
          responses: { 201: { description: 'Its id' }, ...says },
        }),
        (c) =>
          guarded(c, format, async () => {
            const made = await request(c)
            const row = { service_request_id: made.number, service_notice: made.notice, account_id: '' }
            return answer(c, format, { list: 'service_requests', item: 'request', rows: [row], status: 201 })
          }) as never,
      )
  }
  // One of each, as JSON or XML by its ending.
  app
    .openapi(
      route({
        method: 'get',
        path: '/open311/v2/services/{file}',
        access: 'public',
        summary: 'Open311: the definition of one service, code.json or code.xml',
        request: { params: fileParam },
        responses: says,
      }),
      (c) => {
        const { name: code, format } = fileOf(c.req.valid('param').file)
        return guarded(c, format, async () => {
          const cls = await findClass(db, code)
          if (!cls?.active || !cls.open) throw notFound('service')
          if (format === 'json') return c.json({ service_code: code, attributes: [] })
          const definition = xml.build({ service_definition: { service_code: code, attributes: '' } })
          return c.body(`${xmlHead}${definition}`, 200, xmlType)
        }) as never
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/open311/v2/requests/{file}',
        access: 'public',
        summary: 'Open311: one request, id.json or id.xml',
        request: { params: fileParam },
        responses: says,
      }),
      (c) => {
        const { name, format } = fileOf(c.req.valid('param').file)
        return guarded(c, format, async () => {
          const all = { classes: null, from: null, to: null, states: null, limit: mostRequests }
          const rows = await listRequests(db, { ...all, ids: idsOf(name) })
          if (rows.length === 0) throw notFound('request')
          return answer(c, format, { list: 'service_requests', item: 'request', rows: rows.map(wireRequest) })
        }) as never
      },
    )
  return app

  async function checkJurisdiction(c: Context) {
    const asked = c.req.query('jurisdiction_id')
    if (asked && asked !== (await findTown(db))?.code)
      throw new Refusal(404, 'jurisdiction', 'jurisdiction_id provided was not found.')
  }

  /** A report of a system; the client's own `request_id` makes it safe to send again. */
  async function request(c: Context): Promise<{ number: string; notice: string }> {
    const form = await c.req.parseBody().catch(() => {
      throw new Refusal(400, 'form', 'The body must be a form (application/x-www-form-urlencoded).')
    })
    const field = (name: string, most = 4000) => {
      const value = form[name]
      if (value !== undefined && typeof value !== 'string') throw invalid(name, 'must be text, once')
      if (value && value.length > most) throw invalid(name, `must be at most ${most} characters`)
      return value?.trim() ?? ''
    }
    const system = await systemOf(services, field('api_key') || c.req.query('api_key'))
    const cls = await findClass(db, field('service_code'))
    if (!cls?.active || !cls.open) throw invalid('service_code', 'was not provided, or is no service here')
    const at = await whereOf(field)
    const requestId = field('request_id', 100)
    const phone = plainPhone(field('phone', 30))
    const contact = [field('first_name', 60), field('last_name', 60), field('email', 120)]
      .filter(Boolean)
      .join(' ')
    const parsed = incidentReport.safeParse({
      classCode: cls.code,
      title: titleOf(field('description')) || cls.name,
      description: [field('description'), field('media_url', 500)].filter(Boolean).join('\n'),
      address: field('address_string', 200),
      lng: at.lng,
      lat: at.lat,
      ...(requestId && { sourceKey: `${system.name}:${requestId}` }),
    })
    if (!parsed.success) {
      const [issue] = parsed.error.issues
      throw invalid(issue?.path.join('.') ?? 'form', issue?.message ?? 'cannot be read')
    }
    const { row } = await db.transaction(async (tx) => {
      const made = await reportIncident(tx, life(), system, {
        report: parsed.data,
        source: 'system',
        owner: 'system',
        attributes: { open311: { deviceId: field('device_id', 200), accountId: field('account_id', 200) } },
      })
      // Whoever may call back is reached through the desk; the code is not told, because the system has the number.
      if (!made.repeated && (phone || contact))
        await insertReporter(tx, {
          incidentId: made.row.id,
          codeHash: hashOfCode(codeOf(`open311:${made.row.number}:${crypto.randomUUID()}`)),
          phone,
          contact,
        })
      return made
    })
    committed()
    return { number: row.number, notice: '' }
  }

  /** A point, or an address that names one place of the town. */
  async function whereOf(field: (name: string) => string): Promise<{ lng: number; lat: number }> {
    const [lat, lng] = [Number.parseFloat(field('lat')), Number.parseFloat(field('long'))]
    if (Number.isFinite(lat) && Number.isFinite(lng)) return { lng, lat }
    const address = field('address_string')
    if (!address) throw invalid('lat', 'lat and long, or address_string, must be provided')
    const places = await listPlaces(db, address)
    if (places.length === 0)
      throw invalid('address_string', 'names no place that is known here: provide lat and long')
    // A grid or a point of this very name goes before what somebody once wrote as an address.
    const same = places.filter(({ name }) => name === address)
    const [place, ...others] = same.length > 0 ? same.filter(({ kind }) => kind === same[0]?.kind) : places
    if (!place || others.length > 0)
      throw invalid('address_string', 'names more than one place here: provide lat and long')
    return place
  }
}

const idsOf = (text: string) =>
  text.split(',').map((number) => Number(/^(?:\d{8}-)?0*(\d{1,9})$/.exec(number.trim())?.[1] ?? 0))

function readFilter(c: Context, now: Date) {
  const instant = (name: string) => {
    const value = c.req.query(name)
    if (!value) return null
    const at = new Date(value)
    if (Number.isNaN(at.getTime())) throw invalid(name, 'must be an instant like 2026-11-21T00:00:00Z')
    const year = at.getUTCFullYear()
    if (year < 1970 || year > 2200) throw invalid(name, 'must lie between the years 1970 and 2200')
    return at
  }
  const ids = c.req.query('service_request_id')
  const status = c.req.query('status')?.split(',')
  if (status?.some((one) => one !== 'open' && one !== 'closed')) throw invalid('status', 'is open or closed')
  const [from, to] = [instant('start_date'), instant('end_date')]
  const latest = to ?? (from ? new Date(from.getTime() + spanMs) : now)
  const earliest = from ?? new Date(latest.getTime() - spanMs)
  if (latest.getTime() - earliest.getTime() > spanMs)
    throw invalid('start_date', 'must lie within 90 days of end_date')
  return {
    ids: ids ? idsOf(ids) : null,
    classes: c.req.query('service_code')?.split(',') ?? null,
    from: ids ? null : earliest,
    to: ids ? null : latest,
    states: status
      ? [...(status.includes('open') ? openStates : []), ...(status.includes('closed') ? closedStates : [])]
      : null,
    limit: mostRequests,
  }
}

const wireRequest = (row: RequestRow) => ({
  service_request_id: row.number,
  status: openStates.includes(row.state) ? 'open' : 'closed',
  status_notes: row.state,
  service_name: row.className,
  service_code: row.classCode,
  description: row.description,
  agency_responsible: row.unitName ?? '',
  service_notice: '',
  requested_datetime: row.reportedAt.toISOString(),
  updated_datetime: (row.updatedAt ?? row.reportedAt).toISOString(),
  expected_datetime: row.dueAt?.toISOString() ?? '',
  address: row.address,
  address_id: '',
  zipcode: '',
  lat: row.lat,
  long: row.lng,
  media_url: '',
})
