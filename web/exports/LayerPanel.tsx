import { useEffect, useState } from 'react'
import { type ExportFormat, exportFormats } from '../../api/contract/layers.ts'
import { dayDate, figure } from '../format.ts'
import { useGrids } from '../grids/store.ts'
import { useWords } from '../locales/manage-text.ts'
import { Skeleton } from '../ui/controls.tsx'
import { RadioCards, TextField } from '../ui/fields.tsx'
import { Icon } from '../ui/Icon.tsx'
import { tell } from '../ui/notices.ts'
import { usePreferences } from '../ui/preferences.ts'
import { spanOf } from './span.ts'
import { downloadLayer, type ExportLayer, useExports } from './store.ts'

/** Every table and layer the reader may have, and how it is taken along. */
export function LayerPanel() {
  const { shell, exports: words } = useWords()
  const { layers, load } = useExports()
  const [id, setId] = useState('grids')
  useEffect(() => void load().catch(tell), [load])
  if (!layers) return <Skeleton label={shell.loading} lines={8} />
  const chosen = layers.find((layer) => layer.id === id) ?? layers[0]
  return (
    <div className="export">
      <section className="sheet" aria-label={words.layer}>
        <table className="table layers" data-testid="layers">
          <thead>
            <tr>
              <th>{words.layer}</th>
              <th className="is-number">{words.rows}</th>
              <th>{words.geometry}</th>
              <th>{words.span}</th>
            </tr>
          </thead>
          <tbody>
            {layers.map((layer) => (
              <LayerLine key={layer.id} layer={layer} chosen={layer === chosen} onChoose={setId} />
            ))}
          </tbody>
        </table>
      </section>
      {chosen ? <FormatPanel key={chosen.id} layer={chosen} /> : null}
    </div>
  )
}

const useTitle = () => {
  const language = usePreferences((state) => state.language)
  return ({ title, titleEn }: ExportLayer) => (language === 'en' ? titleEn : title)
}

function LayerLine({
  layer,
  chosen,
  onChoose,
}: {
  layer: ExportLayer
  chosen: boolean
  onChoose: (id: string) => void
}) {
  const words = useWords().exports
  const titleOf = useTitle()
  const zone = useGrids((state) => state.town?.timeZone ?? 'UTC')
  const day = (at: string | null) => (at ? dayDate(Date.parse(at), zone) : '')
  return (
    <tr aria-selected={chosen}>
      <td>
        <label>
          <input type="radio" name="layer" checked={chosen} onChange={() => onChoose(layer.id)} />
          {titleOf(layer)}
        </label>
      </td>
      <td className={`is-number ${layer.rows === 0 ? 'is-zero' : ''}`}>{figure(layer.rows)}</td>
      <td>{words.geometries[layer.geometry ?? 'none']}</td>
      <td>{layer.from && layer.to ? `${day(layer.from)} – ${day(layer.to)}` : words.noTime}</td>
    </tr>
  )
}

function FormatPanel({ layer }: { layer: ExportLayer }) {
  const { exports: words } = useWords()
  const titleOf = useTitle()
  const zone = useGrids((state) => state.town?.timeZone ?? 'UTC')
  const placeless = (one: ExportFormat) => layer.geometry === null && (one === 'kml' || one === 'geojson')
  const [format, setFormat] = useState<ExportFormat>('xlsx')
  const [[from, to], setSpan] = useState(['', ''])
  const [state, setState] = useState<'' | 'busy' | 'done'>('')
  const wrong = from !== '' && to !== '' && from > to
  const take = async () => {
    setState('busy')
    try {
      await downloadLayer(layer.id, { format, ...(layer.time ? spanOf(from, to, zone) : {}) })
      setState('done')
    } catch (cause) {
      setState('')
      tell(cause)
    }
  }
  return (
    <section className="sheet" aria-label={words.format} data-testid="format">
      <h3>
        {titleOf(layer)} · {words.format}
      </h3>
      <RadioCards
        label={words.format}
        value={format}
        options={exportFormats.map((one) => ({
          value: one,
          text: words.formats[one][0],
          hint: placeless(one) ? words.noPlace : words.formats[one][1],
          disabled: placeless(one),
        }))}
        onChange={setFormat}
      />
      {layer.time ? (
        <div className="fields is-pair">
          <TextField label={words.from} type="date" value={from} onChange={(value) => setSpan([value, to])} />
          <TextField label={words.to} type="date" value={to} onChange={(value) => setSpan([from, value])} />
          <p className={wrong ? 'failure' : 'hint'}>{wrong ? words.refused : words.timeHint}</p>
        </div>
      ) : null}
      <div className="sheet-actions">
        <button
          type="button"
          className="button is-primary"
          disabled={state === 'busy' || wrong || layer.rows === 0}
          onClick={() => void take()}
          data-testid="download"
        >
          <Icon name="download" />
          {state === 'busy' ? words.busy : words.download(titleOf(layer), words.formats[format][0])}
        </button>
        <span role="status" className="hint">
          {layer.rows === 0 ? words.empty : state === 'done' ? words.done : ''}
        </span>
      </div>
    </section>
  )
}
