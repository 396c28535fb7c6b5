import type { ClassNeeds } from '../../api/contract/abilities.ts'
import type { Limit, TimeKind } from '../../api/contract/clock.ts'
import type { IncidentClass, Severity } from '../../api/contract/incident.ts'
import { sosClass } from '../../api/contract/squad-rules.ts'
import type { LoopWords } from './words.ts'

// A class while it is being written, and the catalogue as a tree.

/** Written again: the contract's own lists would bring the schema library into the browser. */
export const severities: readonly Severity[] = ['minor', 'usual', 'urgent']
export const natures: readonly IncidentClass['nature'][] = ['event', 'component']
export const stages = ['file', 'dispatch', 'handle', 'check'] as const
export const mostStages = 5

export interface LimitDraft {
  amount: string
  kind: TimeKind
}
export interface ClassDraft
  extends Pick<IncidentClass, 'code' | 'name' | 'nameEn' | 'family' | 'nature' | 'severity'> {
  isNew: boolean
  /** Empty for a major class. */
  parentCode: string
  proof: boolean
  open: boolean
  active: boolean
  file: LimitDraft
  dispatch: LimitDraft
  handle: readonly (LimitDraft & { name: string })[]
  check: LimitDraft
  needs: Omit<ClassNeeds, 'people' | 'certified'> & { people: string; certified: string }
}

/** The class of an officer's call for help: the product's own, reported by nobody, in use though it is not offered. */
export const isSystemClass = ({ code }: Pick<IncidentClass, 'code'>): boolean => code === sosClass

const usualNeeds: ClassNeeds = { people: 1, certified: 0, skills: [], powers: [], equipment: [] }
const needsOf = (needs: ClassNeeds | null): ClassDraft['needs'] => {
  const { people, certified, ...words } = needs ?? usualNeeds
  return { ...words, people: String(people), certified: String(certified) }
}
/** Null where it takes one person, whoever it is. */
function needsFrom({ people, certified, skills, powers, equipment }: ClassDraft['needs']): ClassNeeds | null {
  const needs = { people: Number(people), certified: Number(certified), skills, powers, equipment }
  const asks =
    needs.people > 1 || needs.certified > 0 || [skills, powers, equipment].some(({ length }) => length)
  return asks ? needs : null
}

const written = ({ amount, kind }: Limit): LimitDraft => ({ amount: String(amount), kind })
const read = ({ amount, kind }: LimitDraft): Limit => ({ amount: Number(amount), kind })

/** What stands in the form of a class; of a new one below a major class, what is usual. */
export function classDraftOf(cls: IncidentClass | null, parent?: IncidentClass): ClassDraft {
  if (cls) {
    const { limits, parentCode, needs, ...rest } = cls
    return {
      ...rest,
      isNew: false,
      parentCode: parentCode ?? '',
      file: written(limits.file),
      dispatch: written(limits.dispatch),
      handle: limits.handle.map(({ name, ...one }) => ({ name, ...written(one) })),
      check: written(limits.check),
      needs: needsOf(needs),
    }
  }
  // A minor class is mostly like its major one: the same family and the same time.
  if (parent) {
    const like = { ...classDraftOf(parent), isNew: true, parentCode: parent.code, active: true }
    return { ...like, code: '', name: '', nameEn: '' }
  }
  return {
    isNew: true,
    code: '',
    name: '',
    nameEn: '',
    parentCode: '',
    family: 'environment',
    nature: 'event',
    severity: 'usual',
    proof: false,
    open: true,
    active: true,
    file: { amount: '2', kind: 'work' },
    dispatch: { amount: '1', kind: 'work' },
    handle: [{ name: '', amount: '1', kind: 'workday' }],
    check: { amount: '1', kind: 'workday' },
    needs: needsOf(null),
  }
}

const isAmount = ({ amount }: LimitDraft) =>
  /^\d+(\.\d+)?$/.test(amount.trim()) && Number(amount) > 0 && Number(amount) <= 1000

/** The first thing that is wrong with a class, as a sentence; empty when it can be saved. */
export function wrongWithClass(
  draft: ClassDraft,
  taken: readonly string[],
  { stages: names, classes: { wrong: words } }: LoopWords,
): string {
  // It is part of the address: a browser would take .. for a step back.
  if (draft.isNew && !/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,15}$/u.test(draft.code.trim())) return words.code
  if (draft.isNew && taken.includes(draft.code.trim())) return words.taken(draft.code.trim())
  if (draft.name.trim() === '') return words.name
  for (const stage of ['file', 'dispatch', 'check'] as const)
    if (!isAmount(draft[stage])) return words.amount(names[stage])
  if (!draft.handle.every(isAmount)) return words.amount(names.handle)
  const nameless = draft.handle.findIndex(({ name }) => name.trim() === '')
  if (draft.handle.length > 1 && nameless >= 0) return words.stageName(nameless + 1)
  const [people, certified] = [draft.needs.people, draft.needs.certified].map((typed) =>
    /^\d{1,2}$/.test(typed.trim()) ? Number(typed) : -1,
  ) as [number, number]
  if (people < 1 || people > 10) return words.people
  return certified < 0 || certified > people ? words.certified : ''
}

/** The class that a draft without faults stands for. */
export const classFrom = (draft: ClassDraft): IncidentClass => ({
  code: draft.code.trim(),
  name: draft.name.trim(),
  nameEn: draft.nameEn.trim(),
  parentCode: draft.parentCode || null,
  family: draft.family,
  nature: draft.nature,
  severity: draft.severity,
  proof: draft.proof,
  open: draft.open,
  active: draft.active,
  limits: {
    file: read(draft.file),
    dispatch: read(draft.dispatch),
    handle: draft.handle.map(({ name, ...one }) => ({ name: name.trim(), ...read(one) })),
    check: read(draft.check),
  },
  needs: needsFrom(draft.needs),
})

export interface Branch {
  major: IncidentClass
  minors: readonly IncidentClass[]
}
/** Major classes with their minor ones, in the catalogue's order. */
export function treeOf(classes: readonly IncidentClass[]): Branch[] {
  const codes = new Set(classes.map(({ code }) => code))
  const minors = Map.groupBy(classes, ({ parentCode }) => parentCode)
  return classes
    .filter(({ parentCode }) => parentCode === null || !codes.has(parentCode))
    .map((major) => ({ major, minors: minors.get(major.code) ?? [] }))
}

/** Every word is found somewhere in a class; a major class that is found comes with all of its minor ones. */
export function findClasses(tree: readonly Branch[], typed: string): Branch[] {
  const wanted = typed.toLowerCase().split(/\s+/).filter(Boolean)
  const fits = ({ code, name, nameEn }: IncidentClass) =>
    wanted.every((word) => `${code} ${name} ${nameEn}`.toLowerCase().includes(word))
  return tree.flatMap(({ major, minors }) => {
    if (fits(major)) return [{ major, minors }]
    const found = minors.filter(fits)
    return found.length > 0 ? [{ major, minors: found }] : []
  })
}

/** What is in use now and would not be, were a catalogue used alone. */
export function goesOut(
  classes: readonly IncidentClass[],
  alone: readonly Pick<IncidentClass, 'code'>[],
): IncidentClass[] {
  const stays = new Set(alone.map(({ code }) => code))
  return classes.filter(({ code, active }) => active && !stays.has(code))
}
