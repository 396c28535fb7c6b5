import { type KeyboardEvent, type PointerEvent, useCallback, useEffect, useRef, useState } from 'react'
import { measuresOf, type PanelKind, panelKinds, type WallProfile } from '../../api/contract/wall-rules.ts'
import { useText } from '../locales/text.ts'
import { useWallsText } from '../locales/walls-text.ts'
import {
  added,
  type Drawing,
  drawn,
  type Edge,
  edges,
  faultsByPanel,
  type Layout,
  moved,
  redone,
  removed,
  resized,
  snapped,
  undone,
} from './arrange.ts'
import { Glass, styleOf } from './Glass.tsx'
import { cellPixels, type Groups, panelName } from './names.ts'

interface LayoutEditorProps {
  profile: WallProfile
  drawing: Drawing
  groups: Groups
  onDraw: (drawing: Drawing) => void
}

/** A panel under the hand: what it was when it was taken hold of, and what it would be now. */
interface Hand {
  at: number
  edge: Edge | null
  from: { x: number; y: number }
  layout: Layout
}
const arrows: Record<string, { x: number; y: number }> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
}
/** From this ratio of its sides on, the drawing has the whole width for itself. */
const wideShape = 2.4
const writing = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.closest('input, textarea, select, dialog[open]') !== null

/** The wall to scale, its panels under the hand and under the keyboard; every change is a new drawing. */
export function LayoutEditor({ profile, drawing, groups, onDraw }: LayoutEditorProps) {
  const text = useText()
  const all = useWallsText()
  const words = all.layout
  const frame = useRef<HTMLDivElement>(null)
  const [chosen, setChosen] = useState<number | null>(null)
  const [hand, setHand] = useState<Hand | null>(null)
  const layout = hand?.layout ?? drawing.now
  const faults = faultsByPanel(layout, profile)
  const { width, height } = measuresOf(profile)
  const shape = width / height
  const nameOf = (at: number) => {
    const place = layout[at]
    return place ? panelName(text, all, place) : ''
  }
  const panelAt = (at: number) => frame.current?.querySelectorAll<HTMLElement>('.glass-panel')[at]
  const saidOf = (at: number) => (faults.get(at) ?? []).map((fault) => all.faults[fault])

  useUndoKeys(drawing, onDraw)

  const take = (event: PointerEvent<HTMLElement>, at: number) => {
    if (event.button !== 0) return
    const edge = (event.target as HTMLElement).dataset.edge as Edge | undefined
    event.currentTarget.setPointerCapture(event.pointerId)
    setChosen(at)
    setHand({ at, edge: edge ?? null, from: { x: event.clientX, y: event.clientY }, layout: drawing.now })
  }
  const pull = (event: PointerEvent) => {
    const box = frame.current?.getBoundingClientRect()
    if (!hand || !box) return
    const { cellsX, cellsY } = measuresOf(profile)
    const cell = { width: box.width / cellsX, height: box.height / cellsY }
    const by = snapped({ x: event.clientX - hand.from.x, y: event.clientY - hand.from.y }, cell)
    const { at, edge } = hand
    const next = edge ? resized(drawing.now, { at, edge, by }, profile) : moved(drawing.now, at, by, profile)
    setHand({ ...hand, layout: next })
  }
  const letGo = () => {
    if (hand) onDraw(drawn(drawing, hand.layout))
    setHand(null)
  }
  /** The keyboard stays on the wall: once the change is drawn. */
  const focusSoon = (at: number) => requestAnimationFrame(() => panelAt(at)?.focus())
  const drop = (at: number) => {
    onDraw(drawn(drawing, removed(drawing.now, at)))
    setChosen(null)
    focusSoon(Math.max(0, at - 1))
  }
  const press = (event: KeyboardEvent, at: number) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const by = arrows[event.key]
    if (event.key === 'Escape') setHand(null)
    else if (event.key === 'Delete' || event.key === 'Backspace') drop(at)
    else if (by) {
      const next = event.shiftKey
        ? resized(drawing.now, { at, edge: 'se', by }, profile)
        : moved(drawing.now, at, by, profile)
      onDraw(drawn(drawing, next, `${event.shiftKey ? 'resize' : 'move'} ${at}`))
    } else return
    event.preventDefault()
  }
  const add = (panel: PanelKind, group?: string) => {
    const next = added(drawing.now, { panel, group }, profile)
    onDraw(drawn(drawing, next))
    focusSoon(next.length - 1)
  }

  return (
    <div className={shape > wideShape ? 'layout-editor is-wide' : 'layout-editor'}>
      <div className="layout-canvas">
        <div role="group" aria-label={words.canvas} data-testid="layout-canvas">
          <Glass profile={profile} className="is-drawing" frame={frame}>
            {layout.map((place, at) => {
              const said = saidOf(at)
              const name = panelName(text, all, place)
              const { x, y, w, h } = place
              return (
                <button
                  key={`${place.panel} ${place.group ?? ''} ${at}`}
                  type="button"
                  className={`glass-panel ${h === 1 ? 'is-flat' : ''} ${said.length > 0 ? 'is-wrong' : ''} ${hand?.at === at ? 'is-held' : ''}`}
                  style={styleOf(place, profile)}
                  aria-pressed={chosen === at}
                  aria-label={[words.panel(name, x, y, w, h), ...said].join(all.and)}
                  data-testid={`panel-${place.panel}`}
                  onFocus={() => setChosen(at)}
                  onPointerDown={(event) => take(event, at)}
                  onPointerMove={pull}
                  onPointerUp={letGo}
                  onPointerCancel={() => setHand(null)}
                  onKeyDown={(event) => press(event, at)}
                >
                  <b>{name}</b>
                  <small>{said.length > 0 ? said.join(all.and) : `${w} × ${h}`}</small>
                  {edges.map((edge) => (
                    <i key={edge} className={`glass-edge is-${edge}`} data-edge={edge} />
                  ))}
                </button>
              )
            })}
          </Glass>
        </div>
      </div>
      <div className="layout-side">
        <section aria-label={words.faultsTitle} data-testid="layout-faults">
          <h4>{words.faultsTitle}</h4>
          {faults.size === 0 ? <p className="hint">{words.sound}</p> : null}
          <ul className="layout-faults">
            {[...faults.keys()]
              .sort((a, b) => a - b)
              .map((at) => (
                <li key={at}>
                  <button type="button" className="text-button" onClick={() => panelAt(at)?.focus()}>
                    {nameOf(at)}
                  </button>
                  {saidOf(at).join(all.and)}
                </li>
              ))}
          </ul>
        </section>
        <Chosen
          place={chosen === null ? undefined : layout[chosen]}
          name={chosen === null ? '' : nameOf(chosen)}
          said={chosen === null ? [] : saidOf(chosen)}
          profile={profile}
          onRemove={() => chosen !== null && drop(chosen)}
        />
        <Addable layout={layout} groups={groups} onAdd={add} />
      </div>
    </div>
  )
}

