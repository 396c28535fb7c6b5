import { useEffect, useState } from 'react'
import { useFieldTheme } from '../field/theme.ts'
import { followWorker } from '../field/worker.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { FollowReport } from '../report/FollowReport.tsx'
import { KeptReport, OwnReports } from '../report/OwnReports.tsx'
import { useCitizen } from '../report/store.ts'
import { WriteReport } from '../report/WriteReport.tsx'
import { useAddress } from '../ui/address.ts'
import { Empty, IconButton, Skeleton } from '../ui/controls.tsx'
import { Link } from '../ui/Link.tsx'
import { usePreferences } from '../ui/preferences.ts'
import '../ui/desk.css'
import './field.css'
import './field-work.css'
import './report.css'

/** The citizen's page, 随手拍: report in three taps, follow by a code, say whether it was done well. */
export function ReportPage() {
  const text = useText()
  const words = text.report
  const path = useAddress((state) => state.path)
  const { open, load, ready, town, problem } = useCitizen()
  const { language, setLanguage } = usePreferences()
  const [theme, setTheme] = useFieldTheme()
  const [kept, setKept] = useState<{ key: string; path: string } | null>(null)
  const rest = path.replace(/^\/report\/?/, '')
  useEffect(
    () => void (document.title = town ? `${words.title} · ${townName(town, language)}` : words.title),
    [words, town, language],
  )
  useEffect(() => void open(), [open])
  useEffect(() => followWorker('/report', 'report'), [])
  return (
    <div className="field report-page">
      <header className="field-header">
        <p>
          <b>{words.title}</b>
          <span>{town ? townName(town, language) : ''}</span>
        </p>
        <nav aria-label={words.title}>
          <Link
            to={rest === '' ? '/report/mine' : '/report'}
            className="button report-switch"
            testId="report-switch"
          >
            {rest === '' ? words.mine : words.write}
          </Link>
          <IconButton
            icon={theme === 'dark' ? 'sun' : 'moon'}
            label={theme === 'dark' ? text.header.light : text.header.dark}
            onClick={() => setTheme(theme === 'dark' ? 'light' : 'dark')}
            testId="theme"
          />
          <IconButton
            icon="language"
            label={text.common.language}
            onClick={() => setLanguage(language === 'en' ? 'zh-CN' : 'en')}
            testId="language"
          />
        </nav>
      </header>
      <main className="field-content">
        {kept?.path === path ? (
          <KeptReport entryKey={kept.key} onAgain={() => setKept(null)} />
        ) : rest === 'mine' ? (
          <OwnReports onOpen={(key) => setKept({ key, path })} />
        ) : rest !== '' ? (
          <FollowReport code={decodeURIComponent(rest)} />
        ) : !ready || (!town && !problem) ? (
          <Skeleton label={words.loading} lines={6} />
        ) : town ? (
          <WriteReport onKept={(key) => setKept({ key, path })} />
        ) : (
          <Empty action={{ text: words.retry, onClick: () => void load() }}>
            {problem && problem.status !== 0 ? sentenceOf(text, problem) : words.failed}
          </Empty>
        )}
      </main>
    </div>
  )
}

const townName = (town: { name: string; nameEn: string }, language: string) =>
  (language === 'en' && town.nameEn) || town.name
