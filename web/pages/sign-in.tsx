import { useMemo } from 'react'
import { useText } from '../locales/text.ts'
import { SignInForm } from '../people/SignInForm.tsx'
import { IconButton } from '../ui/controls.tsx'
import { usePreferences } from '../ui/preferences.ts'
import './sign-in.css'

/** Height lines around a hill: the hand of the geographer the system is named after. The same ones every time. */
function contours(): string[] {
  return Array.from({ length: 24 }, (_, line) => {
    const radius = 26 + line * 34
    const points = Array.from({ length: 90 }, (__, i) => {
      const angle = (2 * Math.PI * i) / 90
      const wobble =
        1 +
        0.16 * Math.sin(2 * angle + line * 0.14) +
        0.09 * Math.sin(3 * angle + 1 - line * 0.2) +
        0.03 * Math.sin(5 * angle + line * 0.3)
      const x = 330 + line * 9 + radius * wobble * 1.25 * Math.cos(angle)
      const y = 560 - line * 6 + radius * wobble * Math.sin(angle)
      return `${x.toFixed(1)} ${y.toFixed(1)}`
    })
    return `M${points.join('L')}Z`
  })
}

export function SignIn() {
  const text = useText()
  const { language, theme, setLanguage, setTheme } = usePreferences()
  const lines = useMemo(() => contours(), [])
  return (
    <main className="sign-in">
      <svg
        className="sign-in-ground"
        viewBox="0 0 1100 900"
        preserveAspectRatio="xMidYMid slice"
        aria-hidden="true"
      >
        {lines.map((line, i) => (
          <path key={line.slice(0, 24)} d={line} className={i % 5 === 4 ? 'is-fifth' : ''} />
        ))}
      </svg>
      <div className="sign-in-brand">
        <p className="wordmark">霞客</p>
        <p className="wordmark-latin">XIAKE</p>
        <p className="sign-in-lead">{text.signIn.lead}</p>
      </div>
      <div className="sign-in-side">
        <SignInForm />
        <div className="sign-in-choices">
          <button
            type="button"
            className="text-button"
            onClick={() => setLanguage(language === 'en' ? 'zh-CN' : 'en')}
          >
            {text.common.language}
          </button>
          <IconButton
            icon={theme === 'dark' ? 'sun' : 'moon'}
            label={theme === 'dark' ? text.header.light : text.header.dark}
            onClick={() => setTheme(theme === 'dark' ? 'light' : 'dark')}
          />
        </div>
      </div>
    </main>
  )
}
