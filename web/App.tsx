import { lazy, Suspense, useEffect } from 'react'
import { sentenceOf, useText } from './locales/text.ts'
import { SignIn } from './pages/sign-in.tsx'
import { useSession } from './people/store.ts'
import { useAddress } from './ui/address.ts'
import { Notices } from './ui/Notices.tsx'

// The faces, each loaded when it is first opened: whoever only signs in does not fetch the map.
const Screen = lazy(() => import('./pages/screen.tsx').then(({ Screen: face }) => ({ default: face })))
// It tells what it is not: an unknown address is answered there as well.
const Manage = lazy(() => import('./pages/manage.tsx').then(({ Manage: face }) => ({ default: face })))

export function App() {
  const { state, problem, ask, me } = useSession()
  const onBoard = useAddress(({ path }) => path === '/')
  const text = useText()
  useEffect(() => void ask(), [ask])
  useEffect(() => {
    if (state !== 'in') document.title = `${text.name} · ${text.signIn.title}`
    else if (onBoard) document.title = `${text.name} · ${text.module}`
  }, [text, state, onBoard])
  if (state === 'asking') return <div className="whole-page" role="status" aria-label={text.signIn.asking} />
  if (state === 'failed') {
    return (
      <main className="whole-page">
        <p>{problem ? sentenceOf(text, problem) : ''}</p>
        <button type="button" className="button is-primary" onClick={() => void ask()}>
          {text.common.retry}
        </button>
      </main>
    )
  }
  if (state === 'out' || !me) return <SignIn />
  return (
    <Suspense fallback={<div className="whole-page" role="status" aria-label={text.common.loading} />}>
      {onBoard ? <Screen /> : <Manage me={me} />}
      <Notices />
    </Suspense>
  )
}
