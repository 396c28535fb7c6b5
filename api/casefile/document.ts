import type { Content, TableCell, TDocumentDefinitions } from 'pdfmake/interfaces.js'
import type { TimelineEvent } from '../contract/incident.ts'
import { actions, transitions } from '../contract/lifecycle.ts'
import type { Medium } from '../contract/media.ts'
import type { Dossier, Print } from './dossier.ts'
import type { Run } from './fonts.ts'
import { drawMap } from './map.ts'
import { type Language, type Words, wordsOf } from './words.ts'

/** A case file as it goes to the press. */
export interface Sheet {
  dossier: Dossier
  prints: Print[]
  language: Language
}
type Say = (text: string, more?: object) => Content & object

/** The case file as a document, A4, black on white; `runsOf` finds the font of each character. */
export function documentOf(
  { dossier, prints, language }: Sheet,
  runsOf: (text: string) => Run[],
): TDocumentDefinitions {
  const words = wordsOf[language]
  const { incident, town } = dossier
  const clock = new Intl.DateTimeFormat('sv-SE', {
    timeZone: town.timeZone,
    dateStyle: 'short',
    timeStyle: 'medium',
  })
  const time = (instant: string | null) => (instant ? clock.format(new Date(instant)) : '—')
  const say: Say = (text, more = {}) => ({ text: runsOf(text), ...more })
  const part = (title: string, ...content: Content[]): Content[] => [
    say(title, { style: 'section' }),
    ...content,
  ]
  const page: Page = { dossier, prints, words, time, say }
  const townName = language === 'en' ? town.nameEn || town.name : town.name
  return {
    pageSize: 'A4',
    pageMargins: [40, 44, 40, 48],
    info: { title: `${words.title} ${incident.number}`, creator: 'Xiake' },
    defaultStyle: { font: 'noto', fontSize: 9, lineHeight: 1.15, color: '#000' },
    styles: {
      title: { fontSize: 18, bold: true, alignment: 'center' },
      section: { fontSize: 11.5, bold: true, margin: [0, 12, 0, 4] },
      small: { fontSize: 7.5 },
    },
    footer: (current, pages) => ({
      margin: [40, 12, 40, 0],
      columns: [
        say(words.printed(time(dossier.printedAt), dossier.printedBy), { style: 'small' }),
        say(words.page(current, pages), { style: 'small', alignment: 'right', width: 120 }),
      ],
    }),
    content: [
      say(`${townName} · ${words.title}`, { style: 'title' }),
      say(`${words.labels.number} ${incident.number}`, { alignment: 'center', margin: [0, 2, 0, 8] }),
      head(page, language),
      ...part(words.sections.clocks, clocks(page)),
      ...part(words.sections.photos, photographs(page)),
      // A heading must not stay behind alone.
      { stack: part(words.sections.map, map(page), mapNote(page)), unbreakable: true },
      ...(dossier.media.some(({ kind }) => kind !== 'photo')
        ? part(words.sections.recordings, ...recordings(page))
        : []),
      ...part(words.sections.timeline, timeline(page)),
      ...part(words.sections.requests, requests(page)),
      ...part(words.sections.kin, ...kin(page)),
      ...part(words.sections.rating, rating(page)),
    ],
  }
}

interface Page {
  dossier: Dossier
  prints: Print[]
  words: Words
  time: (instant: string | null) => string
  say: Say
}

const lines = {
  hLineWidth: () => 0.5,
  vLineWidth: () => 0.5,
  hLineColor: () => '#000',
  vLineColor: () => '#000',
}
const table = (widths: (number | '*')[], rows: TableCell[][], headerRows = 1): Content => ({
  table: { widths, headerRows, dontBreakRows: true, body: rows },
  layout: lines,
})
const headed = ({ say }: Page, titles: readonly string[], rows: TableCell[][]) => [
  titles.map((title) => say(title, { bold: true })),
  ...rows,
]

