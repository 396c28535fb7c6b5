import { gunzipSync, gzipSync, zstdDecompressSync } from 'node:zlib'
import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { compressJson, compressStreams } from '../../api/compress.ts'

const large = { said: '网格'.repeat(2000) }
/** A megabyte. */
const chance = Array.from({ length: 150_000 }, (_, i) => (i * 7919) % 1_000_003)
const app = new Hono()
  .use(compressStreams, compressJson)
  .get('/large', (c) => c.json(large, 201, { 'x-own': 'kept' }))
  .get('/small', (c) => c.json({ said: 'yes' }))
  .get('/text', (c) => c.text('x'.repeat(5000)))
  .get('/packed', (c) =>
    c.body(gzipSync(JSON.stringify(large)), 200, {
      'content-type': 'application/json',
      'content-encoding': 'gzip',
    }),
  )
  .get('/masked', async (c, next) => {
    await next()
    c.res = new Response(JSON.stringify({ ...large, masked: true }), c.res)
  })
  .get('/masked', (c) => c.json(large))
  .get('/endless', (c) => c.json({ said: chance.join() }))
  .get('/nothing', (c) => c.body(null, 204))
const ask = (path: string, accepts = 'br, gzip', method = 'GET') =>
  app.request(path, { method, headers: { 'accept-encoding': accepts } })
const bytes = async (answer: Response) => Buffer.from(await answer.arrayBuffer())

describe('compressing', () => {
  it('packs long JSON for whoever reads that, and keeps the rest of the answer', async () => {
    const answer = await ask('/large')
    expect(answer.status).toBe(201)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-encoding': 'gzip',
      vary: 'accept-encoding',
      'x-own': 'kept',
      'content-type': 'application/json',
    })
    const packed = await bytes(answer)
    expect(packed.byteLength).toBeLessThan(1000)
    expect(JSON.parse(gunzipSync(packed).toString())).toEqual(large)
  })

  it('packs faster for whoever reads that too, however much it is', async () => {
    for (const [path, accepts, open] of [
      ['/large', 'gzip, deflate, br, zstd', zstdDecompressSync],
      ['/endless', 'gzip, deflate, br, zstd', zstdDecompressSync],
      ['/endless', 'gzip, zstd;q=0', gunzipSync],
    ] as const) {
      const answer = await ask(path, accepts)
      expect(answer.headers.get('content-encoding')).toBe(open === gunzipSync ? 'gzip' : 'zstd')
      const told = JSON.parse(open(await bytes(answer)).toString())
      expect(told).toEqual(path === '/large' ? large : { said: chance.join() })
    }
  })

  it('sends what was put in the place of what a handler said', async () => {
    const answer = await ask('/masked')
    expect(JSON.parse(gunzipSync(await bytes(answer)).toString())).toEqual({ ...large, masked: true })
  })

  it('leaves short JSON as it is, and all of it for whoever reads no gzip', async () => {
    for (const [path, accepts] of [
      ['/small', 'gzip'],
      ['/large', 'identity'],
      ['/large', 'gzip;q=0, br'],
    ] as const) {
      const answer = await ask(path, accepts)
      expect(answer.headers.get('content-encoding')).toBeNull()
      expect(answer.headers.get('vary')).toBe('accept-encoding')
      expect(await answer.json()).toEqual(path === '/small' ? { said: 'yes' } : large)
    }
  })

  it('packs nothing twice, text as a stream, and nothing of nothing', async () => {
    expect(JSON.parse(gunzipSync(await bytes(await ask('/packed'))).toString())).toEqual(large)
    expect(gunzipSync(await bytes(await ask('/text'))).toString()).toBe('x'.repeat(5000))
    expect((await ask('/nothing')).status).toBe(204)
    const head = await ask('/large', 'gzip', 'HEAD')
    expect([head.status, (await bytes(head)).byteLength]).toEqual([201, 0])
  })
})
