import { useEffect, useState } from 'react'
import type { Wall } from '../../api/contract/wall.ts'
import { modules } from '../../api/contract/wall-rules.ts'
import { useGrids } from '../grids/store.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { useWallsText } from '../locales/walls-text.ts'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { useNow } from '../ui/clock.ts'
import { Empty, Skeleton } from '../ui/controls.tsx'
import { Link } from '../ui/Link.tsx'
import { tell } from '../ui/notices.ts'
import { KeyDialog } from '../walls/KeyDialog.tsx'
import { LayoutSheet } from '../walls/LayoutSheet.tsx'
import { glassText, pixelsText } from '../walls/names.ts'
import { followWalls, useWalls } from '../walls/store.ts'
import { WallDialog } from '../walls/WallDialog.tsx'
import { SeenMark, WallPicture } from '../walls/WallPicture.tsx'
import '../walls/walls.css'

/** The walls of the hall: put up, changed, keyed, taken down; `rest` is the id of the one whose panels are arranged. */
export function ManageWalls({ rest }: { rest: string }) {
  const words = useWallsText()
  const text = useText()
  const { walls, problem, load, loadGroups } = useWalls()
  useEffect(() => followWalls(), [])
  useEffect(() => void loadGroups().catch(tell), [loadGroups])
  const again = { text: words.retry, onClick: () => void load() }
  if (!walls)
    return (
      <div className="manage-column">
        {problem ? (
          <Empty action={again}>{sentenceOf(text, problem)}</Empty>
        ) : (
          <Skeleton label={words.loading} lines={6} />
        )}
      </div>
    )
  if (rest === '') return <WallList walls={walls} />
  const wall = walls.find(({ id }) => String(id) === rest)
  if (wall) return <LayoutSheet key={wall.id} wall={wall} />
  return (
    <div className="manage-column">
      <Empty>{words.layout.gone}</Empty>
      <div className="sheet-actions">
        <Link to="/manage/walls" className="button">
          {words.layout.back}
        </Link>
      </div>
    </div>
  )
}

type Asked = { what: 'change' | 'key' | 'down'; wall: Wall } | { what: 'new' }

function WallList({ walls }: { walls: readonly Wall[] }) {
  const words = useWallsText()
  const text = useText()
  const { problem, takeDown } = useWalls()
  const [asked, setAsked] = useState<Asked | null>(null)
  const close = () => setAsked(null)
  return (
    <div className="manage-column is-wide">
      <h2>{words.title}</h2>
      <p className="lead">{words.lead}</p>
      {problem ? (
        <p className="note is-attention" role="status">
          {words.stale} {sentenceOf(text, problem)}
        </p>
      ) : null}
      <div className="sheet-actions">
        <button
          type="button"
          className="button is-primary"
          onClick={() => setAsked({ what: 'new' })}
          data-testid="put-up"
        >
          {words.putUp}
        </button>
        <Link to="/conduct" className="button" testId="to-conduct">
          {words.conduct}
        </Link>
      </div>
      {walls.length === 0 ? <Empty>{words.none}</Empty> : null}
      <div className="wall-cards" data-testid="wall-cards">
        {walls.map((wall) => (
          <WallSheet key={wall.id} wall={wall} onAsk={setAsked} />
        ))}
      </div>
      {asked?.what === 'new' ? <WallDialog wall={null} onClose={close} /> : null}
      {asked?.what === 'change' ? <WallDialog wall={asked.wall} onClose={close} /> : null}
      {asked?.what === 'key' ? <KeyDialog wall={asked.wall} onClose={close} /> : null}
      {asked?.what === 'down' ? (
        <ConfirmDialog
          title={words.takeDownTitle(asked.wall.name)}
          closeLabel={words.close}
          keep={words.takeDownKeep}
          confirm={words.takeDown}
          testId="take-down"
          onConfirm={() => takeDown(asked.wall.id)}
          onClose={close}
        >
          <p>{words.takeDownText}</p>
        </ConfirmDialog>
      ) : null}
    </div>
  )
}

function WallSheet({ wall, onAsk }: { wall: Wall; onAsk: (asked: Asked) => void }) {
  const words = useWallsText()
  const text = useText()
  const timeZone = useGrids((state) => state.town?.timeZone ?? 'UTC')
  const now = useNow(5000) + useWalls((state) => state.skew)
  const byHand = modules.filter((one) => wall.layouts[one])
  const button = (what: 'change' | 'key' | 'down', label: string) => (
    <button
      type="button"
      className="button is-small"
      onClick={() => onAsk({ what, wall })}
      data-testid={`wall-${what}`}
    >
      {label}
    </button>
  )
  return (
    <section className="sheet wall-sheet" aria-label={wall.name} data-testid="wall-sheet">
      <header>
        <h3>{wall.name}</h3>
        <SeenMark {...{ wall, now, timeZone }} />
      </header>
      <WallPicture wall={wall} />
      <dl className="wall-facts">
        <div>
          <dt>{words.dialog.profile}</dt>
          <dd>
            {glassText(words, wall.profile)}
            <span className="hint">{pixelsText(words, wall.profile)}</span>
          </dd>
        </div>
        <div>
          <dt>{words.toKey}</dt>
          <dd className={wall.keyed ? '' : 'is-attention'}>{wall.keyed ? words.keyed : words.noKey}</dd>
        </div>
        <div>
          <dt>{words.panels}</dt>
          <dd>
            {byHand.length > 0
              ? words.layouts(byHand.map((one) => text.wall.modules[one]).join(words.and))
              : words.usualLayouts}
          </dd>
        </div>
      </dl>
      <div className="sheet-actions">
        <Link to={`/manage/walls/${wall.id}`} className="button is-small is-primary" testId="wall-layout">
          {words.toLayout}
        </Link>
        {button('change', words.change)}
        {button('key', words.toKey)}
        <a
          className="button is-small"
          href={`/wall/${wall.id}`}
          target="_blank"
          rel="noreferrer"
          title={words.openHint}
        >
          {words.open}
        </a>
        {button('down', words.takeDown)}
      </div>
    </section>
  )
}
