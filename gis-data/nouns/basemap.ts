import type { Inspected } from '../formats/inspect.ts'
import type { Context, Plan } from '../plan.ts'
export async function planBasemap(_: Inspected, __: Context, ___: string): Promise<Plan> {
  throw new Error('later')
}
