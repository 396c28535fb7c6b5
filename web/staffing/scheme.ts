import type { StaffingScheme } from '../../api/contract/staffing.ts'
import type { StaffingDictionary } from '../locales/staffing-zh.ts'

// A scheme while it is being written: what stands in the fields, and what is wrong with it.

export interface RoleDraft {
  code: string
  name: string
  nameEn: string
  min: string
  max: string
}
export interface SchemeDraft {
  code: string
  name: string
  nameEn: string
  roles: readonly RoleDraft[]
  isNew: boolean
}

export const emptyRole: RoleDraft = { code: '', name: '', nameEn: '', min: '1', max: '1' }

export const draftOf = (scheme: StaffingScheme | null): SchemeDraft => ({
  code: scheme?.code ?? '',
  name: scheme?.name ?? '',
  nameEn: scheme?.nameEn ?? '',
  isNew: scheme === null,
  roles: scheme?.roles.map((role) => ({
    ...role,
    min: String(role.min),
    max: role.max === null ? '' : String(role.max),
  })) ?? [emptyRole],
})

const whole = (text: string, from: number) => /^\d{1,2}$/.test(text.trim()) && Number(text) >= from

/** The first thing that is wrong with a draft, as a sentence; empty when it can be saved. */
export function whatIsWrong(
  { code, name, roles, isNew }: SchemeDraft,
  taken: readonly string[],
  words: StaffingDictionary['scheme']['wrong'],
): string {
  if (!/^[a-z0-9][a-z0-9-]{0,30}$/.test(code)) return words.code
  if (isNew && taken.includes(code)) return words.taken(code)
  if (name.trim() === '') return words.name
  if (roles.length === 0) return words.none
  const seen = new Set<string>()
  for (const [i, role] of roles.entries()) {
    if (!/^[a-z][a-z0-9-]{0,30}$/.test(role.code)) return words.roleCode(i + 1)
    if (seen.has(role.code)) return words.twice(role.code)
    seen.add(role.code)
    if (role.name.trim() === '') return words.roleName(i + 1)
    if (!whole(role.min, 0) || (role.max.trim() !== '' && !whole(role.max, 1))) return words.number(role.name)
    if (role.max.trim() !== '' && Number(role.min) > Number(role.max)) return words.order(role.name)
  }
  return ''
}

export const schemeFrom = ({ code, name, nameEn, roles }: SchemeDraft): StaffingScheme => ({
  code,
  name: name.trim(),
  nameEn: nameEn.trim(),
  roles: roles.map((role) => ({
    code: role.code,
    name: role.name.trim(),
    nameEn: role.nameEn.trim(),
    min: Number(role.min),
    max: role.max.trim() === '' ? null : Number(role.max),
  })),
})
