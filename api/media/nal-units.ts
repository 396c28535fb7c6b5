type Range = readonly [from: number, to: number, type: number]

/**
 * Takes the SEI messages out of H.264 and H.265 packets: cameras write places, times and serial numbers there, players need none.
 * Other codecs pass. `description` is the avcC or hvcC record; without it packets are a byte stream with start codes.
 */
export function createSeiFilter(
  codec: string,
  description: AllowSharedBufferSource | undefined,
): (data: Uint8Array) => Uint8Array {
  if (codec !== 'avc' && codec !== 'hevc') return (data) => data
  const isHevc = codec === 'hevc'
  const typeOf = (first = 0) => (isHevc ? (first >> 1) & 63 : first & 31)
  const isSei = (type: number) => (isHevc ? type === 39 || type === 40 : type === 6)
  const record = description && bytesOf(description)
  const lengthSize = record && ((record[isHevc ? 21 : 4] ?? 3) & 3) + 1
  return (data) => {
    const units = lengthSize ? byLength(data, lengthSize, typeOf) : byStartCode(data, typeOf)
    const kept = units.filter(([, , type]) => !isSei(type))
    if (kept.length === units.length) return data
    return Buffer.concat(kept.map(([from, to]) => data.subarray(from, to)))
  }
}

const bytesOf = (source: AllowSharedBufferSource) =>
  ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source)

function byLength(data: Uint8Array, lengthSize: number, typeOf: (first?: number) => number): Range[] {
  const units: Range[] = []
  for (let at = 0; at < data.length; ) {
    let length = 0
    for (let i = 0; i < lengthSize; i++) length = length * 256 + (data[at + i] ?? 0)
    const to = at + lengthSize + length
    if (to > data.length) throw new Error('a unit runs over the end of its packet')
    units.push([at, to, typeOf(data[at + lengthSize])])
    at = to
  }
  return units
}

function byStartCode(data: Uint8Array, typeOf: (first?: number) => number): Range[] {
  const starts: number[] = []
  for (let i = 0; i + 2 < data.length; i++)
    if (data[i] === 0 && data[i + 1] === 0 && data[i + 2] === 1)
      starts.push(i > 0 && data[i - 1] === 0 ? i - 1 : i)
  return starts.map((from, i) => {
    const header = data[from + 2] === 1 ? from + 3 : from + 4
    return [from, starts[i + 1] ?? data.length, typeOf(data[header])] as const
  })
}
