import { useEffect, useState } from 'react'

const windowNow = () => ({ width: innerWidth, height: innerHeight })
/** The window's size, told once it has rested: a new size draws the map anew. */
export function useWindow() {
  const [size, setSize] = useState(windowNow)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const later = () => {
      clearTimeout(timer)
      timer = setTimeout(
        () =>
          setSize((held) => {
            const now = windowNow()
            return held.width === now.width && held.height === now.height ? held : now
          }),
        200,
      )
    }
    addEventListener('resize', later)
    return () => {
      clearTimeout(timer)
      removeEventListener('resize', later)
    }
  }, [])
  return size
}
