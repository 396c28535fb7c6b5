import { useEffect, useState } from 'react'
import { problemOf } from '../client.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { go } from '../ui/address.ts'
import { forgetKey, keptKey, openWith, takeKey } from '../wall/kiosk.ts'

const retryMs = 5000

/** Where a wall's browser is sent once: it takes the key from the address, signs in with it, and goes to the wall. */
export function Kiosk() {
  const text = useText()
  const [said, setSaid] = useState(text.wall.kiosk)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const key = takeKey(location) ?? keptKey()
    const enter = () => {
      if (!key) return setSaid(text.wall.kioskFailed)
      openWith(key).then(
        () => go('/wall'),
        (cause: unknown) => {
          const problem = problemOf(cause)
          if (problem.code === 'kiosk-key') {
            forgetKey()
            return setSaid(text.wall.kioskFailed)
          }
          setSaid(sentenceOf(text, problem))
          timer = setTimeout(enter, retryMs)
        },
      )
    }
    enter()
    return () => clearTimeout(timer)
  }, [text])
  return (
    <main className="whole-page" role="status">
      <p>{said}</p>
    </main>
  )
}
