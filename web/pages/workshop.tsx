import { useCallback, useEffect, useState } from 'react'
import { useGrids } from '../grids/store.ts'
import { usePlansText } from '../locales/plans-text.ts'
import { useText } from '../locales/text.ts'
import { applyMerge, applyRemove } from '../plans/acts.ts'
import { useBench } from '../plans/bench.ts'
import { useChecks } from '../plans/checks.ts'
import { HintBar } from '../plans/HintBar.tsx'
import { useWorkshopKeys } from '../plans/keys.ts'
import { MapButtons } from '../plans/MapButtons.tsx'
import { OthersNews } from '../plans/OthersNews.tsx'
import { PlanBar } from '../plans/PlanBar.tsx'
import { PlanList } from '../plans/PlanList.tsx'
import { PlanMap } from '../plans/PlanMap.tsx'
import { PublishDialog } from '../plans/PublishDialog.tsx'
import { RecodeDialog } from '../plans/RecodeDialog.tsx'
import { Refused } from '../plans/Refused.tsx'
import { refusalInWords } from '../plans/speak.ts'
import { usePlans } from '../plans/store.ts'
import { ToolRail } from '../plans/ToolRail.tsx'
import { useChosen, useEditing, useMayEdit } from '../plans/using.ts'
import { Empty, Skeleton } from '../ui/controls.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { WorkshopPanel } from './workshop-panel.tsx'
import '../ui/desk.css'
import './workshop.css'
import './workshop-panels.css'

/** So often somebody else's edits are looked for; what they touch and we touch is told by the server in any case. */
const refreshMs = 4000

/** The grid workshop: the plans of the grid, and the bench on which one of them is drawn. */
export function Workshop({ rest }: { rest: string }) {
  const town = useGrids((state) => state.town)
  const { plans, openId, open, problem, load, look, compareWith } = usePlans()
  const wanted = /^\d+$/.test(rest) ? Number(rest) : null
  useEffect(() => void load(), [load])
  const inForce = plans?.find(({ state }) => state === 'in-force')?.id
  // Without a plan in the address the list stands beside the one in force.
  const shown = wanted ?? inForce
  useEffect(() => {
    if (shown !== undefined) void look(shown)
    useBench.setState({ chosen: [], hovered: null, panel: 'grid', preview: null })
    useBench.getState().clear()
  }, [shown, look])
  // Held against what is in force; what is in force, against what was before it.
  const before = plans
    ?.toSorted((a, b) => ((a.endedAt ?? '') < (b.endedAt ?? '') ? 1 : -1))
    .find(({ state }) => state === 'past')?.id
  const against = openId === inForce ? before : inForce
  useEffect(() => {
    if (against !== undefined) void compareWith(against)
  }, [against, compareWith])
  useEffect(() => void useChecks.getState().look(openId), [openId])
  const stale = useRefresh()
  if (!town) return null
  const { timeZone } = town
  if (wanted === null) return <Shelf timeZone={timeZone} town={town} stale={stale} />
  if (problem && !open) return <Failed />
  return <Bench timeZone={timeZone} town={town} stale={stale} />
}

type Town = NonNullable<ReturnType<typeof useGrids.getState>['town']>
interface FaceProps {
  town: Town
  timeZone: string
  stale: boolean
}

/** Looks for edits of others while the page is seen; true while the server cannot be reached. */
function useRefresh(): boolean {
  const [stale, setStale] = useState(false)
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.hidden || usePlans.getState().busy) return
      usePlans
        .getState()
        .refresh()
        .then(
          () => setStale(false),
          () => setStale(true),
        )
    }, refreshMs)
    return () => clearInterval(timer)
  }, [])
  return stale
}

function Failed() {
  const words = usePlansText()
  const text = useText()
  const { problem, openId, look, load } = usePlans()
  return (
    <div className="whole-page">
      <p>{problem ? refusalInWords(problem, words) : words.loadFailed}</p>
      <button
        type="button"
        className="button is-primary"
        onClick={() => void load().then(() => look(openId))}
      >
        {text.common.retry}
      </button>
    </div>
  )
}

