import { databases } from '../setup/database.ts'
import { fillReports } from '../setup/report-town.ts'
import { openTown, until } from '../setup/town.ts'
import { median, round } from './figures.ts'

/** A year of a township. */
const cases = 51_000
const rounds = 3

/** `briefingSeconds`: a month of 51,000 cases a year as Word, PDF and workbook, from being asked for to being kept, with every step told. */
export async function benchBriefing() {
  const open = databases.find(({ name }) => name === 'server')?.open ?? databases[0]!.open
  const town = await openTown(open, () => new Date('2026-11-17T09:00:00+08:00'))
  await fillReports(town, cases, 365 * 86_400)
  const leader = await town.as('leader')
  const took: number[] = []
  const steps = new Set<string>()
  for (let turn = 0; turn < rounds; turn += 1) {
    const from = performance.now()
    const asked = await leader('POST', '/api/reports', { kind: 'month', from: '2026-10-01' })
    const { id } = (await asked.json()) as { id: number }
    await until(
      'the briefing',
      async () => {
        const run = (await (await leader('GET', `/api/reports/runs/${id}`)).json()) as {
          state: string
          step: string
        }
        steps.add(run.step)
        return run.state === 'done'
      },
      120_000,
    )
    took.push((performance.now() - from) / 1000)
  }
  await town.close()
  return {
    briefingCases: cases,
    briefingSteps: steps.size,
    briefingSeconds: round(median(took)),
    briefingFirstSeconds: round(took[0] ?? 0),
  }
}
