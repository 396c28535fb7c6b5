import { Agent, get } from 'node:http'

// The desk of the recommendation's benchmark: it asks when it is told to, and says how long each answer took.

const agent = new Agent({ keepAlive: true })

process.on('message', async ({ urls, cookie }: { urls: string[]; cookie: string }) => {
  const took: number[] = []
  const considered: number[] = []
  for (const url of urls) {
    const from = performance.now()
    const text = await new Promise<string>((resolve, reject) => {
      get(url, { agent, headers: { cookie } }, (answer) => {
        let said = ''
        answer.setEncoding('utf8')
        answer.on('data', (part: string) => {
          said += part
        })
        answer.on('end', () => resolve(said))
      }).on('error', reject)
    })
    took.push(performance.now() - from)
    const told = JSON.parse(text) as { candidates?: unknown[]; network?: string; considered?: number }
    if (told.network !== 'roads' || !told.candidates?.length)
      throw new Error(`no recommendation: ${text.slice(0, 200)}`)
    considered.push(told.considered ?? 0)
  }
  process.send?.({ took, considered })
})
