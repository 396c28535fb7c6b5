// The server's sentences are English. Those that people meet are known by their shape and said in the reader's language.

const shapes = {
  empty: /^\S.* is empty\.$/,
  noRows: /holds no rows\.$/,
  noHeader: /has no header row/,
  twoColumns: /has two columns named (.+)\.$/,
  notJson: /is not readable JSON/,
  notXml: /is not readable XML/,
  notCsv: /is not a readable CSV/,
  notGzip: /is not a whole gzip file/,
  bomb: /unpacks to more than|looks like a bomb/,
  entities: /declares entities of its own/,
  nested: /nested more than|deep/,
  archive: /holds another archive|a zip inside a gzip/,
  emptyZip: /is an empty zip/,
  unknownFormat: /is neither a text file|is not read here/,
  tooLong: /could not be read within/,
  tooMuch: /needs more than .* MB to be read/,
  manyColumns: /has more than (\d+) columns/,
  noColumn: /^No column looks like (.+?)\. Name it/,
  noLines: /there are no lines\. Name them|holds \w+s, not lines/,
  noNodes: /does not say where its nodes lie/,
  lengthUnit: /^The lengths in (.+) are about/,
  timeUnit: /^The times in (.+) would mean/,
  noSystem: /There is no coordinate system (EPSG:\d+)/,
  badSystem: /^(.+) is no coordinate system we know|coordinate system .* cannot be understood/,
  badEncoding: /^There is no encoding (.+?);/,
  badZone: /^There is no time zone (.+?);/,
  noParentLevel: /^There is no grid of level (\d) yet/,
  noGround: /holds nothing that is drawn/,
  notOsm: /is not OpenStreetMap data/,
  changed: /is not as it was when/,
  cancelled: /cancelled/i,
  stopped: /^Xiake was stopped/,
  ourFault: /went wrong on our side/,
} as const
export type Saying = keyof typeof shapes

/** Which of the known sentences this is, and the word that was put into it; null for any other. */
export function sayingOf(sentence: string): { saying: Saying; word: string } | null {
  for (const [saying, shape] of Object.entries(shapes)) {
    const found = shape.exec(sentence)
    if (found) return { saying: saying as Saying, word: found[1] ?? '' }
  }
  return null
}
