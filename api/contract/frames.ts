// Positions on the wire. Without the schema library, so that the web can import it at no cost.

/** Viewport cells are slippy tiles of this zoom: about 4 km at latitude 31. */
export const cellZoom = 13

export function cellOf(lng: number, lat: number): string {
  const n = 2 ** cellZoom
  const phi = (Math.max(-85.05, Math.min(85.05, lat)) * Math.PI) / 180
  const x = Math.min(n - 1, Math.floor(((lng + 180) / 360) * n))
  const y = Math.floor(((1 - Math.asinh(Math.tan(phi)) / Math.PI) / 2) * n)
  return `${cellZoom}/${x}/${y}`
}

/** One officer in a positions frame. `gone`: ended the shift, went offline or left the cell for one the caller may not see. */
export interface MovedOfficer {
  officerId: number
  lng: number
  lat: number
  /** Unix milliseconds, the phone's clock. */
  recordedAt: number
  /** m/s; null when unknown. */
  speed: number | null
  /** Degrees; null when unknown. */
  heading: number | null
  gridId: number
  gone: boolean
}

const rowBytes = 32
/** Columns of little-endian rows of 32 bytes: id i32, lng i32, lat i32 (1e-7°), grid i32, recordedAt f64, speed u16 (cm/s), heading u16 (0.01°), gone u8, 3 spare. 65535 is "unknown". */
export function encodePositions(moved: readonly MovedOfficer[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(moved.length * rowBytes)
  const view = new DataView(bytes.buffer)
  moved.forEach((officer, i) => {
    const at = i * rowBytes
    view.setInt32(at, officer.officerId, true)
    view.setInt32(at + 4, Math.round(officer.lng * 1e7), true)
    view.setInt32(at + 8, Math.round(officer.lat * 1e7), true)
    view.setInt32(at + 12, officer.gridId, true)
    view.setFloat64(at + 16, officer.recordedAt, true)
    view.setUint16(
      at + 24,
      officer.speed === null ? 65535 : Math.min(65534, Math.round(officer.speed * 100)),
      true,
    )
    view.setUint16(
      at + 26,
      officer.heading === null ? 65535 : Math.round((officer.heading % 360) * 100),
      true,
    )
    view.setUint8(at + 28, officer.gone ? 1 : 0)
  })
  return bytes
}

export function decodePositions(frame: ArrayBuffer): MovedOfficer[] {
  const view = new DataView(frame)
  return Array.from({ length: Math.floor(frame.byteLength / rowBytes) }, (_, i) => {
    const at = i * rowBytes
    const speed = view.getUint16(at + 24, true)
    const heading = view.getUint16(at + 26, true)
    return {
      officerId: view.getInt32(at, true),
      lng: view.getInt32(at + 4, true) / 1e7,
      lat: view.getInt32(at + 8, true) / 1e7,
      gridId: view.getInt32(at + 12, true),
      recordedAt: view.getFloat64(at + 16, true),
      speed: speed === 65535 ? null : speed / 100,
      heading: heading === 65535 ? null : heading / 100,
      gone: view.getUint8(at + 28) === 1,
    }
  })
}

/** No fix for this long: drawn hollow. */
export const staleSeconds = 60
/** No fix for this long: gone from the live map. */
export const offlineSeconds = 600
