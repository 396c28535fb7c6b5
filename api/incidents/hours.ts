import type { WorkHours } from '../contract/clock.ts'
import type { ClassLimits } from '../contract/incident.ts'
import type { Db } from '../db/connect.ts'
import { type Clock, createClock } from './clocks.ts'
import { findCalendar } from './queries.ts'

/** Until the town says otherwise: the usual hours of an office, and an urgent clock that never stops. */
export const usualHours: WorkHours = {
  seasons: [
    {
      name: '',
      from: '01-01',
      to: '12-31',
      slots: [
        { from: '08:30', to: '12:00' },
        { from: '13:30', to: '17:30' },
      ],
    },
  ],
  urgent: [{ from: '00:00', to: '24:00' }],
}

/** What a class may have until the town says otherwise; `handleHours` by the clock, day and night. */
export const usualLimits = (handleHours: number): ClassLimits => ({
  file: { amount: 2, kind: 'work' },
  dispatch: { amount: 1, kind: 'work' },
  handle: [{ name: '', amount: handleHours, kind: 'natural' }],
  check: { amount: 1, kind: 'workday' },
})

/** The town's clock, from its hours and its special days. Owner. */
export async function readClock(db: Db): Promise<Clock> {
  const { hours, ...rest } = await findCalendar(db)
  return createClock({ hours: hours ?? usualHours, ...rest })
}
