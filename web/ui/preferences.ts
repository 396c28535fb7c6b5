import { create } from 'zustand'
import { applyTheme, type ThemeName } from './tokens.ts'

export type Language = 'zh-CN' | 'en'

interface Kept {
  language: Language
  theme: ThemeName
  muted: boolean
}

interface Preferences extends Kept {
  setLanguage: (language: Language) => void
  setTheme: (theme: ThemeName) => void
  setMuted: (muted: boolean) => void
}

const key = 'xiake.preferences'
const defaults: Kept = { language: 'zh-CN', theme: 'dark', muted: false }

/** A browser that refuses storage still works; it only forgets. */
function recall(): Kept {
  try {
    return { ...defaults, ...(JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<Kept>) }
  } catch {
    return defaults
  }
}

export const usePreferences = create<Preferences>((set) => ({
  ...recall(),
  setLanguage: (language) => set({ language }),
  setTheme: (theme) => set({ theme }),
  setMuted: (muted) => set({ muted }),
}))

/** Keeps the document and the storage in step with the choices; called once, before the first paint. */
export function followPreferences(): void {
  const apply = ({ language, theme, muted }: Kept) => {
    document.documentElement.lang = language
    applyTheme(theme, document.documentElement)
    try {
      localStorage.setItem(key, JSON.stringify({ language, theme, muted }))
    } catch {
      // storage refused: nothing is lost but the memory of it
    }
  }
  apply(usePreferences.getState())
  usePreferences.subscribe(apply)
}
