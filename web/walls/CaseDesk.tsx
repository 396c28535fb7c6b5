import { useEffect, useState } from 'react'
import type { IncidentDetail } from '../../api/contract/incident.ts'
import type { Medium } from '../../api/contract/media.ts'
import { dayTime } from '../format.ts'
import { useGrids } from '../grids/store.ts'
import { useText } from '../locales/text.ts'
import { useWallsText } from '../locales/walls-text.ts'
import { Empty, Skeleton } from '../ui/controls.tsx'
import { idIn, type Steering, shared } from './chosen.ts'
import { FindList, type FoundOne } from './FindList.tsx'
import { useWalls } from './store.ts'

const newest = 5
const lookMs = 15_000

/** Which case the walls show large, and which of its photographs or recordings. */
export function CaseDesk({ walls, steer }: Steering) {
  const text = useText()
  const words = useWallsText().steer
  const { open, cases, loadOpen, loadCase } = useWalls()
  const { town, grids } = useGrids()
  const incidentId = shared(walls, (state) => state.incidentId)
  const mediumId = shared(walls, (state) => state.mediumId) ?? null
  const [missing, setMissing] = useState<ReadonlySet<number>>(new Set())
  const shown = typeof incidentId === 'number' ? cases.get(incidentId) : undefined
  useEffect(() => {
    const look = () => void loadOpen().catch(() => {})
    look()
    const timer = setInterval(look, lookMs)
    return () => clearInterval(timer)
  }, [loadOpen])
  const described = (one: {
    id: number
    number: string
    title: string
    reportedAt: string
    gridId: number
  }): FoundOne => ({
    id: one.id,
    name: one.title,
    more: [
      one.number,
      grids.get(one.gridId)?.name,
      dayTime(Date.parse(one.reportedAt), town?.timeZone ?? 'UTC'),
    ]
      .filter(Boolean)
      .join(' · '),
  })
  const find = (typed: string): FoundOne[] | null => {
    const needle = typed.trim().toLowerCase()
    const found = (open ?? []).filter(({ number, title, address }) =>
      `${number} ${title} ${address}`.toLowerCase().includes(needle),
    )
    const id = idIn(typed)
    if (found.length > 0 || id === null) return found.map(described)
    const known = cases.get(id)
    if (known) return known.number === typed.trim() ? [described(known)] : []
    return missing.has(id) ? [] : null
  }
  // What is over is asked for by its whole number.
  const lookUp = (typed: string) => {
    const id = idIn(typed)
    if (id !== null && !cases.has(id) && !missing.has(id))
      loadCase(id).catch(() => setMissing((before) => new Set(before).add(id)))
  }
  const show = (id: number) => {
    void loadCase(id).catch(() => {})
    steer({ incidentId: id, mediumId: null, camera: null })
  }
  return (
    <section className="sheet" aria-label={words.case}>
      <header>
        <h3>{words.case}</h3>
        {incidentId === undefined ? <p className="hint">{words.mixed}</p> : null}
      </header>
      {typeof incidentId === 'number' ? (
        <div className="steer-case" data-testid="case-on-wall">
          <p className="hint">{words.onWall}</p>
          <p>
            <b>{shown?.title ?? incidentId}</b> <span className="hint">{shown?.number}</span>
          </p>
          {shown ? <MediaChoice {...{ shown, mediumId }} onChoose={(id) => steer({ mediumId: id })} /> : null}
          <button
            type="button"
            className="button is-small"
            onClick={() => steer({ incidentId: null, mediumId: null })}
            data-testid="case-hide"
          >
            {words.hideCase}
          </button>
        </div>
      ) : null}
      <FindList
        label={words.caseFind}
        hint={words.caseHint}
        find={find}
        onType={lookUp}
        onChoose={show}
        words={{ none: words.noCase, asking: words.asking }}
        testId="find-case"
      />
      <h4>{words.newest}</h4>
      {open === null ? (
        <Skeleton label={text.common.loading} lines={3} />
      ) : open.length === 0 ? (
        <Empty>{words.quiet}</Empty>
      ) : (
        <ul className="steer-found" aria-label={words.newest}>
          {open.slice(0, newest).map((one) => {
            const { id, name, more } = described(one)
            return (
              <li key={id}>
                <button
                  type="button"
                  aria-pressed={id === incidentId}
                  title={words.showCase}
                  onClick={() => show(id)}
                  data-testid="case-new"
                >
                  <b>{name}</b>
                  <span>{more}</span>
                </button>
              </li>
            )
          })}
        </ul>
      )}
    </section>
  )
}

interface MediaChoiceProps {
  shown: Pick<IncidentDetail, 'media'>
  mediumId: number | null
  onChoose: (id: number | null) => void
}
/** The photographs and recordings of a case: a press shows one large, another takes it away. */
export function MediaChoice({ shown, mediumId, onChoose }: MediaChoiceProps) {
  const text = useText()
  const words = useWallsText().steer
  const timeZone = useGrids((state) => state.town?.timeZone ?? 'UTC')
  const ready = shown.media.filter(({ state }) => state === 'ready')
  const saidOf = (one: Medium) =>
    `${text.incidents.moments[one.moment]} ${dayTime(Date.parse(one.takenAt ?? one.addedAt), timeZone)}`
  if (ready.length === 0) return <p className="hint">{words.noMedia}</p>
  return (
    <ul className="steer-media" aria-label={words.media}>
      {ready.map((one) => (
        <li key={one.id}>
          <button
            type="button"
            aria-pressed={one.id === mediumId}
            aria-label={one.id === mediumId ? words.hideMedium : words.showMedium(saidOf(one))}
            title={saidOf(one)}
            onClick={() => onChoose(one.id === mediumId ? null : one.id)}
            data-testid="steer-medium"
          >
            {one.kind === 'photo' ? (
              <img src={`/api/media/${one.id}/thumbnail`} alt="" loading="lazy" />
            ) : (
              <span>{saidOf(one)}</span>
            )}
          </button>
        </li>
      ))}
    </ul>
  )
}
