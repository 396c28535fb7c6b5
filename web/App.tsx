import { lazy, Suspense, useEffect } from 'react'
import { command, desks, street } from '../api/contract/roles.ts'
import { forgetAccount } from './account.ts'
import { followStreet } from './field/known-me.ts'
import { sentenceOf, useText } from './locales/text.ts'
import { SignIn } from './pages/sign-in.tsx'
import { useSession } from './people/store.ts'
import { go, useAddress } from './ui/address.ts'
import { Notices } from './ui/Notices.tsx'
import { followKiosk, isKiosk, isWall, keptKey } from './wall/kiosk.ts'

// The faces, each loaded when it is first opened: whoever only signs in does not fetch the map.
const Screen = lazy(() => import('./pages/screen.tsx').then(({ Screen: face }) => ({ default: face })))
// It tells what it is not: an unknown address is answered there as well.
const Manage = lazy(() => import('./pages/manage.tsx').then(({ Manage: face }) => ({ default: face })))
const Dispatch = lazy(() => import('./pages/dispatch.tsx').then(({ Dispatch: face }) => ({ default: face })))
const Analysis = lazy(() => import('./pages/analysis.tsx').then((made) => ({ default: made.Analysis })))
const Conduct = lazy(() => import('./pages/conduct.tsx').then(({ Conduct: face }) => ({ default: face })))
const Report = lazy(() => import('./pages/report.tsx').then(({ ReportPage }) => ({ default: ReportPage })))
const CallDock = lazy(() => import('./calls/CallDock.tsx').then((made) => ({ default: made.CallDock })))
const WallPage = lazy(() => import('./pages/wall.tsx').then((made) => ({ default: made.WallPage })))
const Kiosk = lazy(() => import('./pages/kiosk.tsx').then((made) => ({ default: made.Kiosk })))
const Field = lazy(() => import('./pages/field.tsx').then(({ FieldPage }) => ({ default: FieldPage })))

/** Somebody in the street who comes with a phone wants their shift, not the wall; the board is one tap away. */
const phone = matchMedia('(width < 700px)')
useSession.subscribe(({ me }, before) => {
  const arrived = me !== null && before.me === null && me.officerId !== null && street.includes(me.role)
  // Before the board is drawn, so that more than 2 MB of it are not even fetched.
  if (arrived && phone.matches && useAddress.getState().path === '/') go('/field')
})

useSession.subscribe(({ me }, before) => {
  if (me?.accountId !== before.me?.accountId) forgetAccount()
})

followStreet()
followKiosk()

const loading = (label: string) => <div className="whole-page" role="status" aria-label={label} />

export function App() {
  // Whoever reports is nobody in particular: nothing is asked of a session.
  const onReport = useAddress(({ path }) => /^\/report(\/|$)/.test(path))
  const onKiosk = useAddress(({ path }) => isKiosk(path))
  const text = useText()
  if (!onReport && !onKiosk) return <Inside />
  return <Suspense fallback={loading(text.common.loading)}>{onReport ? <Report /> : <Kiosk />}</Suspense>
}

function Inside() {
  const { state, problem, ask, me } = useSession()
  const onBoard = useAddress(({ path }) => path === '/')
  const onField = useAddress(({ path }) => path === '/field')
  const onDispatch = useAddress(({ path }) => path === '/dispatch')
  const onAnalysis = useAddress(({ path }) => path === '/analysis')
  const onConduct = useAddress(({ path }) => path === '/conduct')
  const onWall = useAddress(({ path }) => isWall(path))
  const text = useText()
  useEffect(() => void ask(), [ask])
  useEffect(() => {
    if (state !== 'in') document.title = `${text.name} · ${text.signIn.title}`
    else if (onBoard) document.title = `${text.name} · ${text.module}`
  }, [text, state, onBoard])
  if (state === 'asking') return loading(text.signIn.asking)
  // A kiosk signs in again by itself, whatever has ended its session.
  if (state !== 'in' && onWall && keptKey()) {
    return (
      <main className="whole-page" role="status">
        {text.wall.signingIn}
      </main>
    )
  }
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
  const { accountId, role } = me
  // A wall neither rings nor says what failed: it says how current it is.
  const mayCall = !onWall && (command.includes(role) || street.includes(role))
  return (
    <>
      <Suspense fallback={loading(text.common.loading)}>
        {onBoard ? (
          <Screen />
        ) : onDispatch ? (
          <Dispatch me={me} />
        ) : onAnalysis && desks.includes(role as never) ? (
          <Analysis me={me} />
        ) : onConduct && desks.includes(role as never) ? (
          <Conduct me={me} />
        ) : onField ? (
          <Field me={me} />
        ) : onWall ? (
          <WallPage me={me} />
        ) : (
          <Manage me={me} />
        )}
        {onWall && role === 'screen' ? null : <Notices />}
      </Suspense>
      {mayCall && accountId !== null ? (
        <Suspense fallback={null}>
          <CallDock accountId={accountId} />
        </Suspense>
      ) : null}
    </>
  )
}
