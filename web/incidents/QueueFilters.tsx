import { type RefObject, useDeferredValue, useEffect, useState } from 'react'
import type { Grid } from '../../api/contract/grid.ts'
import type { IncidentClass } from '../../api/contract/incident.ts'
import { openStates, sources } from '../../api/contract/lifecycle.ts'
import type { Unit } from '../../api/contract/unit.ts'
import { familyName, useText } from '../locales/text.ts'
import { Segmented } from '../ui/controls.tsx'
import { usePreferences } from '../ui/preferences.ts'
import { noFilter, type QueueFilter, severities, sorts } from './queue.ts'
import { useQueue } from './queue-store.ts'

interface QueueFiltersProps {
  input: RefObject<HTMLInputElement | null>
  classes: ReadonlyMap<string, IncidentClass>
  grids: ReadonlyMap<number, Pick<Grid, 'id' | 'name' | 'level' | 'parentId'>>
  units: readonly Unit[]
}

const lights = ['red', 'yellow', 'green', 'none'] as const

/** What is shown and in which order; the less used part unfolds. */
export function QueueFilters({ input, classes, grids, units }: QueueFiltersProps) {
  const text = useText()
  const words = text.dispatch
  const language = usePreferences((state) => state.language)
  const { filter, setFilter } = useQueue()
  const [typed, setTyped] = useState(filter.text)
  const settled = useDeferredValue(typed)
  useEffect(() => {
    if (settled !== useQueue.getState().filter.text) setFilter({ text: settled })
  }, [settled, setFilter])
  // A view or the button that clears has set another text; what is typed on meanwhile is not taken back.
  const [before, setBefore] = useState(filter.text)
  if (filter.text !== before) {
    setBefore(filter.text)
    if (filter.text !== settled) setTyped(filter.text)
  }
  const used = Object.keys(noFilter).filter(
    (name) =>
      !['text', 'sort', 'mine', 'waiting'].includes(name) &&
      String(filter[name as keyof QueueFilter]) !== String(noFilter[name as keyof QueueFilter]),
  ).length
  const nameOf = (entry: IncidentClass) => (language === 'en' && entry.nameEn) || entry.name
  const select = (
    label: string,
    value: string,
    options: readonly (readonly [string, string])[],
    onChange: (value: string) => void,
  ) => (
    <label>
      <span>{label}</span>
      <select
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className={value ? 'is-set' : ''}
      >
        <option value="">{text.common.all}</option>
        {options.map(([key, name]) => (
          <option key={key} value={key}>
            {name}
          </option>
        ))}
      </select>
    </label>
  )
  const families = [...new Set([...classes.values()].map(({ family }) => family))]
  const areas = [...grids.values()].filter(({ level }) => level === 1 || level === 2)
  const indent = (level: number) => (level === 2 ? '　' : '')
  const ordered = areas
    .filter(({ level }) => level === 1)
    .flatMap((one) => [one, ...areas.filter(({ parentId }) => parentId === one.id)])
  const classValue = filter.classCode ? `c:${filter.classCode}` : filter.family ? `f:${filter.family}` : ''
  return (
    <div className="queue-filters">
      <div className="queue-search">
        <input
          ref={input}
          type="search"
          aria-label={words.searchLabel}
          placeholder={words.searchLabel}
          title="/"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          data-testid="queue-search"
        />
        <button
          type="button"
          className="button is-small"
          aria-pressed={filter.mine}
          onClick={() => setFilter({ mine: !filter.mine })}
        >
          {words.mine}
        </button>
        <Segmented
          label={words.sort}
          value={filter.sort}
          onChange={(sort) => setFilter({ sort })}
          options={sorts.map((value) => ({ value, text: words.sorts[value] }))}
        />
      </div>
      <details className="queue-more" open={used > 0 || undefined}>
        <summary>
          {words.filters}
          {used > 0 ? ` · ${used}` : ''}
          {used > 0 ? (
            <button
              type="button"
              className="text-button"
              onClick={(event) => {
                event.preventDefault()
                setFilter({ ...noFilter, sort: filter.sort })
              }}
            >
              {words.clear}
            </button>
          ) : null}
        </summary>
        <div>
          {select(
            words.state,
            filter.states.join(','),
            [
              ...openStates.map((one) => [one, text.states[one]] as const),
              ...(filter.states.length > 1
                ? [
                    [
                      filter.states.join(','),
                      filter.states.map((one) => text.states[one]).join('、'),
                    ] as const,
                  ]
                : []),
            ],
            (value) => setFilter({ states: openStates.filter((one) => value.split(',').includes(one)) }),
          )}
          {select(
            words.light,
            filter.light ?? '',
            lights.map((one) => [one, text.incidents.lights[one]]),
            (value) => setFilter({ light: lights.find((one) => one === value) ?? null }),
          )}
          {select(
            words.class,
            classValue,
            families.flatMap((family) => [
              [`f:${family}`, familyName(text, family)] as const,
              ...[...classes.values()]
                .filter((entry) => entry.family === family)
                .map((entry) => [`c:${entry.code}`, `　${nameOf(entry)}`] as const),
            ]),
            (value) =>
              setFilter({
                family: value.startsWith('f:') ? value.slice(2) : '',
                classCode: value.startsWith('c:') ? value.slice(2) : '',
              }),
          )}
          {select(
            words.grid,
            String(filter.gridId ?? ''),
            [
              ...ordered.map((grid) => [String(grid.id), indent(grid.level) + grid.name] as const),
              ...(filter.gridId !== null && !ordered.some(({ id }) => id === filter.gridId)
                ? [[String(filter.gridId), grids.get(filter.gridId)?.name ?? '?'] as const]
                : []),
            ],
            (value) => setFilter({ gridId: value ? Number(value) : null }),
          )}
          {select(
            words.unit,
            String(filter.unitId ?? ''),
            [['0', words.noUnit], ...units.map((unit) => [String(unit.id), unit.name] as const)],
            (value) => setFilter({ unitId: value ? Number(value) : null }),
          )}
          {select(
            words.source,
            filter.source ?? '',
            sources.map((one) => [one, text.sources[one]]),
            (value) => setFilter({ source: sources.find((one) => one === value) ?? null }),
          )}
          {select(
            words.severity,
            filter.severity ?? '',
            severities.map((one) => [one, text.incidents.severities[one]]),
            (value) => setFilter({ severity: severities.find((one) => one === value) ?? null }),
          )}
        </div>
      </details>
    </div>
  )
}
