import type { Town } from '../../api/contract/town.ts'
import { dayDate, hourMinute } from '../format.ts'
import { useAnalysisText } from '../locales/analysis-text.ts'
import { serverNow } from '../realtime.ts'
import { usePreferences } from '../ui/preferences.ts'
import type { CaseRow } from './case-rows.ts'
import { rankingRows, sheetsOf } from './exports.ts'
import { csvOf, giveFile, workbookOf } from './files.ts'
import { sayChoice, useNames } from './names.ts'
import type { Ranked } from './ranking.ts'
import type { Column } from './ranking-columns.ts'
import { useAnalysis } from './store.ts'
import type { StudySide } from './study.ts'

interface Shown {
  town: Town
  now: StudySide
  opposite: StudySide | null
  ranking: readonly Ranked[]
  columns: readonly Column[]
  cases: readonly CaseRow[]
}

/** What is on the screen as files, and what it is of in a line. */
export function useFiles({ town, now, opposite, ranking, columns, cases }: Shown) {
  const words = useAnalysisText()
  const view = useAnalysis((state) => state.view)
  const names = useNames()
  const english = usePreferences(({ language }) => language === 'en')
  const { from, to } = now.span
  // While the server is asked, and when it does not answer, the numbers are of what was chosen before.
  const chosen = now.cases.kind === 'asked' ? now.cases.question.chosen : view.chosen
  const filters = chosen.map((choice) => sayChoice(choice, names, words))
  const townName = english ? town.nameEn : town.name
  const caption = [townName, `${from} – ${to}`, ...filters, 'Xiake 霞客'].join(' · ')
  const fileName = `${townName} ${words.file.name} ${from} ${to}`
  const { vs } = view
  const against = opposite ? `${opposite.span.from} – ${opposite.span.to}` : ''
  const heads = {
    now: `${from} – ${to}`,
    opposite: opposite && vs.kind === 'grid' ? names('grid1', String(vs.gridId)) : against,
  }
  const by = words.by[view.by] ?? ''
  const saveCsv = () => {
    const text = csvOf(rankingRows({ words, by, columns, ranking }))
    giveFile(new Blob([text], { type: 'text/csv;charset=utf-8' }), `${fileName}.csv`)
  }
  const saveXlsx = async () => {
    const at = serverNow()
    const about: [string, string][] = [
      [words.file.period, heads.now],
      [words.file.versus, heads.opposite],
      [words.file.filters, filters.join('；')],
      [words.file.made, `${dayDate(at, town.timeZone)} ${hourMinute(at, town.timeZone)}`],
      [words.file.zone, town.timeZone],
      [words.file.about, words.file.share],
    ]
    const [sums, before] = [now.total, opposite?.total ?? null]
    const page = { words, english, by, columns, ranking, heads, about, cases, heldOut: view.heldOut }
    const sheets = sheetsOf({ ...page, now: sums, opposite: before })
    giveFile(await workbookOf(sheets), `${fileName}.xlsx`)
  }
  return { caption, saveCsv, saveXlsx }
}
