import { type FileHandle, open } from 'node:fs/promises'

// The few boxes of an MP4 that the remuxer leaves to us: when it was made. Times count in seconds from 1904.

interface Box {
  type: string
  /** Of its content, and of what follows it. */
  from: number
  to: number
}
const since1904Seconds = 2_082_844_800
const mostBoxes = 10_000

/** Stops where a box does not fit; `cut` hears of it. */
async function* boxesOf(
  file: FileHandle,
  { from, to, cut }: { from: number; to: number; cut?: () => void },
): AsyncGenerator<Box> {
  for (let at = from, count = 0; at + 8 <= to && count < mostBoxes; count++) {
    const head = Buffer.alloc(16)
    await file.read(head, 0, 16, at)
    const short = head.readUInt32BE(0)
    const size = short === 1 ? Number(head.readBigUInt64BE(8)) : short === 0 ? to - at : short
    const headSize = short === 1 ? 16 : 8
    if (size < headSize || at + size > to) return cut?.()
    yield { type: head.toString('latin1', 4, 8), from: at + headSize, to: at + size }
    at += size
  }
}

/** False when the file ends within one of its outermost boxes: a film cut short still opens, and would pass for a whole one. */
export async function isWholeFilm(file: FileHandle): Promise<boolean> {
  let whole = true
  const cut = () => {
    whole = false
  }
  for await (const _ of boxesOf(file, { from: 0, to: (await file.stat()).size, cut })) if (!whole) break
  return whole
}

/** When the film says it was made, ms since 1970; null for what is no MP4 or does not say. */
export async function findMovieTime(file: FileHandle): Promise<number | null> {
  for await (const moov of boxesOf(file, { from: 0, to: (await file.stat()).size })) {
    if (moov.type !== 'moov') continue
    for await (const box of boxesOf(file, moov)) {
      if (box.type !== 'mvhd') continue
      const head = Buffer.alloc(12)
      await file.read(head, 0, 12, box.from)
      const seconds = head[0] === 1 ? Number(head.readBigUInt64BE(4)) : head.readUInt32BE(4)
      return seconds === 0 ? null : (seconds - since1904Seconds) * 1000
    }
  }
  return null
}

/** Sets every time of making and changing to 0: it would be that of the packing, and make two files of the same content. */
export async function forgetTimes(path: string): Promise<void> {
  const file = await open(path, 'r+')
  const walk = async (from: number, to: number): Promise<void> => {
    for await (const box of boxesOf(file, { from, to })) {
      if (['moov', 'trak', 'mdia'].includes(box.type)) await walk(box.from, box.to)
      if (!['mvhd', 'tkhd', 'mdhd'].includes(box.type)) continue
      const version = Buffer.alloc(1)
      await file.read(version, 0, 1, box.from)
      const width = version[0] === 1 ? 16 : 8
      await file.write(Buffer.alloc(width), 0, width, box.from + 4)
    }
  }
  try {
    await walk(0, (await file.stat()).size)
  } finally {
    await file.close()
  }
}
