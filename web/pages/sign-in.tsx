import { useMemo } from 'react'
import { useText } from '../locales/text.ts'
import { SignInForm } from '../people/SignInForm.tsx'
import { IconButton } from '../ui/controls.tsx'
import { usePreferences } from '../ui/preferences.ts'
import './sign-in.css'

/** Height lines around two hills: the hand of the geographer the system is named after. The same ones every time. */
function contours(): string[] {
  const hills = [
    { x: 330, y: 560, size: 1, lines: 13 },
    { x: 820, y: 250, size: 0.72, lines: 10 },
  ]
  return hills.flatMap(({ x, y, size, lines }, hill) =>
    Array.from({ length: lines }, (_, line) => {
      const radius = (26 + line * 34) * size
      const points = Array.from({ length: 72 }, (__, i) => {
        const angle = (2 * Math.PI * i) / 72
        const wobble =
          1 +
          0.16 * Math.sin(2 * angle + hill * 2 + line * 0.16) +
          0.08 * Math.sin(3 * angle - line * 0.3) +
          0.03 * Math.sin(7 * angle + line)
        return `${(x + radius * wobble * 1.25 * Math.cos(angle)).toFixed(1)} ${(y + radius * wobble * Math.sin(angle)).toFixed(1)}`
      })
      return `M${points.join('L')}Z`
    }),
  )
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
