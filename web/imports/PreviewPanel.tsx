import { lazy, Suspense, useMemo, useRef, useState } from 'react'
import type { FindingKind } from '../../api/contract/import-kinds.ts'
import type { CheckedFile, ImportJob } from '../../api/contract/imports.ts'
import { figure } from '../format.ts'
import { useGrids } from '../grids/store.ts'
import { useWords } from '../locales/manage-text.ts'
import { useLeaveGuard } from '../ui/address.ts'
import { Skeleton } from '../ui/controls.tsx'
import { SelectField } from '../ui/fields.tsx'
import { Icon } from '../ui/Icon.tsx'
import { tell } from '../ui/notices.ts'
import { CrsChoice } from './CrsChoice.tsx'
import { DecidePanel } from './DecidePanel.tsx'
import { type Choices, decisionsOf, refuses, undecided } from './decisions.ts'
import type { Draft } from './draft.ts'
import { Legend } from './Legend.tsx'
import { outside } from './outside.ts'
import { PreviewTable } from './PreviewTable.tsx'
import { useImports } from './store.ts'
import { GiveUpDialog } from './UnfinishedPanel.tsx'

// The map is fetched when there is something to draw.
const PreviewMap = lazy(() => import('./PreviewMap.tsx').then((loaded) => ({ default: loaded.PreviewMap })))

interface PreviewPanelProps {
  job: ImportJob
  checked: CheckedFile
  options: Draft
  choices: Choices
  onChoices: (choices: Choices) => void
  onBack: () => void
  onOptions: (options: Draft) => void
}

/** What the check met: on the map, row by row, and kind by kind to be decided. Nothing is written before that. */
export function PreviewPanel(props: PreviewPanelProps) {
  const { job, checked, options, choices, onChoices, onBack, onOptions } = props
  const { shell, imports: words } = useWords()
  const said = words.preview
  const mapSheet = useRef<HTMLElement>(null)
  const town = useGrids((state) => state.town)
  const preview = useImports((state) => state.preview)
  const [only, setOnly] = useState<FindingKind | null>(null)
  const [chosen, setChosen] = useState<number | null>(null)
  const kinds = useMemo(() => checked.kinds.map(({ kind }) => kind), [checked])
  useLeaveGuard(Object.keys(choices).length > 0)
  // A row of the table is looked at on the map, which may be above the edge.
  const show = (row: number | null) => {
    setChosen(row)
    if (row !== null) mapSheet.current?.scrollIntoView({ block: 'nearest' })
  }
  const timeZone = town?.timeZone ?? 'UTC'
  const away = preview && town?.bounds ? outside(preview, town.bounds) : { outside: 0, all: 0 }
  const placed = Boolean(options.map.lng) || options.what === 'roads' || job.inspected?.geometry !== 'none'
  const projected = checked.kinds.some(({ examples }) =>
    examples.some(({ reason }) => reason.includes('look like projected')),
  )
  const table = { preview, kinds, map: options.map, timeZone, only, chosen }
  return (
    <>
      <p className="summary" role="status" data-testid="summary">
        {said.summary(figure(checked.rows), figure(checked.sound))}
        {checked.kinds.length === 0 ? ` · ${checked.rows === 0 ? said.nothing : said.allSound}` : ''}
      </p>
      {away.outside > 0 ? (
        <p className="note is-attention" data-testid="outside">
          <Icon name="warning" />{' '}
          {away.outside < away.all
            ? said.outside(figure(away.outside), figure(away.all))
            : options.what === 'grids'
              ? said.outsideGrids
              : said.outsideAll}
        </p>
      ) : null}
      {projected ? (
        <p className="note is-attention">
          <Icon name="warning" /> {said.projected}
        </p>
      ) : null}
      <Hints checked={checked} onApply={() => onOptions({ ...options, localTimes: true })} />
      <div className={`preview ${checked.kinds.length === 0 ? 'is-sound' : ''}`}>
        <section className="sheet" aria-label={said.map} ref={mapSheet}>
          <header>
            <h3>{said.map}</h3>
            {preview ? <span className="hint">{said.shown(figure(preview.shown))}</span> : null}
          </header>
          {preview && town && preview.features.features.length > 0 ? (
            <Suspense fallback={<div className="preview-map" />}>
              <PreviewMap
                {...{ town, preview, kinds, chosen }}
                bounds={checked.bounds}
                onPick={(row) => setChosen(row)}
              />
            </Suspense>
          ) : (
            <p className="hint">{preview ? said.noPlaces : ''}</p>
          )}
          {chosen === null ? null : (
            <p className="chosen-row" role="status">
              <b>{said.rowAt(chosen)}</b>{' '}
              {preview?.rows
                .find(({ row }) => row === chosen)
                ?.findings.map(({ kind }) => words.kinds[kind])
                .join(shell.and)}
              <button
                type="button"
                className="text-button"
                onClick={() =>
                  document.querySelector(`[data-row="${chosen}"] button`)?.scrollIntoView({ block: 'center' })
                }
              >
                {said.toRow}
              </button>
            </p>
          )}
          <Legend kinds={kinds} grids={options.what === 'grids'} />
          {job.inspected && placed ? (
            <details open={checked.bounds === null}>
              <summary>
                {said.crs} <span className="hint">{said.crsHint}</span>
              </summary>
              <CrsChoice
                inspected={job.inspected}
                crs={options.crs ?? ''}
                onChange={(crs) => onOptions({ ...options, crs })}
              />
            </details>
          ) : null}
        </section>
        {checked.kinds.length > 0 ? (
          <DecidePanel
            {...{ choices, preview, timeZone, only }}
            kinds={checked.kinds}
            map={options.map}
            onChoices={onChoices}
            onOnly={setOnly}
          />
        ) : null}
      </div>
      <section className="sheet" aria-label={said.table} data-testid="preview-table">
        <header>
          <h3>{said.table}</h3>
          {checked.kinds.length > 0 ? (
            <SelectField
              label={said.filter}
              value={only ?? ''}
              options={[
                { value: '', text: said.all },
                ...checked.kinds.map(({ kind, rows }) => ({
                  value: kind,
                  text: `${words.kinds[kind]} · ${figure(rows)}`,
                })),
              ]}
              onChange={(kind) => setOnly((kind || null) as FindingKind | null)}
            />
          ) : null}
        </header>
        {preview ? (
          <PreviewTable {...table} preview={preview} onChoose={show} />
        ) : (
          <Skeleton label={said.table} lines={6} />
        )}
      </section>
      <WriteBar job={job} checked={checked} choices={choices} onBack={onBack} />
    </>
  )
}

