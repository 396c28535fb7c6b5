import { useEffect } from 'react'
import { create } from 'zustand'

// Where the browser is. Faces are told apart by the path alone, so that each of them can be linked to.

interface Address {
  path: string
  /** Where somebody wants to go who has not said yet that what is unsaved may be lost. */
  wanted: string | null
}

export const useAddress = create<Address>(() => ({ path: location.pathname, wanted: null }))

let dirty = 0

function enter(address: string): void {
  history.pushState(null, '', address)
  // What stands behind the path is for the face to read.
  useAddress.setState({ path: location.pathname, wanted: null })
}

/** Goes to another face, `/dispatch` or `/dispatch?id=17`; asks first where something is unsaved. */
export function go(address: string): void {
  if (address === useAddress.getState().path) return
  if (dirty > 0) useAddress.setState({ wanted: address })
  else enter(address)
}

export const stay = (): void => useAddress.setState({ wanted: null })

/** Goes where somebody wanted to, whatever is lost. */
export function leave(): void {
  const { wanted } = useAddress.getState()
  if (wanted !== null) enter(wanted)
}

addEventListener('popstate', () => {
  const { path } = useAddress.getState()
  const next = location.pathname
  if (dirty === 0 || next === path) return useAddress.setState({ path: next, wanted: null })
  // The browser has gone already: back to where the question can be asked.
  history.pushState(null, '', path)
  useAddress.setState({ wanted: next })
})

/** While `unsaved`, leaving asks: within the app by a dialog, out of it by the browser's own. */
export function useLeaveGuard(unsaved: boolean): void {
  useEffect(() => {
    if (!unsaved) return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    dirty += 1
    addEventListener('beforeunload', ask)
    return () => {
      dirty -= 1
      removeEventListener('beforeunload', ask)
    }
  }, [unsaved])
}
