import { useMemo, useState } from 'react'
import { area, figure } from '../format.ts'
import { usePlansText } from '../locales/plans-text.ts'
import { Facts } from '../ui/controls.tsx'
import { TextField } from '../ui/fields.tsx'
import { applyMerge, canMerge } from './acts.ts'
import { useBench } from './bench.ts'
import { DifferenceChips } from './DifferenceChips.tsx'
import { DrawPanel } from './DrawPanel.tsx'
import { onLevel, type PlanFeature } from './feature.ts'
import { GridForm } from './GridForm.tsx'
import { MovePanel } from './MovePanel.tsx'
import { ReshapePanel } from './ReshapePanel.tsx'
import { SplitPanel } from './SplitPanel.tsx'
import { usePlans } from './store.ts'
import { goToGrids, useChosen, useDifference } from './using.ts'

/** What the tool at hand needs to know; otherwise the chosen grid, several of them, or the list of all. */
export function GridPanel({ editing }: { editing: boolean }) {
  const tool = useBench((state) => state.tool)
  const chosen = useChosen()
  const [first] = chosen
  if (editing && tool === 'split' && first) return <SplitPanel grid={first} />
  if (editing && tool === 'reshape' && first) return <ReshapePanel grid={first} />
  if (editing && tool === 'draw') return <DrawPanel />
  if (editing && tool === 'move' && first) return <MovePanel chosen={chosen} />
  if (!first) return <GridList />
  return chosen.length === 1 ? (
    <OneGrid grid={first} editing={editing} />
  ) : (
    <ManyGrids chosen={chosen} editing={editing} />
  )
}

function OneGrid({ grid, editing }: { grid: PlanFeature; editing: boolean }) {
  const words = usePlansText()
  const features = usePlans((state) => state.open?.features)
  const found = useDifference()
  const { code, name, level, parentUid, leaderName, households, areaKm2 = 0 } = grid.properties
  const parent = features?.get(parentUid ?? 0)
  const below = [...(features?.values() ?? [])].filter(({ properties }) => properties.parentUid === grid.id)
  const what = found?.changed.get(grid.id)
  return (
    <div className="panel-body" data-testid="grid-card">
      <header>
        <p className="hint">{words.level[level]}</p>
        <h3>{name}</h3>
        {what ? (
          <p className="difference">
            {what.map((kind) => (
              <span key={kind} className={`difference-chip is-${kind}`}>
                {words.difference.kinds[kind]}
              </span>
            ))}
          </p>
        ) : null}
      </header>
      {editing ? (
        <GridForm key={`${grid.id} ${code} ${name} ${leaderName} ${households}`} grid={grid} />
      ) : null}
      <Facts
        facts={[
          ...(editing
            ? []
            : ([
                [words.grid.code, code],
                [words.grid.leader, leaderName ?? words.grid.noLeader],
                [words.grid.households, figure(households)],
              ] as const)),
          [words.grid.area, words.grid.km2(area(areaKm2))],
          [
            words.grid.parent,
            parent ? (
              <button type="button" className="text-button" onClick={() => goToGrids([parent.id])}>
                {parent.properties.name}
              </button>
            ) : (
              words.grid.parentless
            ),
          ],
          ...(level < 3
            ? [
                [
                  words.grid.members,
                  <button
                    key="below"
                    type="button"
                    className="text-button"
                    disabled={below.length === 0}
                    onClick={() => goToGrids(below.map(({ id }) => id))}
                  >
                    {words.grid.children(below.length)}
                  </button>,
                ] as const,
              ]
            : []),
        ]}
      />
    </div>
  )
}

function ManyGrids({ chosen, editing }: { chosen: readonly PlanFeature[]; editing: boolean }) {
  const words = usePlansText()
  const busy = usePlans((state) => state.busy)
  const toggle = useBench((state) => state.toggle)
  const [name, setName] = useState('')
  const sum = (of: (one: PlanFeature) => number) => chosen.reduce((all, one) => all + of(one), 0)
  const largest = chosen.toSorted((a, b) => (b.properties.areaKm2 ?? 0) - (a.properties.areaKm2 ?? 0))[0]
  const may = canMerge()
  return (
    <div className="panel-body" data-testid="grids-card">
      <h3>{words.grid.many(chosen.length)}</h3>
      <Facts
        facts={[
          [words.grid.area, words.grid.km2(area(sum(({ properties }) => properties.areaKm2 ?? 0)))],
          [words.grid.households, figure(sum(({ properties }) => properties.households))],
        ]}
      />
      {editing ? (
        <section className="panel-part">
          <TextField
            label={words.grid.mergeName}
            value={name}
            maxLength={80}
            placeholder={largest?.properties.name}
            hint={may ? words.grid.mergeHint : words.grid.mergeNot}
            onChange={setName}
          />
          <button
            type="button"
            className="button is-primary"
            disabled={!may || busy !== null}
            onClick={() => void applyMerge(name.trim())}
            data-testid="apply-merge"
          >
            {busy === 'merge' ? words.busy : words.grid.merge}
            <kbd>M</kbd>
          </button>
        </section>
      ) : null}
      <ul className="grid-list">
        {chosen.slice(0, shownMost).map((one) => (
          <GridRow key={one.id} grid={one} onGo={() => toggle(one.id)} />
        ))}
      </ul>
    </div>
  )
}

/** A list longer than this is not read; it is searched. */
const shownMost = 100

function GridList() {
  const words = usePlansText()
  const features = usePlans((state) => state.open?.features)
  const level = useBench((state) => state.level)
  const [wanted, setWanted] = useState('')
  const all = useMemo(
    () =>
      features
        ? onLevel(features, level).toSorted((a, b) => (a.properties.code < b.properties.code ? -1 : 1))
        : [],
    [features, level],
  )
  const asked = wanted.trim()
  const found = all.filter(
    ({ properties }) => properties.name.includes(asked) || properties.code.includes(asked),
  )
  return (
    <div className="panel-body">
      <DifferenceChips />
      <TextField
        label={words.level[level] ?? ''}
        placeholder={words.grid.search}
        value={wanted}
        onChange={setWanted}
      />
      <p className="hint">
        {found.length === 0
          ? words.grid.notFound
          : words.grid.found(figure(Math.min(shownMost, found.length)), figure(found.length))}
      </p>
      <ul className="grid-list">
        {found.slice(0, shownMost).map((one) => (
          <GridRow key={one.id} grid={one} onGo={() => goToGrids([one.id])} />
        ))}
      </ul>
    </div>
  )
}

function GridRow({ grid, onGo }: { grid: PlanFeature; onGo: () => void }) {
  const words = usePlansText()
  const hover = useBench((state) => state.hover)
  const { name, code, households } = grid.properties
  return (
    <li>
      <button
        type="button"
        onClick={onGo}
        onPointerEnter={() => hover(grid.id)}
        onPointerLeave={() => hover(null)}
      >
        <b>{name}</b>
        <span className="hint">
          {code} · {words.grid.householdsN(figure(households))}
        </span>
      </button>
    </li>
  )
}
