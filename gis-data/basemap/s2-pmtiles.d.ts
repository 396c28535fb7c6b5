// The package's own declarations import without file extensions, which `nodenext` cannot follow; this is what we use of it.
declare module 's2-pmtiles' {
  export const Compression: { readonly Gzip: 2 }
  export const TileType: { readonly Pbf: 1 }
  export interface Writer {
    write(data: Uint8Array, offset: number): Promise<void>
    append(data: Uint8Array): Promise<void>
    appendSync(data: Uint8Array): void
  }
  export class S2PMTilesWriter {
    constructor(writer: Writer, type: number, compression?: number)
    writeTileXYZ(zoom: number, x: number, y: number, data: Uint8Array): Promise<void>
    commit(metadata: object): Promise<void>
  }
  export function zxyToTileID(zoom: number, x: number, y: number): number
}
