import { useEffect, useState } from 'react'
import type { Incident } from '../../api/contract/incident.ts'
import type { Problem } from '../../api/contract/problem.ts'
import { problemOf } from '../client.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { useWallsText } from '../locales/walls-text.ts'
import { Empty, Skeleton } from '../ui/controls.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Link } from '../ui/Link.tsx'
import { MediaChoice } from './CaseDesk.tsx'
import { useWalls } from './store.ts'
import '../ui/desk.css'
import './conduct.css'

/** Which walls, and what of the case: itself, or one of its photographs or recordings. */
export function ToWallDialog({ incident, onClose }: { incident: Incident; onClose: () => void }) {
  const text = useText()
  const all = useWallsText()
  const words = all.toWall
  const { walls, cases, problem: failed, load, loadCase, steer } = useWalls()
  const [picked, setPicked] = useState<ReadonlySet<number> | null>(null)
  const [mediumId, setMediumId] = useState<number | null>(null)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [sent, setSent] = useState('')
  const { id } = incident
  useEffect(() => void load(), [load])
  useEffect(() => void loadCase(id).catch(() => {}), [id, loadCase])
  const showing = (walls ?? []).filter(({ state }) => state.incidentId === id)
  const chosen =
    picked ?? new Set((showing.length > 0 ? showing : (walls ?? []).slice(0, 1)).map((one) => one.id))
  const names = (walls ?? []).filter((one) => chosen.has(one.id)).map(({ name }) => name)
  const toggle = (wallId: number) => {
    const next = new Set(chosen)
    if (!next.delete(wallId)) next.add(wallId)
    setPicked(next)
    setSent('')
  }
  const tellWalls = async (ids: readonly number[], show: boolean) => {
    setBusy(true)
    setProblem(null)
    try {
      await steer(ids, () =>
        show ? { incidentId: id, mediumId, camera: null } : { incidentId: null, mediumId: null },
      )
      setSent(show ? words.sent(names.join(all.and)) : '')
    } catch (cause) {
      setProblem(problemOf(cause))
    }
    setBusy(false)
  }
  const shown = cases.get(id)
  return (
    <Dialog
      title={words.title(incident.number)}
      closeLabel={all.close}
      onClose={onClose}
      testId="to-wall-dialog"
      actions={
        <>
          <Link to="/conduct" className="button">
            {words.conduct}
          </Link>
          {showing.length > 0 ? (
            <button
              type="button"
              className="button"
              disabled={busy}
              onClick={() =>
                void tellWalls(
                  showing.map((one) => one.id),
                  false,
                )
              }
              data-testid="to-wall-hide"
            >
              {words.hide}
            </button>
          ) : null}
          <button
            type="button"
            className="button is-primary"
            disabled={busy || names.length === 0}
            onClick={() => void tellWalls([...chosen], true)}
            data-testid="to-wall-send"
          >
            {busy ? words.busy : words.send}
          </button>
        </>
      }
    >
      <p>
        <b>{incident.title}</b>
      </p>
      {walls === null ? (
        failed ? (
          <Empty action={{ text: all.retry, onClick: () => void load() }}>{sentenceOf(text, failed)}</Empty>
        ) : (
          <Skeleton label={all.loading} lines={2} />
        )
      ) : walls.length === 0 ? (
        <Empty>{all.steer.none}</Empty>
      ) : (
        <fieldset className="to-walls">
          <legend>{words.which}</legend>
          {walls.map((wall) => (
            <label key={wall.id}>
              <input type="checkbox" checked={chosen.has(wall.id)} onChange={() => toggle(wall.id)} />
              <b>{wall.name}</b>
              <span className="hint">
                {wall.state.incidentId === id ? words.shown : text.wall.modules[wall.state.module]}
              </span>
            </label>
          ))}
        </fieldset>
      )}
      {shown ? (
        <div className="to-wall-what">
          <p>{words.what}</p>
          <MediaChoice {...{ shown, mediumId }} onChoose={setMediumId} />
          {mediumId === null ? <p className="hint">{words.caseOnly}</p> : null}
        </div>
      ) : null}
      <p className="is-good" role="status" data-testid="to-wall-sent">
        {sent}
      </p>
      <p className="failure" role="alert">
        {problem ? sentenceOf(text, problem) : ''}
      </p>
    </Dialog>
  )
}
