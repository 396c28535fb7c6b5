import { useState } from 'react'
import type { Problem } from '../../api/contract/problem.ts'
import type { Wall } from '../../api/contract/wall.ts'
import {
  faultsOf,
  measuresOf,
  modules,
  usualLayout,
  usualProfiles,
  type WallProfile,
} from '../../api/contract/wall-rules.ts'
import { problemOf } from '../client.ts'
import { figure } from '../format.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { useWallsText } from '../locales/walls-text.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { RadioCards, TextField } from '../ui/fields.tsx'
import { GlassPicture } from './Glass.tsx'
import { scaleText } from './names.ts'
import { useWalls } from './store.ts'

const usualNames = Object.keys(usualProfiles) as (keyof typeof usualProfiles)[]
type Chosen = (typeof usualNames)[number] | 'other'

/** As the server takes them. */
const limits = {
  columns: [1, 12],
  rows: [1, 8],
  panelWidth: [640, 16_384],
  panelHeight: [480, 16_384],
  scale: [0.5, 8],
} as const
type Field = keyof typeof limits
type Draft = Record<Field, string>

const draftOf = ({ scale, ...profile }: WallProfile): Draft => ({
  columns: String(profile.columns),
  rows: String(profile.rows),
  panelWidth: String(profile.panelWidth),
  panelHeight: String(profile.panelHeight),
  scale: scale === null ? '' : String(scale),
})
const wrong = (field: Field, typed: string): boolean => {
  if (field === 'scale' && typed.trim() === '') return false
  const value = Number(typed)
  const [from, to] = limits[field]
  return (
    typed.trim() === '' || !(value >= from && value <= to) || (field !== 'scale' && !Number.isInteger(value))
  )
}
/** Null while something typed is not a wall. */
function profileOf(draft: Draft): WallProfile | null {
  if ((Object.keys(limits) as Field[]).some((field) => wrong(field, draft[field]))) return null
  return {
    columns: Number(draft.columns),
    rows: Number(draft.rows),
    panelWidth: Number(draft.panelWidth),
    panelHeight: Number(draft.panelHeight),
    scale: draft.scale.trim() === '' ? null : Number(draft.scale),
  }
}
const sameProfile = (a: WallProfile, b: WallProfile) =>
  JSON.stringify(draftOf(a)) === JSON.stringify(draftOf(b))

