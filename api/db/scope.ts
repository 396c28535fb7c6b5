import { type Role, roles } from '../contract/roles.ts'

/** Whom a transaction works for: the database's policies compare every scoped row's path with `grids`. */
export interface Scope {
  role: Role
  /** Grid ids; a row is in scope when its path holds one of them. Empty: nothing is. */
  grids: readonly number[]
  officerId?: number | null
}

/**
 * The statements that put a transaction under the restricted role. Written out rather than `set_config()`,
 * which does not reach the other nodes of a distributed database; so values are checked here, digits only.
 */
export function scopeStatements({ role, grids, officerId }: Scope): string {
  if (!roles.includes(role)) throw new Error(`no such role: ${role}`)
  for (const value of [...grids, officerId ?? 0]) {
    if (!Number.isSafeInteger(value) || value < 0) throw new Error(`not an id: ${value}`)
  }
  return [
    'set local role xiake_app',
    `set local app.role = '${role}'`,
    `set local app.grids = '${grids.join(',')}'`,
    `set local app.officer = '${officerId ?? ''}'`,
  ].join('; ')
}

/** The same rule as the policies', for what is answered from memory. */
export function inScope(scope: Pick<Scope, 'grids'>, path: readonly number[]): boolean {
  return path.some((id) => scope.grids.includes(id))
}