function head({ dossier, words, time, say }: Page, language: Language): Content {
  const { incident, className, pathNames, reporter, workers } = dossier
  const { labels } = words
  const name = language === 'en' ? className.nameEn || className.name : className.name
  const unit = incident.unitId === null ? '' : (workers.units.get(incident.unitId) ?? `#${incident.unitId}`)
  const rows: [string, string][] = [
    [labels.class, `${incident.classCode} ${name}`],
    [labels.severity, words.severities[incident.severity]],
    [labels.state, words.states[incident.state]],
    [labels.source, words.sources[incident.source]],
    [labels.reportedAt, time(incident.reportedAt)],
    [
      labels.reporter,
      [reporter.name, words.roles[reporter.role] ?? reporter.role].filter(Boolean).join(' · '),
    ],
    [labels.phone, [reporter.phone, reporter.contact].filter(Boolean).join(' ')],
    [labels.grids, pathNames.join(' / ')],
    [labels.address, incident.address],
    [labels.place, `${incident.lng.toFixed(6)}, ${incident.lat.toFixed(6)}`],
    [labels.unit, unit],
    [labels.recurrence, incident.recurrence > 0 ? words.times(incident.recurrence) : ''],
    [labels.parent, dossier.parentNumber ?? ''],
    [labels.into, dossier.intoNumber ?? ''],
    [labels.description, [incident.title, incident.description].filter(Boolean).join('\n')],
  ]
  const filled = rows.filter(([, value]) => value !== '')
  return table(
    [90, '*'],
    filled.map(([label, value]) => [say(label, { bold: true }), say(value)]),
    0,
  )
}

function clocks(page: Page): Content {
  const { dossier, words, time, say } = page
  if (dossier.stages.length === 0) return say(words.noClocks)
  const rows = dossier.stages.map(({ stage, part, begunAt, dueAt, doneAt, lateMs }) => {
    const result = lateMs > 0 ? words.late(span(words, lateMs)) : doneAt ? words.onTime : ''
    return [
      say(`${words.stages[stage]}${part > 0 ? ` ${part + 1}` : ''}`),
      say(time(begunAt)),
      say(time(dueAt)),
      say(doneAt ? time(doneAt) : words.running),
      say(result, { bold: lateMs > 0 }),
    ]
  })
  return table([70, 105, 105, 105, '*'], headed(page, words.clocks, rows))
}

function span(words: Words, ms: number): string {
  const minutes = Math.max(1, Math.round(ms / 60_000))
  return words.span(Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60)
}

function photographs({ dossier, prints, words, time, say }: Page): Content {
  const media = new Map(dossier.media.map((one) => [one.id, one]))
  const cells = prints.flatMap(({ id, jpeg }): Content[] => {
    const one = media.get(id)
    if (!one) return []
    const image: Content = jpeg
      ? { image: `data:image/jpeg;base64,${Buffer.from(jpeg).toString('base64')}`, fit: [250, 190] }
      : say(words.photoMissing, { margin: [0, 40, 0, 40] })
    return [
      {
        stack: [image, say(captionOf(one, { words, time }), { style: 'small', margin: [0, 2, 0, 6] })],
      },
    ]
  })
  if (cells.length === 0) return say(words.none)
  const rows = Array.from({ length: Math.ceil(cells.length / 2) }, (_, i) => cells.slice(2 * i, 2 * i + 2))
  const photos = dossier.media.filter(({ kind }) => kind === 'photo').length
  return [
    ...rows.map(
      (columns): Content => ({
        columns: columns.map((stack) => ({ width: 254, stack: [stack] })),
        columnGap: 7,
        unbreakable: true,
      }),
    ),
    ...(photos > prints.length ? [say(words.morePhotos(photos - prints.length))] : []),
  ]
}

function captionOf(one: Medium, { words, time }: Pick<Page, 'words' | 'time'>): string {
  const place =
    one.takenLng === null || one.takenLat === null
      ? ''
      : `${one.takenLng.toFixed(6)}, ${one.takenLat.toFixed(6)}`
  const taken = one.takenAt ? time(one.takenAt) : ''
  const evidence =
    taken || place ? `${words.takenAt} ${[taken, place].filter(Boolean).join(' · ')}` : words.noEvidence
  return `${words.moments[one.moment]} · ${evidence}\n${words.addedAt} ${time(one.addedAt)} · ${one.addedBy}\nSHA-256 ${one.sha256.slice(0, 16)}…`
}

/** The map with its words laid over it, each about its middle. */
function map({ dossier, say }: Page): Content {
  const { svg, height, labels } = drawMap(dossier.map)
  const over = labels.map(
    ({ text, x, y, size }): Content => ({
      relativePosition: { x: x - 75, y: y - height - size },
      columns: [say(text, { fontSize: size, alignment: 'center', width: 150 })],
    }),
  )
  return [{ svg, width: 515 }, ...over]
}

