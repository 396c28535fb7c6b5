import { useState } from 'react'
import type { IncidentClass } from '../../api/contract/incident.ts'
import { ClassMark } from '../incidents/ClassMark.tsx'
import { useText } from '../locales/text.ts'
import { Empty } from '../ui/controls.tsx'
import { usePreferences } from '../ui/preferences.ts'

interface ClassPickerProps {
  classes: readonly IncidentClass[]
  recent: readonly string[]
  chosen: string | null
  onChoose: (code: string | null) => void
}

/** What it is: those used last first, then the catalogue in its two levels, or what a word finds. */
export function ClassPicker({ classes, recent, chosen, onChoose }: ClassPickerProps) {
  const words = useText().street.classes
  const language = usePreferences((state) => state.language)
  const [typed, setTyped] = useState('')
  const [major, setMajor] = useState<string | null>(null)
  const nameOf = (one: IncidentClass) => (language === 'en' && one.nameEn) || one.name
  const active = classes.filter((one) => one.active)
  const minorsOf = (code: string) => active.filter((one) => one.parentCode === code)
  const isLeaf = (one: IncidentClass) => minorsOf(one.code).length === 0
  const current = active.find(({ code }) => code === chosen)
  if (current)
    return (
      <div className="class-chosen">
        <ClassMark className={current.name} light="none" label="" />
        <b data-testid="class-chosen">{nameOf(current)}</b>
        <button type="button" className="button" onClick={() => onChoose(null)} data-testid="class-change">
          {words.change}
        </button>
      </div>
    )
  const wanted = typed.trim().toLowerCase()
  const found = wanted
    ? active.filter(
        (one) => isLeaf(one) && `${one.name} ${one.nameEn} ${one.code}`.toLowerCase().includes(wanted),
      )
    : major
      ? minorsOf(major)
      : active.filter((one) => one.parentCode === null)
  const used = recent.flatMap((code) => active.filter((one) => one.code === code && isLeaf(one))).slice(0, 4)
  const button = (one: IncidentClass) => (
    <button
      key={one.code}
      type="button"
      className="class-button"
      data-testid={`class-${one.code}`}
      onClick={() => (isLeaf(one) ? onChoose(one.code) : setMajor(one.code))}
    >
      <ClassMark className={one.name} light="none" label="" />
      <span>{nameOf(one)}</span>
    </button>
  )
  return (
    <div className="class-picker">
      {active.length > 8 ? (
        <input
          type="search"
          value={typed}
          aria-label={words.search}
          placeholder={words.search}
          onChange={(event) => setTyped(event.target.value)}
        />
      ) : null}
      {used.length > 0 && !wanted && !major ? (
        <>
          <h3>{words.recent}</h3>
          <div className="class-grid">{used.map(button)}</div>
          <h3>{words.all}</h3>
        </>
      ) : null}
      {major && !wanted ? (
        <button type="button" className="button" onClick={() => setMajor(null)}>
          ‹ {words.back}
        </button>
      ) : null}
      {found.length === 0 ? (
        <Empty>{words.none}</Empty>
      ) : (
        <div className="class-grid">{found.map(button)}</div>
      )}
    </div>
  )
}

const key = 'xiake.field.classes'

/** Classes that this phone reported last, the newest first. */
export function recentClasses(): string[] {
  try {
    return JSON.parse(localStorage.getItem(key) ?? '[]') as string[]
  } catch {
    return []
  }
}

export function rememberClass(code: string): void {
  try {
    localStorage.setItem(
      key,
      JSON.stringify([code, ...recentClasses().filter((one) => one !== code)].slice(0, 8)),
    )
  } catch {
    // storage refused: the catalogue alone
  }
}
