import { lazy, Suspense, useEffect } from 'react'
import { street } from '../api/contract/roles.ts'
import { sentenceOf, useText } from './locales/text.ts'
import { SignIn } from './pages/sign-in.tsx'
import { useSession } from './people/store.ts'
import { go, useAddress } from './ui/address.ts'
import { Notices } from './ui/Notices.tsx'

// The faces, each loaded when it is first opened: whoever only signs in does not fetch the map.
const Screen = lazy(() => import('./pages/screen.tsx').then(({ Screen: face }) => ({ default: face })))
// It tells what it is not: an unknown address is answered there as well.
const Manage = lazy(() => import('./pages/manage.tsx').then(({ Manage: face }) => ({ default: face })))
const Field = lazy(() => import('./pages/field.tsx').then(({ FieldPage }) => ({ default: FieldPage })))

/** Somebody in the street who comes with a phone wants their shift, not the wall; the board is one tap away. */
const phone = matchMedia('(width < 700px)')
useSession.subscribe(({ me }, before) => {
  const arrived = me !== null && before.me === null && me.officerId !== null && street.includes(me.role)
  // Before the board is drawn, so that more than 2 MB of it are not even fetched.
  if (arrived && phone.matches && useAddress.getState().path === '/') go('/field')
})

export function App() {
  const { state, problem, ask, me } = useSession()
  const onBoard = useAddress(({ path }) => path === '/')
  const onField = useAddress(({ path }) => path === '/field')
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
      {onBoard ? <Screen /> : onField ? <Field me={me} /> : <Manage me={me} />}
      <Notices />
    </Suspense>
  )
}
