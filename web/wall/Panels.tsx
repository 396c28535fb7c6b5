import { type FunctionComponent, memo } from 'react'
import type { PanelKind } from '../../api/contract/wall-rules.ts'
import { useText } from '../locales/text.ts'
import { Alarms, Classes, Newest } from './case-rows.tsx'
import { Rhythm, Satisfaction } from './charts.tsx'
import { Figures } from './Figures.tsx'
import { Hot, Ranking } from './grid-rows.tsx'
import { ModuleTabs, Title, WallClock } from './Header.tsx'
import { Instrument, insideOf } from './Instrument.tsx'
import { Loop } from './Loop.tsx'
import { isBare, type Placed, shorten } from './layout.ts'
import { PictureButton } from './PictureButton.tsx'
import { useReplaying } from './replay.ts'
import { Situation } from './Situation.tsx'
import { Squads, Systems } from './squad-rows.tsx'

const panels: Record<PanelKind, FunctionComponent<{ box: Placed }>> = {
  title: ({ box }) => <Title width={box.width} />,
  modules: ({ box }) => <ModuleTabs width={box.width} />,
  clock: ({ box }) => <WallClock width={box.width} />,
  situation: Situation,
  loop: Loop,
  classes: Classes,
  squads: Squads,
  systems: Systems,
  hot: Hot,
  ranking: Ranking,
  satisfaction: Satisfaction,
  alarms: Alarms,
  newest: Newest,
  rhythm: Rhythm,
  figures: ({ box }) => <Figures box={box} group={box.group} />,
}

/** What only now is known of: their numbers have no place beside a past day. */
const ofNow: readonly PanelKind[] = ['systems', 'hot', 'ranking', 'satisfaction', 'figures']
const ofThen: readonly PanelKind[] = ['situation', 'classes', 'squads', 'newest', 'alarms', 'loop']

/** For a past day: what cannot follow it gives its place to what can, as far as there is any that is not there yet. */
export function followingBoxes(boxes: readonly Placed[]): Placed[] {
  const there = new Set(boxes.map(({ panel }) => panel))
  const spare = ofThen.filter((panel) => !there.has(panel))
  return boxes.map((box) => {
    const panel = ofNow.includes(box.panel) ? spare.shift() : undefined
    return panel ? { ...box, panel, group: undefined } : box
  })
}

/** In the place of a panel that cannot follow a replay. */
function Stays({ box: { panel, group, ...box } }: { box: Placed }) {
  const text = useText()
  const titles = {
    systems: text.systems.title,
    hot: text.wall.hot.title,
    ranking: text.wall.ranking.title,
    satisfaction: text.wall.satisfaction.title,
    figures: group ?? text.wall.figures.title,
  } as Partial<Record<PanelKind, string>>
  return (
    <Instrument
      title={shorten(titles[panel] ?? '', insideOf(box).width, 18)}
      empty={text.wall.past.ofNow}
      testId={panel}
    >
      {null}
    </Instrument>
  )
}

/** One panel where it stands. It draws again when its own numbers change, never because another one did. */
const PlacedPanel = memo(function PlacedPanel({ box }: { box: Placed }) {
  const replaying = useReplaying()
  const Panel = replaying && ofNow.includes(box.panel) ? Stays : panels[box.panel]
  const { x, y, width, height } = box
  return (
    <div
      className={isBare(box.panel) ? 'wall-place is-bare' : 'wall-place'}
      style={{ left: x, top: y, width, height }}
      data-panel={box.panel}
    >
      <Panel box={box} />
      {isBare(box.panel) ? null : <PictureButton whole={false} />}
      {box.panel === 'title' ? <PictureButton whole /> : null}
    </div>
  )
})

/** All panels of a layout, in its order. */
export function Panels({ boxes }: { boxes: readonly Placed[] }) {
  return boxes.map((box) => (
    <PlacedPanel key={`${box.panel} ${box.group ?? ''} ${box.x} ${box.y}`} box={box} />
  ))
}
