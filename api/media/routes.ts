import { open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { callerOf, type Env, scopeOf } from '../auth.ts'
import { id } from '../contract/geo.ts'
import { medium, newMedium, pieceBytes } from '../contract/media.ts'
import { type Caller, command, people, street } from '../contract/roles.ts'
import { notFound } from '../errors.ts'
import { body, idParam, json, readPiece, route, router } from '../route.ts'
import { extensionOf, keptFile, thumbnailFile } from './files.ts'
import type { MediaServices, Sender } from './finish.ts'
import { findMedium, findSent, listMedia, type MediumRow, wireMedium } from './queries.ts'
import { beginUpload, receivePiece, removeUpload } from './uploads.ts'

/** The one path of this room whose bodies are larger than others': a piece of an upload. */
export const isPiece = (method: string, path: string) =>
  method === 'PUT' && /^\/api\/(citizen\/)?media\/\d+\/content$/.test(path)

const senderOf = ({ accountId, name, role }: Caller): Sender => ({
  owner: `account:${accountId}`,
  name,
  role,
})

/** Photographs, video and voice: sent in pieces, made anew, bound to an incident, shown to whoever sees it. */
export function mediaRoutes(services: MediaServices) {
  const { db, config } = services
  const senders = [...command, 'leader', ...street] as const
  const binary = (types: string[]) =>
    Object.fromEntries(types.map((type) => [type, { schema: z.any() }])) as Record<
      string,
      { schema: z.ZodAny }
    >
  /** What the caller's grids show; what they sent themselves while it belongs nowhere or is not ready. */
  async function see(caller: Caller, mediumId: number): Promise<MediumRow> {
    const shown = await db.scoped(scopeOf(caller), (tx) => findMedium(tx, mediumId))
    if (shown) return shown
    const sent = await findSent(db, senderOf(caller).owner, mediumId)
    if (sent && (sent.incidentId === null || sent.state !== 'ready')) return sent
    throw notFound('medium')
  }
  return router()
    .openapi(
      route({
        method: 'get',
        path: '/media',
        access: people,
        summary: 'What belongs to an incident, oldest first',
        request: { query: z.object({ incidentId: id }) },
        responses: { 200: json(z.object({ media: z.array(medium) })) },
      }),
      async (c) => {
        const { incidentId } = c.req.valid('query')
        const rows = await db.scoped(scopeOf(callerOf(c)), (tx) => listMedia(tx, incidentId))
        return c.json({ media: rows.map(wireMedium) }, 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/media',
        access: senders,
        summary: 'Begin an upload; the same key goes on with the same upload',
        request: { body: body(newMedium) },
        responses: { 201: json(medium, 'Begun'), 200: json(medium, 'Begun before, by the same key') },
      }),
      async (c) => {
        const caller = callerOf(c)
        const { row, known } = await beginUpload(services, {
          sender: senderOf(caller),
          medium: c.req.valid('json'),
          scope: scopeOf(caller),
        })
        return known ? c.json(wireMedium(row), 200) : c.json(wireMedium(row), 201)
      },
    )
    .openapi(
      route({
        method: 'put',
        path: '/media/{id}/content',
        access: senders,
        summary: `A piece, at most ${pieceBytes / 1e6} MB; after the last one it is ready, or refused with the reason (422)`,
        request: {
          params: idParam,
          query: z.object({ offset: z.coerce.number().int().min(0).max(2_147_483_647) }),
          body: { content: { 'application/octet-stream': { schema: z.any() } }, required: true },
        },
        responses: { 200: json(medium) },
      }),
      async (c) => {
        const bytes = await readPiece(c)
        const row = await receivePiece(services, {
          sender: senderOf(callerOf(c)),
          id: c.req.valid('param').id,
          offset: c.req.valid('query').offset,
          bytes,
        })
        return c.json(wireMedium(row), 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/media/{id}',
        access: people,
        summary: 'One medium: its state, and what its device wrote of time and place',
        request: { params: idParam },
        responses: { 200: json(medium) },
      }),
      async (c) => c.json(wireMedium(await see(callerOf(c), c.req.valid('param').id)), 200),
    )
    .openapi(
      route({
        method: 'delete',
        path: '/media/{id}',
        access: senders,
        summary: 'Delete what one has sent, while it belongs to no incident',
        request: { params: idParam },
        responses: { 204: { description: 'Deleted' } },
      }),
      async (c) => {
        await removeUpload(services, senderOf(callerOf(c)), c.req.valid('param').id)
        return c.body(null, 204)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/media/{id}/file',
        access: people,
        summary: 'The picture or recording as it was made anew; byte ranges are served',
        request: { params: idParam },
        responses: {
          200: {
            description: 'Whole',
            content: binary(['image/jpeg', 'video/mp4', 'video/webm', 'audio/mp4']),
          },
          206: { description: 'A range', content: binary(['application/octet-stream']) },
        },
      }),
      async (c) =>
        (await answerFile(c, config.dataFolder, await see(callerOf(c), c.req.valid('param').id))) as never,
    )
    .openapi(
      route({
        method: 'get',
        path: '/media/{id}/thumbnail',
        access: people,
        summary: 'A small picture of a photograph, WebP',
        request: { params: idParam },
        responses: { 200: { description: 'WebP', content: binary(['image/webp']) } },
      }),
      async (c) =>
        (await answerThumbnail(
          c,
          config.dataFolder,
          await see(callerOf(c), c.req.valid('param').id),
        )) as never,
    )
}

