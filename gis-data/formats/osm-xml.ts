import { StartError } from '../../api/errors.ts'
import { type Inspected, openText } from './inspect.ts'
import type { OsmItem, OsmRelation } from './osm.ts'

type Attributes = Record<string, string>

/**
 * OSM XML as a stream. No XML library at hand streams, and this XML is nothing but tags with attributes:
 * text, comments and instructions are passed over.
 */
export async function* readOsmXml(
  inspected: Inspected,
  progress?: (share: number) => void,
): AsyncGenerator<OsmItem> {
  let item: (OsmItem & { tags?: Record<string, string> }) | undefined
  for await (const { name, closing, closed, attributes } of readTags(inspected, progress)) {
    if (name === 'node' || name === 'way' || name === 'relation') {
      if (!closing) item = itemOf(name, attributes())
      if (item && (closing || closed)) {
        yield item
        item = undefined
      }
    } else if (!item || closing) continue
    else if (name === 'tag') {
      const { k = '', v = '' } = attributes()
      item.tags ??= {}
      item.tags[k] = v
    } else if (name === 'nd' && item.type === 'way') item.refs.push(Number(attributes().ref))
    else if (name === 'member' && item.type === 'relation') {
      const { type = 'node', ref, role = '' } = attributes()
      item.members.push({ type: type as OsmRelation['members'][number]['type'], ref: Number(ref), role })
    }
  }
}

function itemOf(type: OsmItem['type'], { id, lat, lon }: Attributes): OsmItem {
  if (type === 'node') return { type, id: Number(id), lat: Number(lat), lon: Number(lon) }
  return type === 'way' ? { type, id: Number(id), refs: [] } : { type, id: Number(id), members: [] }
}

interface Tag {
  name: string
  /** `</node>` */
  closing: boolean
  /** `<node/>` */
  closed: boolean
  attributes(): Attributes
}

async function* readTags(inspected: Inspected, progress?: (share: number) => void): AsyncGenerator<Tag> {
  let rest = ''
  let read = 0
  let ended = false
  for await (const piece of openText(inspected)) {
    read += piece.length
    progress?.(Math.min(1, read / inspected.size))
    rest += piece
    let at = 0
    for (;;) {
      const start = rest.indexOf('<', at)
      if (start < 0) {
        at = rest.length
        break
      }
      const end = endOf(rest, start)
      if (end < 0) {
        at = start
        break
      }
      at = end
      if (rest[start + 1] === '?' || rest[start + 1] === '!') continue
      const tag = tagOf(rest.slice(start + 1, end - 1))
      ended = tag.closing && tag.name === 'osm'
      yield tag
    }
    rest = rest.slice(at)
  }
  if (!ended) throw new StartError(`${inspected.file} is not whole: it ends before </osm>.`)
}

/** The place after the `>` that ends the tag or comment at `start`; -1 when it is not here yet. A value may hold a `>`. */
function endOf(text: string, start: number): number {
  if (text.startsWith('<!--', start)) {
    const end = text.indexOf('-->', start + 4)
    return end < 0 ? -1 : end + 3
  }
  for (let i = start + 1; i < text.length; i += 1) {
    const character = text[i]
    if (character === '>') return i + 1
    if (character !== '"' && character !== "'") continue
    i = text.indexOf(character, i + 1)
    if (i < 0) return -1
  }
  return -1
}

function tagOf(inside: string): Tag {
  const closing = inside.startsWith('/')
  const name = /^\/?\s*([\w:.-]*)/.exec(inside)?.[1] ?? ''
  return {
    name,
    closing,
    closed: inside.endsWith('/'),
    attributes() {
      const attributes: Attributes = {}
      for (const [, key = '', double, single] of inside.matchAll(
        /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g,
      )) {
        attributes[key] = decode(double ?? single ?? '')
      }
      return attributes
    },
  }
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
function decode(text: string): string {
  if (!text.includes('&')) return text
  return text.replaceAll(
    /&(?:#x([\da-fA-F]{1,6})|#(\d{1,7})|(\w+));/g,
    (whole, hex?: string, decimal?: string, name?: string) => {
      if (name) return entities[name] ?? whole
      const point = hex ? Number.parseInt(hex, 16) : Number(decimal)
      return point <= 0x10ffff ? String.fromCodePoint(point) : whole
    },
  )
}
