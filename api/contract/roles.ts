// Who calls. One list for accounts, devices, routes, socket events and the database policies.
export const roles = ['admin', 'leader', 'dispatcher', 'officer', 'member', 'screen', 'device'] as const
export type Role = (typeof roles)[number]

/** Everyone who has signed in at a screen. A device (phone token) is not among them: it reports and nothing else. */
export const people: readonly Role[] = ['admin', 'leader', 'dispatcher', 'officer', 'member', 'screen']
/** Those who run the loop from the command centre. */
export const command: readonly Role[] = ['admin', 'dispatcher']
/** Those who look at what the command centre does, and some who do it. */
export const desks = ['admin', 'dispatcher', 'leader'] as const satisfies readonly Role[]
/** Those who stand in the street. */
export const street: readonly Role[] = ['officer', 'member']

/** The identity and the area of one caller. `grids` are grid ids; everything inside them is in scope. */
export interface Caller {
  accountId: number | null
  officerId: number | null
  role: Role
  name: string
  grids: readonly number[]
}
