// Views by name, each as its address: kept by the browser, apart for each account.

export interface SavedView {
  name: string
  search: string
}
const keyOf = (accountId: number | null) => `xiake.analysis-views.${accountId ?? 0}`
/** As many as are found again in a list. */
const most = 30

/** A browser that refuses storage has none. */
export function savedViews(accountId: number | null): readonly SavedView[] {
  try {
    const kept = JSON.parse(localStorage.getItem(keyOf(accountId)) ?? '[]') as unknown
    if (!Array.isArray(kept)) return []
    return (kept as Partial<SavedView>[]).flatMap(({ name, search }) =>
      typeof name === 'string' && typeof search === 'string' ? [{ name, search }] : [],
    )
  } catch {
    return []
  }
}
export function keepViews(accountId: number | null, views: readonly SavedView[]): void {
  try {
    localStorage.setItem(keyOf(accountId), JSON.stringify(views.slice(-most)))
  } catch {
    // storage refused: the view lives in its address
  }
}
