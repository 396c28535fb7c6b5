import { useCallback, useEffect, useRef, useState } from 'react'
import type { State } from '../../api/contract/lifecycle.ts'
import { startDeriving, useDerived } from '../derived.ts'
import { Breadcrumb } from '../grids/Breadcrumb.tsx'
import { listed, trailTo } from '../grids/drill.ts'
import { GridTable } from '../grids/GridTable.tsx'
import { rootOf, useGrids } from '../grids/store.ts'
import { useText } from '../locales/text.ts'
import { MapView } from '../map/MapView.tsx'
import { loadEverything, startStream, stopStream, useStream } from '../realtime.ts'
import { PlaybackButton, Tracks } from '../tracks/Tracks.tsx'
import { Empty } from '../ui/controls.tsx'
import { usePreferences } from '../ui/preferences.ts'
import { useView } from '../view.ts'
import { BoardHeader } from './BoardHeader.tsx'
import { ChosenCard } from './ChosenCard.tsx'
import { HelpDialog } from './HelpDialog.tsx'
import { HoverTip } from './HoverTip.tsx'
import { useKeys } from './keys.ts'
import { MapTools } from './MapTools.tsx'
import { News } from './News.tsx'
import './screen.css'
import './panels.css'
import './screen-small.css'
import {
  Attribution,
  HeatNote,
  MapNote,
  Queue,
  Situation,
  Squads,
  Strip,
  Systems,
  Urgent,
} from './board-panels.tsx'

const tabs = ['situation', 'incidents', 'grids', 'squads', 'strip'] as const
type Tab = (typeof tabs)[number]

/** The board: the wall of the command hall, and the same on a desk and on a phone. */
export function Screen() {
  const text = useText()
  const input = useRef<HTMLInputElement>(null)
  const [help, setHelp] = useState(false)
  const [stage, setStage] = useState<State | null>(null)
  const [tab, setTab] = useState<Tab>('situation')
  const [raised, setRaised] = useState(false)
  const { town, grids } = useGrids()
  const loaded = useStream((state) => state.loaded)
  const { chosen, focusId, choose, focus, layers } = useView()
  useEffect(() => {
    startStream()
    const stopDeriving = startDeriving()
    return () => {
      stopDeriving()
      stopStream()
    }
  }, [])
  useKeys({
    search: useCallback(() => input.current?.focus(), []),
    help: useCallback(() => setHelp(true), []),
  })
  const focusGrid = (focusId === null ? undefined : grids.get(focusId)) ?? rootOf(grids)
  const counts = useDerived((state) => state.counts)
  const language = usePreferences((state) => state.language)
  // Grids have one name; the town has one in each language.
  const trail = trailTo(grids, focusGrid).map((grid) =>
    grid.level === 0 && town && language === 'en' ? { ...grid, name: town.nameEn } : grid,
  )
  const goToGrid = useCallback(
    (id: number | null) => {
      focus(id)
      choose(id === null ? null : { kind: 'grid', id })
    },
    [focus, choose],
  )
  if (loaded === 'failed' && !town) {
    return (
      <main className="whole-page">
        <Empty action={{ text: text.common.retry, onClick: () => void loadEverything() }}>
          {text.failedLoad}
        </Empty>
      </main>
    )
  }
  const loading = loaded === 'loading'
  return (
    <main
      className={`board ${chosen ? 'has-card' : ''} ${raised || chosen ? 'is-raised' : ''}`}
      data-tab={tab}
    >
      <a className="skip" href="#incidents">
        {text.common.skip}
      </a>
      {town ? <MapView town={town} /> : <div className="map-canvas" />}
      <HoverTip />
      <BoardHeader town={town} input={input} onHelp={() => setHelp(true)} />
      <div className="board-middle">
        <Breadcrumb trail={trail} counts={counts} onGo={goToGrid} />
        {layers.heat ? <HeatNote /> : null}
        <MapNote />
        <PlaybackButton />
      </div>
      <Urgent />
      <MapTools />
      <div className="board-sheet">
        <button
          type="button"
          className="sheet-handle"
          aria-label={text.sheet.handle}
          aria-expanded={raised}
          onClick={() => setRaised(!raised)}
        />
        <div className="sheet-tabs" role="group">
          {tabs.map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={tab === one}
              onClick={() => {
                setTab(one)
                setRaised(true)
                choose(null)
              }}
            >
              {text.sheet[one]}
            </button>
          ))}
        </div>
        <div className="column is-left">
          <Situation loading={loading} stage={stage} onStage={setStage} />
          <GridTable
            grids={listed(grids, focusGrid)}
            counts={counts}
            focusId={focusId}
            loading={loading}
            onGo={goToGrid}
          />
          <Systems loading={loading} />
        </div>
        <div className="column is-right">
          <ChosenCard />
          <Queue loading={loading} stage={stage} onClearStage={() => setStage(null)} />
          <Squads loading={loading} />
        </div>
        <Strip />
      </div>
      <Tracks />
      <Attribution />
      <News />
      <HelpDialog title={text.help.title} keys={text.help.keys} open={help} onClose={() => setHelp(false)} />
    </main>
  )
}
