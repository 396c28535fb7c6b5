import { DOMParser, type Document } from '@xmldom/xmldom'
import { StartError } from '../../api/errors.ts'
import { type Inspected, openText } from './inspect.ts'
import { type Limits, megabytes } from './limits.ts'

/** An XML file as a tree. Declared entities are refused, whatever they hold; nothing outside the file is read. Throws `StartError`. */
export async function readXml(inspected: Inspected, limits: Limits): Promise<Document> {
  const { file, size } = inspected
  if (size > limits.xmlBytes)
    throw new StartError(
      `${file} is larger than ${megabytes(limits.xmlBytes)} of XML. Split it, or give it as GeoPackage.`,
    )
  let text = ''
  for await (const piece of openText(inspected)) text += piece
  if (/<!(ENTITY|ELEMENT|ATTLIST)/i.test(text) || /<!DOCTYPE[^>]*\[/i.test(text))
    throw new StartError(
      `${file} declares entities of its own, which is how XML is made to explode or to read other files.`,
    )
  checkDepth(file, text, limits.depth)
  try {
    return new DOMParser({
      locator: false,
      onError: (level, message) => {
        if (level === 'fatalError') throw new Error(message)
      },
    }).parseFromString(text, 'text/xml')
  } catch (error) {
    throw new StartError(`${file} is not readable XML: ${String((error as Error).message).split('\n')[0]}.`)
  }
}

function checkDepth(file: string, text: string, limit: number) {
  let depth = 0
  for (const [tag] of text.matchAll(/<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\/?[^\s!?/>][^>]*>/g)) {
    if (tag.startsWith('<!')) continue
    if (tag.startsWith('</')) depth -= 1
    else if (!tag.endsWith('/>')) depth += 1
    if (depth > limit)
      throw new StartError(`${file} is nested more than ${limit} levels deep, which no map is.`)
  }
}