/** A new wall, or another name or glass for one that is there; what it comes to is drawn and said before anything is saved. */
export function WallDialog({ wall, onClose }: { wall: Wall | null; onClose: () => void }) {
  const text = useText()
  const all = useWallsText()
  const words = all.dialog
  const { create, update } = useWalls()
  const [name, setName] = useState(wall?.name ?? '')
  const [draft, setDraft] = useState(draftOf(wall?.profile ?? usualProfiles['1920×1080']))
  const [version, setVersion] = useState(wall?.version ?? 0)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const profile = profileOf(draft)
  const found = profile && usualNames.find((one) => sameProfile(usualProfiles[one], profile))
  const [chosen, setChosen] = useState<Chosen>(found ?? 'other')
  const other = chosen === 'other'
  const pick = (next: Chosen) => {
    setChosen(next)
    if (next !== 'other') setDraft(draftOf(usualProfiles[next]))
  }
  const save = async () => {
    if (!profile) return
    setBusy(true)
    setProblem(null)
    try {
      if (!wall) await create(name.trim(), profile)
      else
        await update(
          { ...wall, version },
          { name: name.trim(), ...(sameProfile(profile, wall.profile) ? {} : { profile }) },
        )
      onClose()
    } catch (cause) {
      const failure = problemOf(cause)
      setProblem(failure)
      setBusy(false)
      if (failure.code !== 'version' || !wall) return
      await useWalls.getState().load()
      setVersion(useWalls.getState().walls?.find(({ id }) => id === wall.id)?.version ?? version)
    }
  }
  const wholeOf = (one: Field) => words.whole(limits[one][0], limits[one][1])
  const field = (one: Field, label: string) => (
    <TextField
      label={label}
      hint={one === 'scale' ? words.scaleHint : wholeOf(one)}
      value={draft[one]}
      maxLength={8}
      onChange={(value) => setDraft({ ...draft, [one]: value })}
      testId={`wall-${one}`}
    />
  )
  const bad = (Object.keys(limits) as Field[]).find((one) => wrong(one, draft[one]))
  const said = {
    name: words.taken,
    version: words.version,
  } as Record<string, string>
  return (
    <Dialog
      title={wall ? words.change(wall.name) : words.putUp}
      closeLabel={all.close}
      onClose={onClose}
      testId="wall-dialog"
      actions={
        <>
          <button type="button" className="button" onClick={onClose}>
            {all.cancel}
          </button>
          <button
            type="button"
            className="button is-primary"
            disabled={busy || !profile || name.trim() === ''}
            onClick={() => void save()}
            data-testid="wall-save"
          >
            {busy ? words.busy : wall ? words.save : words.confirm}
          </button>
        </>
      }
    >
      <TextField
        label={words.name}
        hint={words.nameHint}
        needed={words.needed}
        value={name}
        maxLength={60}
        onChange={setName}
        testId="wall-name"
      />
      <RadioCards<Chosen>
        label={words.profile}
        className="is-row wall-profiles"
        value={chosen}
        onChange={pick}
        options={[
          ...usualNames.map((value) => ({
            value,
            text: value.replace('×', ' × '),
            hint: words.usual[value],
          })),
          { value: 'other' as const, text: words.other, hint: words.otherHint },
        ]}
      />
      {other ? (
        <div className="fields wall-fields">
          {field('columns', words.columns)}
          {field('rows', words.rows)}
          {field('panelWidth', words.width)}
          {field('panelHeight', words.height)}
          {field('scale', words.scale)}
        </div>
      ) : null}
      {bad ? (
        <p className="is-attention" role="status">
          {bad === 'scale' ? `${words.scale}: ${words.range(...limits.scale)}` : wholeOf(bad)}
        </p>
      ) : null}
      {profile ? <Result {...{ profile, wall }} /> : null}
      <p className="failure" role="alert">
        {problem ? (said[problem.code] ?? sentenceOf(text, problem)) : ''}
      </p>
    </Dialog>
  )
}

/** What such a wall comes to: its size, its type, its panels, and which layouts it costs. */
function Result({ profile, wall }: { profile: WallProfile; wall: Wall | null }) {
  const text = useText()
  const all = useWallsText()
  const words = all.dialog
  const { scale } = measuresOf(profile)
  const { columns, rows, panelWidth, panelHeight } = profile
  const layout = usualLayout(profile, 'dispatch')
  const instruments = layout.filter(({ panel }) => !['title', 'modules', 'clock'].includes(panel)).length
  const dropped = modules.filter((one) => faultsOf(wall?.layouts[one] ?? [], profile).length > 0)
  const byHand = wall !== null && Object.keys(wall.layouts).length > 0
  return (
    <div className="wall-result" data-testid="wall-result">
      <GlassPicture {...{ profile, layout }} label={words.preview} />
      <p>{words.result(String(columns * panelWidth), String(rows * panelHeight), columns * rows)}</p>
      <p>{words.type(scaleText(scale), figure(Math.round(16 * scale)), figure(Math.round(18 * scale)))}</p>
      <p className="hint">{words.room(instruments, text.wall.modules.dispatch)}</p>
      {wall && !sameProfile(wall.profile, profile) && byHand ? (
        dropped.length > 0 ? (
          <p className="is-attention" role="status">
            {words.dropped(dropped.map((one) => text.wall.modules[one]).join(all.and))}
          </p>
        ) : (
          <p className="hint">{words.kept}</p>
        )
      ) : null}
    </div>
  )
}
