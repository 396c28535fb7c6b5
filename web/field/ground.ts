import 'maplibre-gl/dist/maplibre-gl.css'
import { addProtocol, setWorkerUrl } from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import { PMTiles, Protocol } from 'pmtiles'
import { type BasemapSource, baseStyle, fontFaces } from '../map/basemap.ts'

setWorkerUrl(workerUrl)
const archives = new Protocol()
addProtocol('pmtiles', archives.tile)

async function readGround(): Promise<BasemapSource | null> {
  const address = new URL('/basemap.pmtiles', location.origin).href
  const archive = new PMTiles(address)
  const { minZoom, maxZoom } = await archive.getHeader()
  archives.add(archive)
  return { url: `pmtiles://${address}`, minZoom, maxZoom }
}

/** The style of the phone's map in its own light or dark; without a base map the plain ground. */
export async function groundStyle() {
  const ground = await readGround().catch(() => null)
  return baseStyle(document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light', ground, fontFaces())
}
