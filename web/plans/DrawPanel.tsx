import { useMemo, useState } from 'react'
import { usePlansText } from '../locales/plans-text.ts'
import { SelectField, TextField } from '../ui/fields.tsx'
import { useBench } from './bench.ts'
import { holds, insideOf, type Level, onLevel } from './feature.ts'
import { usePlans } from './store.ts'

/** A new grid: its name and what it belongs to, once its outline is drawn. */
export function DrawPanel() {
  const words = usePlansText()
  const { sketch, draw, level, clear, choose } = useBench()
  const { open, send, busy } = usePlans()
  const [name, setName] = useState('')
  const [picked, setPicked] = useState<string | null>(null)
  const drawn = sketch && !sketch.drawing && sketch.places.length > 3 ? sketch.places : null
  const parents = useMemo(
    () => (open && level > 1 ? onLevel(open.features, (level - 1) as Level) : []),
    [open, level],
  )
  const under = useMemo(() => {
    if (!drawn) return undefined
    const at = insideOf({ type: 'MultiPolygon', coordinates: [[[...drawn]]] })
    return parents.find(({ geometry }) => holds(geometry, at))
  }, [drawn, parents])
  const parent = picked ?? String(under?.id ?? '')
  const act = async () => {
    if (!drawn) return
    const outcome = await send({
      kind: 'add',
      parentUid: level === 1 ? null : Number(parent),
      name: name.trim(),
      leaderName: null,
      geometry: {
        type: 'Polygon',
        coordinates: [drawn.map(([x = 0, y = 0]) => [x, y] as [number, number])],
      },
    })
    if (!outcome) return
    clear()
    const made = new Set(outcome.edit.summary.made)
    choose(outcome.changed.filter(({ properties }) => made.has(properties.code)).map(({ id }) => id))
  }
  return (
    <div className="panel-body" data-testid="draw-panel">
      <h3>{words.drawing.title}</h3>
      <p className="hint">{drawn ? words.drawing.level(words.level[level] ?? '') : words.hints.draw}</p>
      {drawn ? (
        <>
          <TextField
            label={words.drawing.name}
            value={name}
            maxLength={80}
            onChange={setName}
            testId="draw-name"
          />
          {level > 1 ? (
            <SelectField
              label={words.drawing.parent}
              value={parent}
              onChange={setPicked}
              options={[
                ...(parent === '' ? [{ value: '', text: '—' }] : []),
                ...parents.map(({ id, properties }) => ({
                  value: String(id),
                  text: `${properties.name} ${properties.code}`,
                })),
              ]}
            />
          ) : null}
        </>
      ) : null}
      <div className="panel-actions">
        <button type="button" className="button" disabled={!sketch} onClick={() => draw(null)}>
          {words.drawing.again}
        </button>
        <button
          type="button"
          className="button is-primary"
          disabled={!drawn || name.trim() === '' || (level > 1 && parent === '') || busy !== null}
          onClick={() => void act()}
          data-testid="apply-draw"
        >
          {busy === 'add' ? words.busy : words.drawing.apply}
        </button>
      </div>
    </div>
  )
}
