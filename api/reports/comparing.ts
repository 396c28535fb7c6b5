import type { Gathered } from './gather.ts'
import { daysIn } from './periods.ts'
import { countChance, createJury, fewCases, shareChance, spreadOf, type Verdict } from './telling.ts'

type Hearing = () => Verdict
const always =
  (verdict: Verdict): Hearing =>
  () =>
    verdict

/** Compares this period with another, each comparison judged among all of the briefing. */
export function createComparing({ spans, known, running, weeks }: Gathered) {
  const jury = createJury()
  const days = { now: daysIn(spans.now), before: daysIn(spans.before), year: daysIn(spans.year) }
  // Weeks vary on their own; of a longer period so much less.
  const spread = (spreadOf(weeks) * 7) / days.now
  return {
    decide: () => jury.decide(),
    /** What is told of two counts. */
    counts(with_: 'before' | 'year', now: number, then: number): Hearing {
      if (!known[with_]) return always('none')
      if (running) return always('early')
      if (Math.max(now, then) < fewCases) return always('few')
      const ratio = days.now / days[with_]
      const up = now > then * ratio
      const heard = jury.hear({ p: countChance(now, then, { ratio, spread }), up })
      // Of periods of unequal length more a day may be fewer in all: no rise is told of what is printed as a fall.
      return () => (now > then === up || heard() === 'usual' ? heard() : 'usual')
    },
    /** What is told of two shares. */
    shares(now: { over: number; of: number }, then: { over: number; of: number }): Hearing {
      if (!known.before) return always('none')
      if (running) return always('early')
      if (now.of === 0 || then.of === 0) return always('none')
      if (now.of < fewCases && then.of < fewCases) return always('few')
      return jury.hear({ p: shareChance(now, then), up: now.over / now.of > then.over / then.of })
    },
    /** A test of its own; `up`: it passed. */
    hear: (p: number): Hearing => jury.hear({ p, up: true }),
  }
}
export type Comparing = ReturnType<typeof createComparing>
