import { useState } from 'react'
import type { ImportJob, InspectedFile } from '../../api/contract/imports.ts'
import { figure } from '../format.ts'
import { useGrids } from '../grids/store.ts'
import { useWords } from '../locales/manage-text.ts'
import { Facts } from '../ui/controls.tsx'
import { SelectField } from '../ui/fields.tsx'
import { Icon } from '../ui/Icon.tsx'
import { tell } from '../ui/notices.ts'
import { usePreferences } from '../ui/preferences.ts'
import { CrsChoice } from './CrsChoice.tsx'
import { type Draft, ownColumns } from './draft.ts'
import { fileSize, localTime } from './speak.ts'
import { useImports } from './store.ts'

export const encodings = ['utf-8', 'gb18030', 'big5', 'utf-16le', 'windows-1252', 'shift_jis', 'euc-kr']

interface RecognisedPanelProps {
  job: ImportJob
  inspected: InspectedFile
  draft: Draft
  onChange: (change: Partial<Draft>) => void
}

/** What the file was recognised as, with a way to read it otherwise, before anybody is asked what its columns mean. */
export function RecognisedPanel({ job, inspected, draft, onChange }: RecognisedPanelProps) {
  const words = useWords().imports.recognised
  const zone = useGrids((state) => state.town?.timeZone ?? 'UTC')
  const { seenAt, remembered, guesses, crs, remarks } = inspected
  const placed = inspected.geometry !== 'none' || guesses.length > 0
  const far = guesses.length > 0 && guesses.every(({ share }) => share < 0.01)
  const hasTown = useGrids((state) => Boolean(state.town?.bounds))
  return (
    <>
      {seenAt ? <p className="note">{words.seen(localTime(seenAt, zone))}</p> : null}
      {remembered ? <p className="note">{words.remembered}</p> : null}
      <section className="sheet" aria-label={words.title} data-testid="recognised">
        <h3>{words.title}</h3>
        <div className="recognised">
          <FileFacts job={job} inspected={inspected} />
          <ReadAgain job={job} inspected={inspected} />
        </div>
        {remarks.length > 0 ? <Remarks remarks={remarks} /> : null}
        <Sample inspected={inspected} />
      </section>
      {inspected.format.startsWith('OpenStreetMap') ? null : (
        <section className="sheet" aria-label={words.crs} data-testid="crs">
          <h3>{words.crs}</h3>
          {!placed ? <p className="hint">{words.crsNone}</p> : null}
          {placed && !crs ? <p>{words.crsGuessed}</p> : null}
          {far && hasTown ? (
            <p className="note is-attention">
              <Icon name="warning" /> {words.allOutside}
            </p>
          ) : null}
          <CrsChoice
            inspected={inspected}
            crs={draft.crs ?? ''}
            onChange={(next) => onChange({ crs: next })}
          />
        </section>
      )}
    </>
  )
}

function FileFacts({ job, inspected }: { job: ImportJob; inspected: InspectedFile }) {
  const words = useWords().imports.recognised
  const { format, gzipped, rows, geometry, columns } = inspected
  return (
    <Facts
      facts={[
        [words.format, `${format}${gzipped ? ' · gzip' : ''} · ${fileSize(job.size)}`],
        [words.rows, rows === null ? words.rowsUnknown : figure(rows)],
        [words.geometry, words.geometries[geometry]],
        [words.columns, ownColumns(columns).length],
      ]}
    />
  )
}

/** Another encoding, another layer: the server reads the file again. */
function ReadAgain({ job, inspected }: { job: ImportJob; inspected: InspectedFile }) {
  const words = useWords().imports.recognised
  const { readAgain, readAs } = useImports()
  const { layers } = inspected
  const encoding = /CSV|Shapefile|DBF|TAB|JSON|KML/i.test(inspected.format) ? inspected.encoding : null
  const [wish, setWish] = useState(encoding ?? '')
  const options = [...new Set([...(encoding ? [encoding] : []), ...encodings])]
  return (
    <div className="read-again">
      {encoding ? (
        <SelectField
          label={words.encoding}
          hint={words.encodingHint}
          value={wish}
          options={options.map((value) => ({ value, text: value.toUpperCase() }))}
          onChange={setWish}
          testId="encoding"
        />
      ) : null}
      {encoding && wish !== encoding ? (
        <button
          type="button"
          className="button is-small"
          onClick={() => void readAgain(job.id, { encoding: wish }).catch(tell)}
        >
          {words.readIn}
        </button>
      ) : null}
      {layers.length > 1 ? (
        <SelectField
          label={words.layer}
          hint={words.layerHint}
          value={readAs.get(job.id)?.layer ?? inspected.layer ?? ''}
          options={[
            { value: '', text: words.layerFirst },
            ...layers.map((value) => ({ value, text: value })),
          ]}
          onChange={(layer) => void readAgain(job.id, { layer: layer || undefined }).catch(tell)}
          testId="layer"
        />
      ) : null}
    </div>
  )
}

function Remarks({ remarks }: { remarks: InspectedFile['remarks'] }) {
  const words = useWords().imports.recognised
  const language = usePreferences((state) => state.language)
  return (
    <>
      <h4>{words.remarks}</h4>
      <ul className="remarks">
        {remarks.map(({ kind, detail }) => (
          <li key={kind + detail}>
            {language === 'en' ? detail : (words.remarkKinds[kind] ?? kind)}
            {language === 'en' || kind === 'encoding' ? null : <span className="hint"> {detail}</span>}
          </li>
        ))}
      </ul>
    </>
  )
}

function Sample({ inspected }: { inspected: InspectedFile }) {
  const words = useWords().imports.recognised
  const shown = ownColumns(inspected.columns)
  if (inspected.sample.length === 0) return <p className="hint">{words.noSample}</p>
  return (
    <>
      <h4>{words.sample}</h4>
      <div className="table-frame is-short" tabIndex={0} role="region" aria-label={words.sample}>
        <table className="table">
          <thead>
            <tr>
              <th className="is-number">{words.row}</th>
              {shown.map((column) => (
                <th key={column}>{column}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {inspected.sample.slice(0, 10).map(({ row, cells }) => (
              <tr key={row}>
                <td className="is-number">{row}</td>
                {shown.map((column) => (
                  <td key={column}>{String(cells[inspected.columns.indexOf(column)] ?? '')}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}
