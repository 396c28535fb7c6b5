import type { ReactNode } from 'react'
import type { Me } from '../../api/contract/account.ts'
import { useText } from '../locales/text.ts'
import { IconButton } from '../ui/controls.tsx'
import { usePreferences } from '../ui/preferences.ts'
import type { ThemeName } from '../ui/tokens.ts'

interface OwnButtonsProps {
  me: Me | null
  /** A page with a theme of its own; otherwise that of all pages. */
  themed?: readonly [ThemeName, (theme: ThemeName) => void]
  onSignOut: () => void
  /** What stands before the way out. */
  children?: ReactNode
}

/** What is everybody's own in the header of a page: light or dark, the language, the way out. */
export function OwnButtons({ me, themed, onSignOut, children }: OwnButtonsProps) {
  const text = useText()
  const words = text.header
  const { language, setLanguage, ...shared } = usePreferences()
  const [theme, setTheme] = themed ?? [shared.theme, shared.setTheme]
  return (
    <>
      <IconButton
        icon={theme === 'dark' ? 'sun' : 'moon'}
        label={theme === 'dark' ? words.light : words.dark}
        onClick={() => setTheme(theme === 'dark' ? 'light' : 'dark')}
        testId="theme"
      />
      <IconButton
        icon="language"
        label={text.common.language}
        onClick={() => setLanguage(language === 'en' ? 'zh-CN' : 'en')}
        testId="language"
      />
      {children}
      <IconButton
        icon="out"
        label={me ? `${words.signOut} (${words.signedInAs(me.name, text.roles[me.role])})` : words.signOut}
        onClick={onSignOut}
        testId="sign-out"
      />
    </>
  )
}