/** The list of plans beside the map of the one that is chosen in it. */
function Shelf({ town, timeZone, stale }: FaceProps) {
  const words = usePlansText()
  const mayEdit = useMayEdit()
  const { plans, problem } = usePlans()
  if (problem && !plans) return <Failed />
  return (
    <div className="workshop is-shelf" data-testid="workshop">
      <div className="workshop-side">
        <PlanList timeZone={timeZone} mayEdit={mayEdit} />
      </div>
      <div className="workshop-map">
        <PlanMap town={town} editing={false} />
        <MapNotes stale={stale} />
        <MapButtons />
        <p className="workshop-phone">{words.phone}</p>
      </div>
    </div>
  )
}

function Bench({ town, timeZone, stale }: FaceProps) {
  const words = usePlansText()
  const open = usePlans((state) => state.open)
  const editing = useEditing()
  const mayEdit = useMayEdit()
  const chosen = useChosen()
  const [asked, setAsked] = useState<'publish' | 'recode' | 'remove' | 'help' | null>(null)
  // Grids that cannot be merged are refused by the server, by name.
  const merge = useCallback(() => void applyMerge(), [])
  const remove = useCallback(() => {
    if (useBench.getState().chosen.length === 1) setAsked('remove')
  }, [])
  const help = useCallback(() => setAsked('help'), [])
  useWorkshopKeys({ editing, onMerge: merge, onRemove: remove, onHelp: help })
  const close = () => setAsked(null)
  const [first] = chosen
  return (
    <div className={`workshop ${editing ? 'is-editing' : ''}`} data-testid="workshop">
      {open ? (
        <PlanBar open={open} editing={editing} onPublish={() => setAsked('publish')} />
      ) : (
        <div className="plan-bar" />
      )}
      {editing ? <ToolRail onMerge={merge} onRemove={remove} onRecode={() => setAsked('recode')} /> : null}
      <div className="workshop-map">
        <PlanMap town={town} editing={mayEdit} />
        <MapNotes stale={stale} />
        <div className="workshop-top">
          {editing || !open ? null : (
            <p className="note">
              {open.plan.state === 'draft' ? words.notEditor : words.readOnly(words.states[open.plan.state])}
            </p>
          )}
          <p className="workshop-phone">{words.phone}</p>
          <Refused />
          <OthersNews />
        </div>
        {editing ? <HintBar /> : null}
        <MapButtons onHelp={help} />
      </div>
      {open ? (
        <WorkshopPanel open={open} editing={editing} timeZone={timeZone} />
      ) : (
        <div className="workshop-side is-right">
          <Skeleton label={words.loading} lines={8} />
        </div>
      )}
      {asked === 'publish' && open ? <PublishDialog open={open} timeZone={timeZone} onClose={close} /> : null}
      {asked === 'recode' && open ? <RecodeDialog planId={open.plan.id} onClose={close} /> : null}
      {asked === 'help' ? <KeysDialog onClose={close} /> : null}
      {asked === 'remove' && first ? (
        <Dialog
          title={words.grid.removeTitle(first.properties.name)}
          closeLabel={words.close}
          onClose={close}
          actions={
            <>
              <button type="button" className="button" onClick={close}>
                {words.cancel}
              </button>
              <button
                type="button"
                className="button is-primary"
                onClick={() => void applyRemove().then(close)}
                data-testid="confirm"
              >
                {words.grid.remove}
              </button>
            </>
          }
        >
          <p>{words.grid.removeText}</p>
        </Dialog>
      ) : null}
    </div>
  )
}

/** What the map itself cannot say: that it is still loading, or that what it shows may be old. */
function MapNotes({ stale }: { stale: boolean }) {
  const words = usePlansText()
  const { open, problem } = usePlans()
  if (stale) return <p className="plan-map-note is-attention">{words.stale}</p>
  if (!open && problem) return <Empty>{words.loadFailed}</Empty>
  return open ? null : <p className="plan-map-note">{words.loading}</p>
}

function KeysDialog({ onClose }: { onClose: () => void }) {
  const { keys, close } = usePlansText()
  return (
    <Dialog title={keys.title} closeLabel={close} onClose={onClose} actions={null} testId="help">
      <dl className="key-list">
        {keys.list.map(([key, meaning]) => (
          <div key={key}>
            <dt>
              {key.split(' ').map((one) => (
                <kbd key={one}>{one}</kbd>
              ))}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
