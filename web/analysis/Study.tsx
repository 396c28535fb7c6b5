import { useDeferredValue, useMemo } from 'react'
import type { Cube } from '../../api/contract/cube.ts'
import type { Town } from '../../api/contract/town.ts'
import { dayDate, hourMinute } from '../format.ts'
import { useGrids } from '../grids/store.ts'
import { useAnalysisText } from '../locales/analysis-text.ts'
import { serverNow } from '../realtime.ts'
import { Empty } from '../ui/controls.tsx'
import { tell } from '../ui/notices.ts'
import { usePreferences } from '../ui/preferences.ts'
import { Beside } from './Beside.tsx'
import { CaseList, useCaseRows } from './CaseList.tsx'
import {
  ClassChart,
  DayChart,
  RhythmChart,
  SourceChart,
  StateChart,
  TimesChart,
  UnitChart,
} from './Charts.tsx'
import { rankingRows, sheetsOf } from './exports.ts'
import { csvOf, giveFile, workbookOf } from './files.ts'
import { MapPanel } from './MapPanel.tsx'
import { sayChoice, useNames } from './names.ts'
import { RankTable, useColumns, useRanking } from './RankTable.tsx'
import { Strip } from './Strip.tsx'
import { useAnalysis } from './store.ts'
import { otherOf, studyOf } from './study.ts'

interface StudyProps {
  town: Town
  cube: Cube
  /** The cases it is compared with; null while they are not here, or where there is nothing to compare with. */
  other: Cube | null
  /** When they were counted: hours since 1970 by the town's wall clock. */
  until: number
}

/** Everything that follows from the cases in memory and what is chosen. */
export function Study({ town, cube, other, until }: StudyProps) {
  const words = useAnalysisText()
  const { view, show } = useAnalysis()
  const grids = useGrids((state) => state.grids)
  const names = useNames()
  const english = usePreferences(({ language }) => language === 'en')
  // What only colours, sorts or names the same cases counts nothing anew.
  const { from, to, vs, level, by, chosen } = view
  const now = useMemo(
    () => studyOf(cube, { ...useAnalysis.getState().view, from, to, level, by, chosen }, until),
    [cube, from, to, level, by, chosen, until],
  )
  const opposite = useMemo(() => {
    const same = { ...useAnalysis.getState().view, from, to, vs, level, by, chosen }
    return other ? otherOf(other, same, { grids, until }) : null
  }, [other, from, to, vs, level, by, chosen, grids, until])
  const ranking = useRanking(now)
  const columns = useColumns()
  const list = useCaseRows(cube, now)
  const rows = useDeferredValue(ranking)
  const filters = view.chosen.map((choice) => sayChoice(choice, names, words))
  const townName = english ? town.nameEn : town.name
  const caption = [townName, `${from} – ${to}`, ...filters, 'Xiake 霞客'].join(' · ')
  const fileName = `${townName} ${words.file.name} ${from} ${to}`
  const heads = {
    now: `${from} – ${to}`,
    opposite:
      vs.kind === 'grid'
        ? names('grid1', String(vs.gridId))
        : opposite
          ? `${opposite.span.from} – ${opposite.span.to}`
          : '',
  }
  const saveCsv = () => {
    const text = csvOf(rankingRows({ words, by: words.by[view.by] ?? '', columns, ranking }))
    giveFile(new Blob([text], { type: 'text/csv;charset=utf-8' }), `${fileName}.csv`)
  }
  const saveXlsx = async () => {
    const at = serverNow()
    const sheets = sheetsOf({
      words,
      english,
      by: words.by[view.by] ?? '',
      columns,
      ranking,
      now: now.total,
      opposite: opposite?.total ?? null,
      heldOut: view.heldOut,
      cases: list.rows,
      heads,
      about: [
        [words.file.period, heads.now],
        [words.file.versus, heads.opposite],
        [words.file.filters, filters.join('；')],
        [words.file.made, `${dayDate(at, town.timeZone)} ${hourMinute(at, town.timeZone)}`],
        [words.file.zone, town.timeZone],
        [words.file.about, words.file.share],
      ],
    })
    giveFile(await workbookOf(sheets), `${fileName}.xlsx`)
  }
  const charts = { now, opposite, cube, caption }
  return (
    <>
      <Strip now={now} opposite={opposite} />
      {now.rows === 0 ? (
        <div className="analysis-empty" data-testid="empty-chosen">
          <Empty action={{ text: words.clear, onClick: () => show((one) => ({ ...one, chosen: [] })) }}>
            {words.emptyChosen}
          </Empty>
        </div>
      ) : null}
      <div className="analysis-charts">
        <MapPanel town={town} now={now} />
        <DayChart {...charts} />
        <RhythmChart {...charts} />
        <ClassChart {...charts} />
        <UnitChart {...charts} />
        <SourceChart {...charts} />
        <StateChart {...charts} />
        <TimesChart {...charts} />
      </div>
      {view.beside ? <Beside now={now} opposite={opposite} /> : null}
      <RankTable rows={rows} columns={columns} onCsv={saveCsv} onXlsx={() => void saveXlsx().catch(tell)} />
      <CaseList now={now} {...list} />
    </>
  )
}
