import { useEffect, useState } from 'react'
import { usePreferences } from '../ui/preferences.ts'
import { applyTheme, type ThemeName } from '../ui/tokens.ts'

const key = 'xiake.field.theme'

/** The field page's own light or dark, light unless chosen: a phone is read in the sun, whatever the board at the desk looks like. */
export function useFieldTheme(): [ThemeName, (theme: ThemeName) => void] {
  const [theme, setTheme] = useState<ThemeName>(() => (stored() === 'dark' ? 'dark' : 'light'))
  // The language too: the preferences write their own theme whenever one of them changes.
  const language = usePreferences((state) => state.language)
  useEffect(() => {
    applyTheme(theme, document.documentElement)
    return () => applyTheme(usePreferences.getState().theme, document.documentElement)
  }, [theme, language])
  const choose = (chosen: ThemeName) => {
    setTheme(chosen)
    try {
      localStorage.setItem(key, chosen)
    } catch {
      // storage refused: it is light again next time
    }
  }
  return [theme, choose]
}

function stored(): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}
