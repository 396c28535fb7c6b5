import { figuresOf } from './figures.ts'

/** The figures of the analysis, part by part; each says what it measures. A part alone: `npm run bench -- analysis statistics`. */
export const bench = () => figuresOf(parts)

const parts: Record<string, () => Promise<Record<string, number>>> = {
  statistics: async () => (await import('./analysis-statistics.ts')).benchStatistics(),
  cube: async () => (await import('./analysis-cube.ts')).benchCube(),
  questions: async () => (await import('./analysis-cube.ts')).benchQuestions(),
  briefing: async () => (await import('./analysis-briefing.ts')).benchBriefing(),
  page: async () => (await import('./analysis-page.ts')).benchPage(),
  measures: async () => (await import('./analysis-measures.ts')).benchMeasures(),
}
