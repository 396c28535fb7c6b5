import { useMemo } from 'react'
import { usePreferences } from '../ui/preferences.ts'
import { useStaffing } from './store.ts'

interface Named {
  name: string
  nameEn: string
}

/** The name in the reader's language, where there is one. */
export function useNameOf(): (named: Named) => string {
  const language = usePreferences((state) => state.language)
  return ({ name, nameEn }) => (language === 'en' && nameEn !== '' ? nameEn : name)
}

/** Roles by their code over all schemes; the code itself for one that none of them knows. A level's own scheme is asked first. */
export function useRoleName(): (code: string, level?: number) => string {
  const staffing = useStaffing((state) => state.staffing)
  const nameOf = useNameOf()
  return useMemo(() => {
    const all = staffing?.schemes ?? []
    return (code, level) => {
      const own = staffing?.levels.find((one) => one.level === level)?.scheme
      const inOrder = all.toSorted((a, b) => Number(b.code === own) - Number(a.code === own))
      const role = inOrder.flatMap(({ roles }) => roles).find((one) => one.code === code)
      return role ? nameOf(role) : code
    }
  }, [staffing, nameOf])
}
