import { create } from 'zustand'
import { download, getJson } from '../client.ts'

/** A table or layer as it can be taken along; instants are ISO strings. */
export interface ExportLayer {
  id: string
  title: string
  titleEn: string
  geometry: string | null
  time: boolean
  rows: number
  from: string | null
  to: string | null
}

interface Exports {
  layers: readonly ExportLayer[] | null
  load: () => Promise<void>
}

export const useExports = create<Exports>((set) => ({
  layers: null,
  load: async () => set({ layers: (await getJson<{ layers: ExportLayer[] }>('/api/exports')).layers }),
}))

/** Fetches a layer as a file; `from` and `to` are instants. */
export const downloadLayer = (
  id: string,
  query: { format: string; from?: string | undefined; to?: string | undefined },
): Promise<void> => download(`/api/exports/${id}`, query)
