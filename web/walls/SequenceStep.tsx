import { useId } from 'react'
import type { WallSequence } from '../../api/contract/wall.ts'
import { modules, type WallModule } from '../../api/contract/wall-rules.ts'
import { useGrids } from '../grids/store.ts'
import { useText } from '../locales/text.ts'
import { useWallsText } from '../locales/walls-text.ts'
import { IconButton } from '../ui/controls.tsx'

type Change = WallSequence['steps'][number]['change']
/** While it is edited, seconds are what somebody has typed, and a step has a name of its own. */
export interface Draft {
  key: number
  seconds: string
  change: Change
  /** Typed, and no grid (yet). */
  gridTyped: string | null
}
export const soundSeconds = (typed: string) =>
  /^\d{1,4}$/.test(typed.trim()) && Number(typed) >= 3 && Number(typed) <= 3600
const without = (change: Change, field: keyof Change): Change => {
  const { [field]: _gone, ...rest } = change
  return rest
}

interface StepRowProps {
  draft: Draft
  at: number
  last: number
  onChange: (to: Partial<Draft>) => void
  onMove: (to: number) => void
  onCopy: () => void
  onRemove: () => void
}
/** How long a step stays, and what it changes. */
export function StepRow({ draft, at, last, onChange, onMove, onCopy, onRemove }: StepRowProps) {
  const text = useText()
  const words = useWallsText().sequence
  const { seconds, change } = draft
  const put = (more: Change) => onChange({ change: { ...change, ...more } })
  const also = Object.keys(words.parts).filter((part) => {
    const value = change[part as keyof Change]
    return (
      value !== undefined && value !== null && !(typeof value === 'object' && Object.keys(value).length === 0)
    )
  })
  return (
    <li data-testid="step">
      <b title={words.step(at + 1)}>{at + 1}</b>
      <label>
        <span>{words.stay}</span>
        <input
          inputMode="numeric"
          value={seconds}
          maxLength={4}
          aria-label={`${words.step(at + 1)} · ${words.stay} (${words.secondsHint})`}
          aria-invalid={!soundSeconds(seconds)}
          onChange={(event) => onChange({ seconds: event.target.value })}
          data-testid="step-seconds"
        />
        {words.seconds}
      </label>
      <label>
        <span>{words.module}</span>
        <select
          value={change.module ?? ''}
          onChange={(event) => {
            const module = event.target.value
            onChange({
              change: module === '' ? without(change, 'module') : { ...change, module: module as WallModule },
            })
          }}
          data-testid="step-module"
        >
          <option value="">{words.same}</option>
          {modules.map((one) => (
            <option key={one} value={one}>
              {text.wall.modules[one]}
            </option>
          ))}
        </select>
      </label>
      <GridField {...{ draft, onChange }} />
      <label>
        <span>{words.tour}</span>
        <select
          value={change.tour === undefined ? '' : String(change.tour)}
          onChange={({ target: { value } }) =>
            value === '' ? onChange({ change: without(change, 'tour') }) : put({ tour: value === 'true' })
          }
        >
          <option value="">{words.same}</option>
          <option value="true">{words.on}</option>
          <option value="false">{words.off}</option>
        </select>
      </label>
      {also.length > 0 ? (
        <p className="step-also">
          <span>{words.also}</span>
          {also.map((part) => (
            <button
              key={part}
              type="button"
              aria-label={words.drop(words.parts[part] ?? part)}
              title={words.drop(words.parts[part] ?? part)}
              onClick={() => onChange({ change: without(change, part as keyof Change) })}
            >
              {words.parts[part]} ×
            </button>
          ))}
        </p>
      ) : null}
      {Object.keys(change).length === 0 ? <p className="step-also is-attention">{words.nothing}</p> : null}
      <span className="step-moves">
        <span className="is-up">
          <IconButton
            icon="chevron"
            label={words.up}
            onClick={() => at > 0 && onMove(at - 1)}
            testId="step-up"
          />
        </span>
        <IconButton
          icon="down"
          label={words.down}
          onClick={() => at < last && onMove(at + 1)}
          testId="step-down"
        />
        <IconButton icon="copy" label={words.copy} onClick={onCopy} />
        <IconButton icon="close" label={words.remove} onClick={onRemove} testId="step-remove" />
      </span>
    </li>
  )
}

const offered = 12

/** A grid by name; empty leaves it as it is, the town's own name is the whole town. */
function GridField({ draft, onChange }: Pick<StepRowProps, 'draft' | 'onChange'>) {
  const all = useWallsText()
  const words = all.sequence
  const { grids } = useGrids()
  const list = useId()
  const { change, gridTyped } = draft
  const { gridId } = change
  const shown =
    gridTyped ??
    (gridId === undefined
      ? ''
      : gridId === null
        ? all.steer.town
        : (grids.get(gridId)?.name ?? String(gridId)))
  const type = (typed: string) => {
    const wanted = typed.trim()
    if (wanted === '') return onChange({ change: without(change, 'gridId'), gridTyped: null })
    // A place of its own would hide the grid.
    const rest = without(change, 'camera')
    if (wanted === all.steer.town)
      return onChange({ change: { ...rest, gridId: null, camera: null }, gridTyped: null })
    const found = [...grids.values()].find(
      ({ name, code, level }) => level > 0 && (name === wanted || code === wanted),
    )
    if (found) onChange({ change: { ...rest, gridId: found.id, camera: null }, gridTyped: null })
    else onChange({ gridTyped: typed })
  }
  const near = [...grids.values()]
    .filter(({ level, name, code }) => level > 0 && `${name} ${code}`.includes(shown.trim()))
    .slice(0, offered)
  return (
    <label>
      <span>{words.grid}</span>
      <input
        value={shown}
        placeholder={words.same}
        list={list}
        autoComplete="off"
        spellCheck={false}
        maxLength={60}
        aria-invalid={gridTyped !== null}
        onChange={(event) => type(event.target.value)}
        data-testid="step-grid"
      />
      <datalist id={list}>
        <option value={all.steer.town} />
        {near.map(({ id, name, code }) => (
          <option key={id} value={name}>
            {code}
          </option>
        ))}
      </datalist>
    </label>
  )
}
