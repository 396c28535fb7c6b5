import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateRawSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { StartError } from '../../api/errors.ts'
import { inspect } from '../../gis-data/formats/inspect.ts'
import { type OpenOptions, openSource } from '../../gis-data/formats/source.ts'
import { isHere, makeFile, makeFolder, makeZip, readAll, real } from './files.ts'

const folder = makeFolder()
const at = (name: string) => join(folder, name)
/** The one sentence it is refused with; nothing may be left in the staging folder. */
async function refusal(file: string, options: OpenOptions = {}): Promise<string> {
  const staging = at('staging')
  try {
    await readAll(file, { staging, ...options })
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    expect(readdirSync(staging, { recursive: true })).toEqual([])
    return error.message.replaceAll(`${folder}/`, '')
  }
  throw new Error('it was taken')
}

/** A zip of one entry written by hand, so that its name and its sizes may lie. */
function rawZip(name: string, content: Buffer, { mode = 0, says = content.length } = {}): Buffer {
  const bytes = deflateRawSync(content)
  const local = Buffer.alloc(30)
  local.writeUInt32LE(0x04034b50, 0)
  local.writeUInt16LE(8, 8)
  local.writeUInt32LE(bytes.length, 18)
  local.writeUInt32LE(says, 22)
  local.writeUInt16LE(Buffer.byteLength(name), 26)
  const central = Buffer.alloc(46)
  central.writeUInt32LE(0x02014b50, 0)
  central.writeUInt16LE(0x0314, 4)
  central.writeUInt16LE(8, 10)
  central.writeUInt32LE(bytes.length, 20)
  central.writeUInt32LE(says, 24)
  central.writeUInt16LE(Buffer.byteLength(name), 28)
  central.writeUInt32LE((mode << 16) >>> 0, 38)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(1, 8)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(46 + Buffer.byteLength(name), 12)
  end.writeUInt32LE(30 + Buffer.byteLength(name) + bytes.length, 16)
  return Buffer.concat([local, Buffer.from(name), bytes, central, Buffer.from(name), end])
}

describe('archives', () => {
  const bomb = Buffer.alloc(110_000_000, 'a,b\n')
  test('a zip that unpacks to 600 times its size', async () => {
    const zip = await makeZip(at('bomb.zip'), { 'a.csv': bomb })
    expect(await refusal(zip)).toContain('it looks like a bomb')
  })
  test('a workbook that does', async () => {
    const zip = await makeZip(at('bomb.xlsx'), { 'xl/workbook.xml': '<workbook/>', 'xl/media/a.xml': bomb })
    expect(await refusal(zip)).toContain('it looks like a bomb')
  })
  test('a gzip that does', async () => {
    expect(await refusal(makeFile(at('bomb.csv.gz'), gzipSync(bomb)))).toContain('it looks like a bomb')
  })
  test('a zip that says its file is small', async () => {
    const zip = makeFile(at('small.zip'), rawZip('a.csv', bomb, { says: 100 }))
    expect(await refusal(zip)).toMatch(/not a readable zip|looks like a bomb/)
  })
  test.each(['../../etc/cron.d/x.csv', '/etc/x.csv', 'a\\..\\x.csv', 'C:/x.csv', 'a/../../x.csv'])(
    'a name that leads outside: %s',
    async (name) => {
      expect(await refusal(makeFile(at('name.zip'), rawZip(name, Buffer.from('a,b\n1,2\n'))))).toContain(
        'whose name leads elsewhere',
      )
    },
  )
  test('a link', async () => {
    const zip = makeFile(at('link.zip'), rawZip('a.csv', Buffer.from('/etc/passwd'), { mode: 0o120777 }))
    expect(await refusal(zip)).toBe('link.zip holds a link (a.csv); links are not followed.')
  })
  test('an archive in an archive, and one cut short', async () => {
    const inner = rawZip('a.csv', Buffer.from('a,b\n'))
    expect(await refusal(await makeZip(at('nested.zip'), { 'inner.zip': inner }))).toContain(
      'holds another archive',
    )
    expect(await refusal(makeFile(at('cut.zip'), inner.subarray(0, 40)))).toContain(
      'cut.zip is not a readable zip',
    )
  })
})