/** What the rows together suggest, with a button that does it. */
function Hints({ checked, onApply }: { checked: CheckedFile; onApply: () => void }) {
  const words = useWords().imports.preview
  return checked.hints.map(({ option, evidence }) => {
    const [night = '', converted = ''] = evidence.match(/[\d.]+ %/g) ?? []
    return (
      <p key={option} className="note is-attention">
        <Icon name="warning" /> {option === 'localTimes' ? words.hintLocal(night, converted) : evidence}{' '}
        <button type="button" className="button is-small" onClick={onApply}>
          {words.hintApply}
        </button>
      </p>
    )
  })
}

interface WriteBarProps {
  job: ImportJob
  checked: CheckedFile
  choices: Choices
  onBack: () => void
}

/** Always in sight: what is still to be decided, and the one button that writes. */
function WriteBar({ job, checked, choices, onBack }: WriteBarProps) {
  const { shell, imports: words } = useWords()
  const said = words.preview
  const write = useImports((state) => state.write)
  const [asked, setAsked] = useState(false)
  const open = undecided(checked.kinds, choices)
  const refused = refuses(checked.kinds, choices)
  const lost = Math.max(0, ...checked.kinds.map(({ kind, rows }) => (choices[kind] === 'skip' ? rows : 0)))
  const most = checked.rows - lost
  const why = refused
    ? said.refused
    : open.length > 0
      ? said.open(open.map((kind) => words.kinds[kind]).join(shell.and))
      : most === 0
        ? said.nothing
        : ''
  return (
    <div className="bar" data-testid="write-bar">
      <button type="button" className="button" onClick={onBack}>
        {said.back}
      </button>
      <p id="why-not" role="status">
        {why}
      </p>
      <button
        type="button"
        className={refused ? 'button is-primary' : 'text-button'}
        onClick={() => setAsked(true)}
      >
        {said.giveUp}
      </button>
      {refused ? null : (
        <button
          type="button"
          className="button is-primary"
          disabled={why !== ''}
          aria-describedby="why-not"
          onClick={() => void write(job.id, decisionsOf(checked.kinds, choices)).catch(tell)}
          data-testid="write"
        >
          {why !== ''
            ? said.write
            : checked.kinds.length === 0
              ? said.writeAll(figure(most))
              : said.writeRows(figure(most))}
        </button>
      )}
      {asked ? <GiveUpDialog job={job} onClose={() => setAsked(false)} /> : null}
    </div>
  )
}
