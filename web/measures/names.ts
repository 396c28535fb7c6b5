import { measures } from '../../api/contract/measure-rules.ts'

/** What a measure is called; its id where this page is older than the server. */
export function measureName(id: string, english: boolean): string {
  const found = measures.find((measure) => measure.id === id)
  return (english ? found?.name.en : found?.name.zh) ?? id
}
