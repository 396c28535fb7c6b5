import { useCallback, useEffect, useMemo, useState } from 'react'
import type { Me } from '../../api/contract/account.ts'
import type { Wall, WallChange } from '../../api/contract/wall.ts'
import { modules } from '../../api/contract/wall-rules.ts'
import { useGrids } from '../grids/store.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { useWallsText } from '../locales/walls-text.ts'
import { OwnButtons } from '../people/OwnButtons.tsx'
import { leave, stay, useAddress } from '../ui/address.ts'
import { useNow } from '../ui/clock.ts'
import { Empty, Skeleton } from '../ui/controls.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Link } from '../ui/Link.tsx'
import { tell } from '../ui/notices.ts'
import { usePreferences } from '../ui/preferences.ts'
import { CaseDesk } from '../walls/CaseDesk.tsx'
import { quiet, type Steering, shared } from '../walls/chosen.ts'
import { LookDesk } from '../walls/LookDesk.tsx'
import { MapDesk } from '../walls/MapDesk.tsx'
import { playedChange } from '../walls/playing.ts'
import { SequenceDesk } from '../walls/SequenceDesk.tsx'
import { followWalls, useWalls } from '../walls/store.ts'
import { TimeDesk } from '../walls/TimeDesk.tsx'
import { WallCards } from '../walls/WallCards.tsx'
import { endSession } from './end-session.ts'
import '../ui/desk.css'
import './manage.css'
import '../walls/walls.css'
import '../walls/conduct.css'

/** The conductor's desk: all walls of the hall, and everything that can be told to one or several of them. */
export function Conduct({ me }: { me: Me }) {
  const text = useText()
  const all = useWallsText()
  const words = all.steer
  const { problem, cases, load, loadSequences, loadGroups, loadFamilies, loadCase, steer } = useWalls()
  const walls = useShown()
  const { town, load: loadTown } = useGrids()
  const [picked, setPicked] = useState<ReadonlySet<number> | null>(null)
  useEffect(() => void (document.title = `${words.title} · ${text.name}`), [words, text])
  useEffect(() => followWalls(), [])
  useEffect(() => {
    for (const asked of [loadSequences(), loadGroups(), loadFamilies()]) asked.catch(tell)
  }, [loadSequences, loadGroups, loadFamilies])
  useEffect(() => void (town ?? loadTown().catch(tell)), [town, loadTown])
  const unknown =
    (walls ?? []).map(({ state }) => state.incidentId).find((id) => id !== null && !cases.has(id)) ?? null
  useEffect(() => {
    if (unknown !== null) loadCase(unknown).catch(() => {})
  }, [unknown, loadCase])

  // Where there is one wall it is the one that is meant.
  const chosen = useMemo(
    () => picked ?? new Set((walls ?? []).slice(0, 1).map(({ id }) => id)),
    [picked, walls],
  )
  const steered = useMemo(() => (walls ?? []).filter(({ id }) => chosen.has(id)), [walls, chosen])
  const tellWalls = useCallback(
    (change: WallChange | ((wall: Wall) => WallChange)) =>
      void steer([...chosen], typeof change === 'function' ? change : () => change).catch(tell),
    [chosen, steer],
  )
  const chooseAll = useCallback(() => setPicked(new Set((walls ?? []).map(({ id }) => id))), [walls])
  useConductKeys({ walls: steered, steer: tellWalls }, chooseAll)
  const desk: Steering = { walls: steered, steer: tellWalls }
  return (
    <div className="manage conduct">
      <ConductHeader me={me} />
      <main className="manage-content" tabIndex={-1}>
        {walls === null ? (
          <div className="manage-column">
            {problem ? (
              <Empty action={{ text: all.retry, onClick: () => void load() }}>
                {sentenceOf(text, problem)}
              </Empty>
            ) : (
              <Skeleton label={all.loading} lines={6} />
            )}
          </div>
        ) : walls.length === 0 ? (
          <div className="manage-column">
            <Empty>{words.none}</Empty>
            {me.role === 'admin' ? (
              <div className="sheet-actions">
                <Link to="/manage/walls" className="button is-primary">
                  {words.noneAdmin}
                </Link>
              </div>
            ) : (
              <p className="hint">{words.noneAsk}</p>
            )}
          </div>
        ) : (
          <div className="conduct-desk">
            <aside aria-label={words.walls}>
              <header>
                <h2>{words.walls}</h2>
                {walls.length > 1 ? (
                  <button
                    type="button"
                    className="button is-small"
                    aria-pressed={steered.length === walls.length}
                    onClick={chooseAll}
                    data-testid="all-walls"
                  >
                    {words.all}
                    <kbd aria-hidden="true">A</kbd>
                  </button>
                ) : null}
              </header>
              {problem ? (
                <p className="note is-attention" role="status">
                  {all.stale} {sentenceOf(text, problem)}
                </p>
              ) : null}
              <WallCards {...{ walls, chosen }} onChoose={setPicked} />
            </aside>
            {steered.length === 0 ? (
              <Empty>{words.choose}</Empty>
            ) : (
              <div className="conduct-sheets" data-testid="conduct-sheets">
                <header>
                  <p role="status">
                    {words.chosen(steered.length)} <b>{steered.map(({ name }) => name).join(all.and)}</b>
                  </p>
                  <button
                    type="button"
                    className="button is-small"
                    title={words.resetHint}
                    onClick={() => tellWalls(quiet)}
                    data-testid="steer-reset"
                  >
                    {words.reset}
                  </button>
                </header>
                <div>
                  <LookDesk {...desk} />
                  <MapDesk {...desk} />
                </div>
                <div>
                  <CaseDesk {...desk} />
                  <TimeDesk {...desk} />
                  <SequenceDesk {...desk} />
                </div>
                <p className="hint conduct-keys">{words.keys}</p>
              </div>
            )}
          </div>
        )}
      </main>
      <LeaveQuestion />
    </div>
  )
}

