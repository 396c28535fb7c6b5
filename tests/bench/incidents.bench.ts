import type { TimelineEvent } from '../../api/contract/incident.ts'
import { databases } from '../setup/database.ts'
import { openTown, south, west } from '../setup/town.ts'
import { figuresOf, quantile, round } from './figures.ts'

/** The figures of the loop, part by part; each says what it measures. A part alone: `npm run bench -- incidents clocks`. */
export const bench = () => figuresOf(parts)

const parts: Record<string, () => Promise<Record<string, number>>> = {
  clocks: async () => (await import('./incidents-clocks.ts')).benchClocks(),
  list: () => benchList('server'),
  listEmbedded: async () => {
    const figures = await benchList('embedded')
    return Object.fromEntries(Object.entries(figures).map(([name, value]) => [`${name}Embedded`, value]))
  },
  queue: async () => (await import('./incidents-queue.ts')).benchQueue(),
}

const everyMs = 100
const reports = 300

/**
 * `reportToListP99Ms`: ten reports a second through HTTP, from the answer to the phone until another console's socket has the event;
 * what came before the answer counts as 0. Beside it `answerP99Ms`, the answer itself, and `wireP99Ms`, an acknowledged socket message.
 */
async function benchList(kind: 'server' | 'embedded') {
  const town = await openTown(databases.find(({ name }) => name === kind)?.open ?? databases[0]!.open)
  const console2 = await town.socket('leader')
  const heard = new Map<number, number>()
  console2.on('timeline:appended', (events: TimelineEvent[]) => {
    for (const { event, incidentId } of events)
      if (event === 'incident:reported' && incidentId) heard.set(incidentId, performance.now())
  })
  await console2.emitWithAck('subscribe', {})
  const desk = await town.as('dispatcher')
  const answered = new Map<number, number>()
  const [answers, wire]: number[][] = [[], []]
  const send = async (n: number) => {
    const from = performance.now()
    const answer = await desk('POST', '/api/incidents', {
      classCode: '01',
      title: `第 ${n} 件`,
      lng: west + 0.0001 * (n % 300),
      lat: south + 0.002,
    })
    const { id } = (await answer.json()) as { id: number }
    answered.set(id, performance.now())
    answers?.push(performance.now() - from)
  }
  const waiting: Promise<void>[] = []
  for (let n = 0; n < reports; n += 1) {
    waiting.push(send(n))
    const from = performance.now()
    await console2.emitWithAck('subscribe', { lastSeq: Number.MAX_SAFE_INTEGER })
    wire?.push(performance.now() - from)
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, everyMs - (performance.now() - from))))
  }
  await Promise.all(waiting)
  await new Promise((resolve) => setTimeout(resolve, 1000))
  const late = [...answered].map(([id, at]) => Math.max(0, (heard.get(id) ?? Infinity) - at))
  await town.close()
  return {
    reportToListP99Ms: round(quantile(late, 0.99)),
    answerP99Ms: round(quantile(answers ?? [], 0.99)),
    wireP99Ms: round(quantile(wire ?? [], 0.99)),
  }
}
