import { type KeyboardEvent, type RefObject, useId, useState } from 'react'
import { useGrids } from '../grids/store.ts'
import { useIncidents } from '../incidents/store.ts'
import { useText } from '../locales/text.ts'
import type { Dictionary } from '../locales/zh-CN.ts'
import { useMonitoring } from '../monitoring/store.ts'
import { usePositions } from '../positions/store.ts'
import { Icon } from '../ui/Icon.tsx'
import { useUnits } from '../units/store.ts'
import type { Chosen, Kind } from '../view.ts'
import { goTo } from './go-to.ts'
import { type Found, search } from './search.ts'

/** Everything on the board that has a name, for the search. */
function candidates(text: Dictionary): Found[] {
  const { officers } = useUnits.getState()
  const { motions } = usePositions.getState()
  const of = (kind: Kind, id: number, sort: string, name: string, more: string): Found => ({
    kind,
    id,
    sort,
    name,
    more,
  })
  return [
    ...[...officers.values()]
      .sort((a, b) => Number(motions.has(b.id)) - Number(motions.has(a.id)))
      .map((one) =>
        of(
          'officer',
          one.id,
          text.officers.kinds[one.kind],
          one.name,
          [one.code, one.phone].filter(Boolean).join(' '),
        ),
      ),
    ...useUnits
      .getState()
      .units.map(({ id, name, code, kind }) => of('unit', id, text.officers.unitKinds[kind], name, code)),
    ...[...useIncidents.getState().incidents.values()].map(({ id, title, number, address }) =>
      of('incident', id, text.incidents.title, title, `${number} ${address}`),
    ),
    ...[...useGrids.getState().grids.values()].map(({ id, level, name, code, leaderName }) =>
      of('grid', id, text.grids.levelShort(level), name, `${code} ${leaderName ?? ''}`),
    ),
    ...[...useMonitoring.getState().points.values()].map(({ id, name, code, address }) =>
      of('point', id, text.grids.points, name, `${code} ${address ?? ''}`),
    ),
  ]
}

/** Finds and goes to officers, incidents, grids and points; arrows and Enter, or a press. */
export function SearchBox({ input }: { input: RefObject<HTMLInputElement | null> }) {
  const text = useText()
  const listId = useId()
  const [typed, setTyped] = useState('')
  const [open, setOpen] = useState(false)
  const [active, setActive] = useState(0)
  const found = open && typed.trim() !== '' ? search(candidates(text), typed) : []
  const take = (chosen: Chosen | undefined) => {
    if (!chosen) return
    goTo(chosen)
    setOpen(false)
    setTyped('')
    input.current?.blur()
  }
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      setTyped('')
      setOpen(false)
      input.current?.blur()
      event.stopPropagation()
    } else if (event.key === 'Enter') take(found[active])
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      const step = event.key === 'ArrowDown' ? 1 : -1
      setActive((active + step + Math.max(1, found.length)) % Math.max(1, found.length))
    }
  }
  return (
    <div className="search" role="search">
      <Icon name="search" />
      <input
        ref={input}
        type="search"
        role="combobox"
        aria-expanded={found.length > 0}
        aria-controls={listId}
        aria-activedescendant={found[active] ? `${listId}-${active}` : undefined}
        aria-label={text.header.search}
        placeholder={text.header.search}
        title={text.header.searchKey}
        autoComplete="off"
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value)
          setOpen(true)
          setActive(0)
        }}
        onBlur={() => setOpen(false)}
        onFocus={() => setOpen(true)}
        onKeyDown={press}
      />
      <kbd aria-hidden="true">/</kbd>
      <ul id={listId} role="listbox" className="search-list" hidden={!open || typed.trim() === ''}>
        {found.map((one, i) => (
          <li
            key={`${one.kind}-${one.id}`}
            id={`${listId}-${i}`}
            role="option"
            aria-selected={i === active}
            onPointerDown={(event) => {
              event.preventDefault() // the input must not lose its focus before the choice is taken
              take(one)
            }}
            onPointerEnter={() => setActive(i)}
          >
            <b>{one.name}</b>
            <span>{one.more}</span>
            <i>{one.sort}</i>
          </li>
        ))}
        {found.length === 0 ? <li className="search-none">{text.header.noMatch(typed.trim())}</li> : null}
      </ul>
    </div>
  )
}