/** The kept file of a medium that the caller may see; 404 until it is ready. */
export function answerFile(c: Context<Env>, dataFolder: string, row: MediumRow): Promise<Response> {
  if (row.state !== 'ready') throw notFound('file')
  const name = `${row.name.replace(/\.[^.]*$/, '') || `${row.kind}-${row.id}`}.${extensionOf(row.mime)}`
  return serveFile(c, { file: keptFile(dataFolder, row), mime: row.mime, tag: row.sha256, name })
}

export function answerThumbnail(c: Context<Env>, dataFolder: string, row: MediumRow): Promise<Response> {
  if (row.state !== 'ready' || row.kind !== 'photo') throw notFound('thumbnail')
  const file = thumbnailFile(dataFolder, row.sha256)
  return serveFile(c, { file, mime: 'image/webp', tag: `${row.sha256}-s`, name: `photo-${row.id}.webp` })
}

async function serveFile(
  c: Context<Env>,
  { file, mime, tag, name }: { file: string; mime: string; tag: string; name: string },
): Promise<Response> {
  const headers: Record<string, string> = {
    'content-type': mime,
    'content-disposition': `inline; filename*=UTF-8''${encodeURIComponent(name).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)}`,
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    // Kept by the browser, but asked for each time: who may see it can change.
    'cache-control': 'private, no-cache',
    'accept-ranges': 'bytes',
    etag: `"${tag}"`,
  }
  if (c.req.header('if-none-match') === headers.etag) return c.body(null, 304, headers)
  const handle = await open(file).catch(() => {
    throw notFound('file')
  })
  const { size } = await handle.stat()
  const range = rangeOf(c.req.header('range'), size)
  if (range === 'outside') {
    await handle.close()
    return c.body(null, 416, { ...headers, 'content-range': `bytes */${size}` })
  }
  const { from, to } = range ?? { from: 0, to: size - 1 }
  headers['content-length'] = String(to - from + 1)
  if (range) headers['content-range'] = `bytes ${from}-${to}/${size}`
  const stream = Readable.toWeb(handle.createReadStream({ start: from, end: to }))
  return c.body(stream as ReadableStream, range ? 206 : 200, headers)
}

/** One range of bytes, ends included (RFC 9110); null for none, or for what may be answered whole: several, or another unit. */
export function rangeOf(
  asked: string | undefined,
  size: number,
): { from: number; to: number } | 'outside' | null {
  const [, first = '', last = ''] = asked?.match(/^bytes=(\d{0,15})-(\d{0,15})$/) ?? []
  if (!first && !last) return null
  const from = first ? Number(first) : Math.max(0, size - Number(last))
  const to = first && last ? Math.min(Number(last), size - 1) : size - 1
  if (from > to) return first && last && Number(last) < from ? null : 'outside'
  return { from, to }
}