/** A sequence that is being edited is not lost by a press on a link. */
function LeaveQuestion() {
  const all = useWallsText()
  const wanted = useAddress((state) => state.wanted)
  const { title, said, stay: keep, leave: go } = all.leave
  if (wanted === null) return null
  return (
    <Dialog
      key={wanted}
      title={title}
      closeLabel={all.close}
      onClose={stay}
      testId="leave-dialog"
      actions={
        <>
          <button type="button" className="button" onClick={leave}>
            {go}
          </button>
          <button type="button" className="button is-primary" onClick={stay}>
            {keep}
          </button>
        </>
      }
    >
      <p>{said}</p>
    </Dialog>
  )
}

/** The walls as they are seen: what a sequence has changed is shown, too. */
function useShown(): readonly Wall[] | null {
  const { walls, sequences, skew } = useWalls()
  const now = useNow(1000) + skew
  const changes = JSON.stringify((walls ?? []).map(({ state }) => playedChange(state, sequences ?? [], now)))
  return useMemo(() => {
    const played = JSON.parse(changes) as WallChange[]
    return (
      walls?.map((wall, i) => ({ ...wall, state: { ...wall.state, ...played[i] } as Wall['state'] })) ?? null
    )
  }, [walls, changes])
}

const writing = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  target.closest('input:not([type=checkbox]), textarea, select, [role=application], dialog[open]') !== null

/** The keyboard of the conductor; keys typed into a field or the map belong there. */
function useConductKeys({ walls, steer }: Steering, chooseAll: () => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || writing(event.target)) return
      const module = modules[Number(event.key) - 1]
      const key = event.key.toLowerCase()
      if (walls.length > 0 && module) steer({ module })
      else if (walls.length > 0 && key === 'l') steer({ replay: null })
      else if (walls.length > 0 && key === 't') steer({ tour: shared(walls, ({ tour }) => tour) !== true })
      else if (key === 'a') chooseAll()
      else return
      event.preventDefault()
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [walls, steer, chooseAll])
}

function ConductHeader({ me }: { me: Me }) {
  const words = useWallsText().steer
  const town = useGrids((state) => state.town)
  const language = usePreferences((state) => state.language)
  return (
    <header className="manage-header">
      <Link to="/" className="manage-home" label={words.toBoard}>
        <span className="wordmark" aria-hidden="true">
          霞客
        </span>
        <b>{town ? (language === 'en' ? town.nameEn : town.name) : ''}</b>
      </Link>
      <nav aria-label={words.title}>
        <Link to="/conduct" current>
          <Icon name="play" />
          {words.title}
        </Link>
        <Link to="/dispatch" testId="to-dispatch">
          <Icon name="phone" />
          {words.toDispatch}
        </Link>
        {me.role === 'admin' ? (
          <Link to="/manage/walls" testId="to-manage">
            <Icon name="large" />
            {words.toManage}
          </Link>
        ) : null}
      </nav>
      <div className="board-buttons">
        <OwnButtons me={me} onSignOut={() => void endSession().catch(tell)} />
      </div>
    </header>
  )
}