interface ChosenProps {
  place: Layout[number] | undefined
  name: string
  said: readonly string[]
  profile: WallProfile
  onRemove: () => void
}
function Chosen({ place, name, said, profile, onRemove }: ChosenProps) {
  const words = useWallsText().layout
  if (!place)
    return (
      <section aria-label={words.chosen}>
        <h4>{words.chosen}</h4>
        <p className="hint">{words.nothing}</p>
      </section>
    )
  const { width, height } = cellPixels(profile, place)
  return (
    <section aria-label={words.chosen}>
      <h4>{name}</h4>
      <p>
        {words.size(place.w, place.h)} <span className="hint">{words.pixels(width, height)}</span>
      </p>
      {said.map((one) => (
        <p key={one} className="is-attention">
          {one}
        </p>
      ))}
      <button type="button" className="button is-small" onClick={onRemove} data-testid="panel-remove">
        {words.remove}
      </button>
    </section>
  )
}

interface AddableProps {
  layout: Layout
  groups: Groups
  onAdd: (panel: PanelKind, group?: string) => void
}
/** What is not on the wall: each kind once, and each group of the town's own numbers. */
function Addable({ layout, groups, onAdd }: AddableProps) {
  const text = useText()
  const all = useWallsText()
  const words = all.layout
  const kinds = panelKinds.filter((kind) => kind !== 'figures' && !layout.some(({ panel }) => panel === kind))
  const own = [...new Set(Object.values(groups).flat())].filter(
    (group) => !layout.some((place) => place.panel === 'figures' && place.group === group),
  )
  return (
    <section aria-label={words.add}>
      <h4>{words.add}</h4>
      {kinds.length + own.length === 0 ? (
        <p className="hint">{words.allPlaced}</p>
      ) : (
        <>
          <p className="hint">{words.addHint}</p>
          <ul className="layout-addable">
            {kinds.map((panel) => (
              <li key={panel}>
                <button
                  type="button"
                  className="button is-small"
                  onClick={() => onAdd(panel)}
                  data-testid={`add-${panel}`}
                >
                  {panelName(text, all, { panel })}
                </button>
              </li>
            ))}
            {own.map((group) => (
              <li key={group}>
                <button type="button" className="button is-small" onClick={() => onAdd('figures', group)}>
                  {group}
                  <small className="hint">{words.group}</small>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  )
}

/** Ctrl+Z takes back, Ctrl+Shift+Z and Ctrl+Y bring again. */
function useUndoKeys(drawing: Drawing, onDraw: (drawing: Drawing) => void): void {
  const press = useCallback(
    (event: globalThis.KeyboardEvent) => {
      const key = event.key.toLowerCase()
      if (!(event.ctrlKey || event.metaKey) || (key !== 'z' && key !== 'y') || writing(event.target)) return
      event.preventDefault()
      onDraw(key === 'y' || event.shiftKey ? redone(drawing) : undone(drawing))
    },
    [drawing, onDraw],
  )
  useEffect(() => {
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [press])
}