function mapNote({ dossier, words, time, say }: Page): Content {
  const { lng, lat } = dossier.incident
  const place = `${lng.toFixed(6)}, ${lat.toFixed(6)} (WGS 84). `
  return say(place + words.mapNote(time(dossier.printedAt)), { style: 'small', margin: [0, 3, 0, 0] })
}

function recordings({ dossier, words, time, say }: Page): Content[] {
  return dossier.media
    .filter(({ kind }) => kind !== 'photo')
    .map((one) =>
      say(
        `${words.kinds[one.kind]} #${one.id} · ${words.moments[one.moment]} · ${one.seconds ?? '—'} s · ${time(one.takenAt ?? one.addedAt)} · ${one.addedBy} · SHA-256 ${one.sha256.slice(0, 16)}…`,
      ),
    )
}

function timeline(page: Page): Content {
  const { dossier, words, time, say } = page
  const rows = dossier.timeline.map((event) => {
    const { what, note } = tell(event, page)
    const role = words.roles[event.actorRole] ?? event.actorRole
    return [
      say(String(event.seq)),
      say(time(event.at)),
      say(event.actorName === role ? role : `${event.actorName}\n${role}`),
      say(what),
      say(note),
    ]
  })
  return table([40, 98, 90, 130, '*'], headed(page, words.timeline, rows))
}

const textIn = (value: unknown) => (typeof value === 'string' ? value : '')

/** An event in words: what was done, to whom, at whose request, when it was really done; and what was written to it. */
function tell(
  { event, data }: TimelineEvent,
  { words, dossier, time }: Page,
): { what: string; note: string } {
  const action = actions.find((one) => transitions[one].event === event)
  const asked = actions.find((one) => one === data.action)
  const { units, officers } = dossier.workers
  const nameIn = (names: Map<number, string>, id: unknown) =>
    typeof id === 'number' ? (names.get(id) ?? `#${id}`) : ''
  const who = [nameIn(units, data.unitId), nameIn(officers, data.officerId)].filter(Boolean).join(' · ')
  const more = [
    asked && !action ? words.actions[asked] : '',
    who && words.sentTo(who),
    textIn(data.askedBy) && words.atRequestOf(textIn(data.askedBy)),
    textIn(data.doneAt) && words.doneAt(time(textIn(data.doneAt))),
    data.imported === true ? words.imported : '',
    textIn(data.number),
    typeof data.satisfied === 'boolean' ? (data.satisfied ? words.satisfied : words.dissatisfied) : '',
  ]
  const what = action ? words.actions[action] : (words.events[event] ?? event)
  const note = [
    textIn(data.note),
    textIn(data.comment),
    textIn(data.decision) && `${words.decision}：${textIn(data.decision)}`,
  ]
  return { what: [what, ...more].filter(Boolean).join('\n'), note: note.filter(Boolean).join('\n') }
}

function requests(page: Page): Content {
  const { dossier, words, time, say } = page
  if (dossier.requests.length === 0) return say(words.none)
  const rows = dossier.requests.map((one) => [
    say(words.actions[one.action]),
    say(one.askedBy),
    say(time(one.askedAt)),
    say(one.note),
    say(
      [words.askStates[one.state], one.decidedBy, one.decidedAt && time(one.decidedAt), one.decision]
        .filter(Boolean)
        .join('\n'),
    ),
  ])
  return table([60, 80, 98, '*', 120], headed(page, words.requests, rows))
}

function kin({ dossier, words, say }: Page): Content[] {
  const parts = dossier.children.map((one) =>
    say(`${words.part} ${one.number} ${one.title}（${words.states[one.state]}）`),
  )
  const merged = dossier.merged.map((one) => say(`${words.merged} ${one.number} ${one.title}`))
  const all = [...parts, ...merged]
  return all.length > 0 ? all : [say(words.none)]
}

function rating({ dossier, words, time, say }: Page): Content {
  const { satisfied } = dossier.incident
  if (satisfied === null) return say(words.unrated)
  const comment = dossier.timeline.findLast(({ event }) => event === 'incident:rated')?.data.comment
  return say(
    [
      satisfied ? words.satisfied : words.dissatisfied,
      dossier.ratedAt && time(dossier.ratedAt),
      textIn(comment),
    ]
      .filter(Boolean)
      .join(' · '),
  )
}