describe('headers that lie', () => {
  const shp = Buffer.alloc(1024)
  shp.writeInt32BE(9994, 0)
  shp.writeInt32LE(1000, 28)
  shp.writeInt32LE(5, 32)
  const shaped = (change: (bytes: Buffer) => void) => {
    const bytes = Buffer.from(shp)
    bytes.writeInt32BE(512, 24)
    change(bytes)
    return bytes
  }
  test('a shapefile of 2 GB in 1 kB', async () => {
    const file = makeFile(
      at('big.shp'),
      shaped((bytes) => bytes.writeInt32BE(0x3fffffff, 24)),
    )
    expect(await refusal(file)).toBe(
      'big.shp says it is 2147483646 bytes long, but it is 1024: it is cut short or broken.',
    )
  })
  test('a shape beyond the end of its file', async () => {
    const file = makeFile(
      at('far.shp'),
      shaped((bytes) => bytes.writeInt32BE(0x3fffffff, 104)),
    )
    expect(await refusal(file)).toContain('a shape would reach beyond the end')
  })
  test('a shape with two thousand million points is that row’s defect', async () => {
    const file = makeFile(
      at('many.shp'),
      shaped((bytes) => {
        bytes.writeInt32BE(458, 104)
        bytes.writeInt32LE(5, 108)
        bytes.writeInt32LE(1, 144)
        bytes.writeInt32LE(2_000_000_000, 148)
      }),
    )
    const { rows } = await readAll(file)
    expect(rows.map(({ defect }) => defect)).toEqual([
      'its shape is broken: it says it has 2000000000 points in 1 parts',
    ])
  })
  test('a table with four thousand million rows', async () => {
    const dbf = Buffer.alloc(200, 32)
    Buffer.from('0379010affffffff41000b00', 'hex').copy(dbf)
    dbf.fill(0, 12, 64)
    dbf.write('NAME\0\0\0\0\0\0\0C', 32, 'latin1')
    dbf[48] = 10
    dbf[64] = 0x0d
    expect(await refusal(makeFile(at('big.dbf'), dbf))).toContain('says it has 4294967295 rows, but holds 12')
  })
  test('a FlatGeobuf whose header would be 4 GB', async () => {
    const file = makeFile(at('big.fgb'), Buffer.from('6667620366676200ffffffff00000000', 'hex'))
    expect(await refusal(file)).toContain('its header would reach beyond the end')
  })
  test('a GeoPackage of one torn page', async () => {
    const page = Buffer.alloc(1024, 0xff)
    page.write('SQLite format 3\0', 0, 'latin1')
    page.write('GPKG', 68, 'latin1')
    expect(await refusal(makeFile(at('torn.gpkg'), page))).toMatch(/^torn.gpkg is broken and cannot be read/)
  })
})

describe('XML and workbooks that reach out', () => {
  const laughs = `<!DOCTYPE kml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><kml><Placemark><name>&b;</name></Placemark></kml>`
  const outside = `<?xml version="1.0"?><!DOCTYPE gpx [<!ENTITY x SYSTEM "file:///etc/passwd">]><gpx><wpt lat="1" lon="2"><name>&x;</name></wpt></gpx>`
  test.each([
    ['laughs.kml', laughs],
    ['outside.gpx', outside],
  ])('%s declares entities', async (name, text) => {
    expect(await refusal(makeFile(at(name), text))).toContain(`${name} declares entities of its own`)
  })
  test('a workbook with an external entity', async () => {
    const xlsx = await makeZip(at('entity.xlsx'), {
      'xl/workbook.xml': '<workbook><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
      'xl/sharedStrings.xml':
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><sst><si><t>&e;</t></si></sst>',
    })
    expect(await refusal(xlsx)).toBe(
      'entity.xlsx declares entities of its own in sharedStrings.xml, which no workbook does: it is refused.',
    )
  })
  test('a workbook that lacks its parts', async () => {
    const xlsx = await makeZip(at('half.xlsx'), { 'xl/workbook.xml': '<workbook/>' })
    expect(await refusal(xlsx)).toMatch(/^half.xlsx is broken and cannot be read/)
  })
  test('a workbook with one cell in its last corner; one with a formula that failed', async () => {
    const sheet = (cells: string) => ({
      'xl/workbook.xml': '<workbook><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
      'xl/_rels/workbook.xml.rels':
        '<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
      'xl/worksheets/sheet1.xml': `<worksheet><sheetData><row r="1"><c r="A1" t="str"><v>a</v></c><c r="B1" t="str"><v>b</v></c></row>${cells}</sheetData></worksheet>`,
    })
    const corner = await makeZip(
      at('corner.xlsx'),
      sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
    )
    expect(await refusal(corner)).toBe(
      'corner.xlsx has more than 2000 columns (up to XFD); delete the empty ones.',
    )
    const failed = await makeZip(
      at('failed.xlsx'),
      sheet('<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="e"><v>#N/A</v></c></row>'),
    )
    const { rows, remarks } = await readAll(failed)
    expect(rows.map(({ fields }) => fields)).toEqual([{ a: 1, b: null, '@index': 0 }])
    expect(remarks.map(({ detail }) => detail)).toEqual([
      '1 cells hold an error such as #N/A and count as empty.',
    ])
  })
  test('KML nested 10,000 deep, and KML that is none', async () => {
    const deep = `<kml>${'<Folder>'.repeat(10_000)}${'</Folder>'.repeat(10_000)}</kml>`
    expect(await refusal(makeFile(at('deep.kml'), deep))).toBe(
      'deep.kml is nested more than 200 levels deep, which no map is.',
    )
    expect(await refusal(makeFile(at('bad.kml'), '<kml><Placemark></kml>'))).toContain(
      'bad.kml is not readable XML',
    )
  })
  test('a link in KML is not followed, and said', async () => {
    const kml =
      '<kml><NetworkLink><Link><href>http://127.0.0.1:9/x.kml</href></Link></NetworkLink><Placemark><name>a</name><Point><coordinates>120,31</coordinates></Point></Placemark></kml>'
    const read = await readAll(makeFile(at('link.kml'), kml))
    expect(read.rows).toHaveLength(1)
    expect(read.remarks).toEqual([
      { kind: 'left-out', detail: '1 links to other files or addresses are not followed.' },
    ])
  })
})

