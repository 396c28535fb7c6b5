import { Agent, request } from 'node:http'
import { chance } from './positions-locate.ts'
import { size, south, west } from './positions-town.ts'

// The phones of the HTTP benchmark: keep-alive connections, 32 bodies on their way at any time.

interface Work {
  url: string
  tokens: string[]
  bodies: number
  perBody: number
  from: number
}

process.on('message', async ({ url, tokens, bodies, perBody, from }: Work) => {
  const random = chance(3)
  const made = Array.from({ length: bodies }, (_, i) => {
    const lng = west + size * random()
    const lat = south + size * random()
    const at = from + Math.floor(i / tokens.length) * perBody * 1000
    return JSON.stringify({
      fixes: Array.from({ length: perBody }, (_, k) => ({
        lng: Number((lng + k * 1e-5).toFixed(7)),
        lat: Number((lat + k * 1e-5).toFixed(7)),
        recordedAt: new Date(at + k * 1000).toISOString(),
        speed: 1.4,
        heading: 45,
        accuracy: 5,
        battery: 0.8,
      })),
    })
  })
  const agent = new Agent({ keepAlive: true, maxSockets: 32 })
  const post = (body: string, token: string) =>
    new Promise<number>((resolve, reject) => {
      const sent = request(
        `${url}/api/positions/batch`,
        {
          agent,
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
            authorization: `Bearer ${token}`,
          },
        },
        (answer) => {
          let text = ''
          answer.setEncoding('utf8')
          answer.on('data', (part: string) => (text += part))
          answer.on('end', () => {
            if (answer.statusCode !== 200) console.error(answer.statusCode, text.slice(0, 200))
            resolve((JSON.parse(text) as { accepted?: number }).accepted ?? 0)
          })
        },
      )
      sent.on('error', reject)
      sent.end(body)
    })
  const began = performance.now()
  let [next, accepted] = [0, 0]
  await Promise.all(
    Array.from({ length: 32 }, async () => {
      while (next < made.length) {
        const i = next++
        const taken = await post(made[i] ?? '', tokens[i % tokens.length] ?? '')
        accepted += taken
      }
    }),
  )
  process.send?.({ accepted, seconds: (performance.now() - began) / 1000 })
})
