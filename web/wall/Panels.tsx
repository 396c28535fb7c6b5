import { type FunctionComponent, memo } from 'react'
import type { PanelKind } from '../../api/contract/wall-rules.ts'
import { Rhythm, Satisfaction } from './charts.tsx'
import { Figures } from './Figures.tsx'
import { ModuleTabs, Title, WallClock } from './Header.tsx'
import { Loop } from './Loop.tsx'
import { isBare, type Placed } from './layout.ts'
import { Alarms, Classes, Hot, Newest, Ranking, Squads, Systems } from './rows.tsx'
import { Situation } from './Situation.tsx'

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

/** One panel where it stands. It draws again when its own numbers change, never because another one did. */
const PlacedPanel = memo(function PlacedPanel({ box }: { box: Placed }) {
  const Panel = panels[box.panel]
  const { x, y, width, height } = box
  return (
    <div
      className={isBare(box.panel) ? 'wall-place is-bare' : 'wall-place'}
      style={{ left: x, top: y, width, height }}
      data-panel={box.panel}
    >
      <Panel box={box} />
    </div>
  )
})

/** All panels of a layout, in its order. */
export function Panels({ boxes }: { boxes: readonly Placed[] }) {
  return boxes.map((box) => (
    <PlacedPanel key={`${box.panel} ${box.group ?? ''} ${box.x} ${box.y}`} box={box} />
  ))
}
