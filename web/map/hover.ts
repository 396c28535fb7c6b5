import { create } from 'zustand'
import type { Chosen } from '../view.ts'

/** What lies under the pointer, and where the pointer is, in pixels of the window. */
export interface Hover {
  x: number
  y: number
  thing: Chosen | null
  /** A number standing for many officers. */
  crowd: number | null
  /** The place itself, in degrees: what the heat is asked about. */
  place: readonly [number, number] | null
}

export const useHover = create<Hover>(() => ({ x: 0, y: 0, thing: null, crowd: null, place: null }))

export const hoverNothing = (): void => useHover.setState({ thing: null, crowd: null, place: null })