describe('tangled JSON', () => {
  test.each([
    ['arrays', '['.repeat(10_000) + ']'.repeat(10_000)],
    [
      'geometry',
      `{"type":"Feature","geometry":{"type":"Polygon","coordinates":${'['.repeat(10_000)}${']'.repeat(10_000)}}}`,
    ],
    ['collections', `${'{"type":"GeometryCollection","geometries":['.repeat(10_000)}${']}'.repeat(10_000)}`],
  ])('%s nested 10,000 deep', async (name, text) => {
    expect(await refusal(makeFile(at(`${name}.json`), text))).toContain('is nested more than 200 levels deep')
  })
  test('a shape of 200,001 vertices is that row’s defect; a star of 12 kB is read', async () => {
    const ring = (count: number) => Array.from({ length: count }, (_, i) => [i * 0.0001, (i % 7) * 0.1])
    const feature = (count: number) => ({
      type: 'Feature',
      properties: { n: count },
      geometry: { type: 'Polygon', coordinates: [ring(count)] },
    })
    const { rows } = await readAll(
      makeFile(
        at('star.json'),
        JSON.stringify({ type: 'FeatureCollection', features: [feature(200_001), feature(600)] }),
      ),
    )
    expect(rows.map(({ defect }) => defect)).toEqual(['has more than 200000 vertices', undefined])
    expect(rows[0]?.geometry).toBeUndefined()
  })
  test('more than memory allows ends the reader, not this process', async () => {
    const text = `[${Array.from({ length: 400_000 }, (_, i) => `{"a":{"b":${i},"c":"${i}"}}`).join(',')}]`
    expect(await refusal(makeFile(at('wide.json'), text), { limits: { memoryMb: 80 } })).toBe(
      'wide.json needs more than 80 MB to be read.',
    )
  })
  test('longer than it may take', async () => {
    const file = makeFile(at('slow.json'), `[${'{"a":1},'.repeat(500_000)}{}]`)
    expect(await refusal(file, { limits: { seconds: 0.05 } })).toBe(
      'slow.json could not be read within 0.05 s.',
    )
  })
  test('a cancel ends the reader and removes what it wrote', async () => {
    const file = makeFile(at('cancel.json'), `[${'{"a":1},'.repeat(500_000)}{}]`)
    const signal = AbortSignal.timeout(150)
    expect(await refusal(file, { signal })).toBe('Reading cancel.json was cancelled.')
  })
})

describe.skipIf(!isHere)('the corpus of bad input', () => {
  const residentMb = () => process.memoryUsage().rss / 1e6
  test.each([
    'jsontestsuite/test_parsing',
    'jsontestsuite/test_transform',
    'geojsonhint-bad',
    'geojsonhint-good',
    'own',
    'csv-injection',
    'images-generated',
  ])('%s: rows or one sentence, and this process as it was', { timeout: 300_000 }, async (name) => {
    const files = readdirSync(real(`badinput/${name}`)).filter((file) => !/\.result$|LICENSE/.test(file))
    const before = residentMb()
    let read = 0
    const odd: unknown[] = []
    const one = async (file: string) => {
      try {
        const source = await openSource(await inspect(real(`badinput/${name}/${file}`)))
        for await (const row of source.rows()) expect(row.row).toBeGreaterThan(0)
        source.close()
        read += 1
      } catch (error) {
        if (!(error instanceof StartError) || !/^[^\n]{10,400}\.$/.test(error.message))
          odd.push([file, error])
      }
    }
    for (let i = 0; i < files.length; i += 3) await Promise.all(files.slice(i, i + 3).map(one))
    expect(odd).toEqual([])
    expect(residentMb() - before).toBeLessThan(300)
    expect(read).toBeLessThan(files.length + 1)
  })
  test('what JSON must refuse is refused', () => {
    const must = readdirSync(real('badinput/jsontestsuite/test_parsing')).filter((file) =>
      file.startsWith('n_'),
    )
    for (const file of must)
      expect(
        () => JSON.parse(readFileSync(real(`badinput/jsontestsuite/test_parsing/${file}`), 'utf8')),
        file,
      ).toThrow()
  })
})

test('a quote that is never closed is that row’s defect', async () => {
  const { rows } = await readAll(makeFile(at('quote.csv'), 'a,b\n1,2\n3,"4\n5,6\n'))
  expect(rows.map(({ defect }) => defect)).toEqual([
    undefined,
    'is cut off: a quote is opened and never closed',
  ])
})
