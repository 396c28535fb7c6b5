import type { EditSummary } from '../../api/contract/plan.ts'
import type { Problem } from '../../api/contract/problem.ts'
import type { PlansDictionary } from '../locales/plans-zh.ts'
import { sentenceOf, textNow } from '../locales/text.ts'
import { usePreferences } from '../ui/preferences.ts'

/** A few codes in a row, and how many there are in all. */
export function codesInWords(codes: readonly string[], words: PlansDictionary): string {
  const first = codes.slice(0, 3).join(words.separator)
  return codes.length > 3 ? words.edits.more(first, codes.length) : first
}

/** An edit as a sentence without its subject. */
export function editInWords({ kind, codes, made, to, reason }: EditSummary, words: PlansDictionary): string {
  const [about, brought] = [codesInWords(codes, words), codesInWords(made, words)]
  const { edits } = words
  if (kind === 'replace')
    return reason === 'repair' || reason === 'balance' ? edits[reason](about) : edits.replace(about)
  if (kind === 'split') return edits.split(about, brought)
  if (kind === 'merge' || kind === 'move') return edits[kind](about, to ?? '')
  if (kind === 'add') return edits.add(brought)
  if (kind === 'reshape' || kind === 'attributes' || kind === 'remove' || kind === 'recode')
    return edits[kind](about)
  return kind
}

type Refusals = PlansDictionary['refusals']
/** The server's own sentences under one code, each with what it names. */
const sentences: readonly [RegExp, (words: Refusals, ...named: string[]) => string][] = [
  [/^The edit changes nothing/, (words) => words.nothing],
  [/^The line does not divide (.+): draw/, (words, grid = '') => words.noDivide(grid)],
  [/^The line cuts (.+) into (\d+) pieces/, (words, grid = '', n = '') => words.tooMany(grid, n)],
  [/^(\S+) would lie over (\S+) by (\d+) m²/, (words, a = '', b = '', m2 = '') => words.over(a, b, m2)],
  [/^(.+) would be unsound/, (words, grid = '') => words.unsound(grid)],
  [/^No border has a vertex/, (words) => words.vertexGone],
  [/^A vertex cannot be moved onto/, (words) => words.vertexOnto],
  [/^(\S+) and (\S+) have different parents/, (words, a = '', b = '') => words.parents(a, b)],
  [/^(\S+) and (\S+) are of different levels/, (words, a = '', b = '') => words.levels(a, b)],
  [/^(.+) has no border in common/, (words, grid = '') => words.apart(grid)],
  [/^(\S+) is of level \d and cannot lie below (\S+)/, (words, a = '', b = '') => words.cannotBelow(a, b)],
  [/^(\S+) lies below (\S+) already/, (words, a = '', b = '') => words.alreadyBelow(a, b)],
  [/^Nothing would be left of ([^:]+)/, (words, grid = '') => words.nothingLeft(grid)],
  [/^(.+) has grids below it/, (words, grid = '') => words.hasBelow(grid)],
  [/^The drawn area is too small/, (words) => words.tooSmall],
  [/^The code (\S+) is taken by (.+)\.$/, (words, code = '', name = '') => words.taken(code, name)],
  [/^A level-3 grid has no grids below/, (words) => words.noneBelow],
  [/the code (\S+) is given twice/, (words, code = '') => words.twice(code)],
  [/the shape of (\S+) is unsound/, (words, grid = '') => words.unsound(grid)],
  [/^The check has found (\d+)/, (words, n = '') => words.errors(n)],
]

/** A refusal in the reader's language, with the grids it names; in English the server's own words are best. */
export function refusalInWords(problem: Problem, words: PlansDictionary): string {
  const { code, detail } = problem
  if (usePreferences.getState().language === 'en' && detail !== '') return detail
  for (const [pattern, say] of sentences) {
    const found = pattern.exec(detail)
    if (found) return say(words.refusals, ...found.slice(1))
  }
  const known = (words.refusals as Record<string, unknown>)[code]
  return typeof known === 'string' ? known : sentenceOf(textNow(), problem)
}
