import { useEffect, useState, useSyncExternalStore } from 'react'
import type { Me } from '../../api/contract/account.ts'
import { DeskCall } from '../calls/CallButton.tsx'
import { TalkBar } from '../calls/TalkBar.tsx'
import { CaseDetail } from '../field/CaseDetail.tsx'
import { CasesPanel } from '../field/CasesPanel.tsx'
import { NowPanel } from '../field/NowPanel.tsx'
import { OfferCard } from '../field/OfferCard.tsx'
import { OutboxChip, OutboxPanel } from '../field/OutboxPanel.tsx'
import { OwnLooks } from '../field/OwnLooks.tsx'
import { standingOf } from '../field/outbox-order.ts'
import { ReportPanel } from '../field/ReportPanel.tsx'
import { ShiftBar } from '../field/ShiftBar.tsx'
import { SosButton } from '../field/SosButton.tsx'
import { PhoneHints, StatePanel } from '../field/StatePanel.tsx'
import { useField } from '../field/store.ts'
import { TaskBar } from '../field/TaskBar.tsx'
import { useFieldTheme } from '../field/theme.ts'
import { useWork } from '../field/work.ts'
import { followWorker } from '../field/worker.ts'
import { useFieldText } from '../locales/field-text.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { OwnButtons } from '../people/OwnButtons.tsx'
import { useSession } from '../people/store.ts'
import { Empty, Skeleton } from '../ui/controls.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Link } from '../ui/Link.tsx'
import { tell } from '../ui/notices.ts'
import '../ui/desk.css'
import './field.css'
import './field-work.css'

// Recording and sending go on while somebody looks at the board, and end with the session.
useSession.subscribe(({ state }) => {
  if (state !== 'out') return
  useField.getState().stop()
  useWork.getState().close()
})

const tabs = ['now', 'report', 'cases'] as const
type Tab = (typeof tabs)[number]

const onHash = (changed: () => void) => {
  addEventListener('hashchange', changed)
  return () => removeEventListener('hashchange', changed)
}
/** Where on the page: in the address, so that the phone's own way back leads back. */
const useHash = () => useSyncExternalStore(onHash, () => location.hash.slice(1))

/** The field page: one person's shift, reports and cases, on the phone in their hand. */
export function FieldPage({ me }: { me: Me }) {
  const words = useFieldText()
  const text = useText()
  const start = useField((state) => state.start)
  const open = useWork((state) => state.open)
  const hash = useHash()
  const { officerId } = me
  useEffect(() => void (document.title = `${words.title} · ${text.name}`), [words, text])
  useEffect(() => void (officerId === null ? null : start(officerId)), [officerId, start])
  useEffect(() => void open(me), [me, open])
  useEffect(() => followWorker('/field', 'field'), [])
  const caseId = Number(hash.match(/^case-(\d+)$/)?.[1] ?? 0)
  const tab: Tab = caseId > 0 ? 'cases' : (tabs.find((one) => one === hash) ?? 'now')
  return (
    <div className="field">
      <FieldHeader me={me} />
      <TaskBar />
      {/* A page of its own each: what is scrolled in one is not in the other. */}
      <main className="field-content" key={hash}>
        {hash === 'outbox' ? (
          <OutboxPanel />
        ) : caseId > 0 ? (
          <CaseDetail id={caseId} me={me} />
        ) : tab === 'report' ? (
          <ReportPanel />
        ) : tab === 'cases' ? (
          <CasesPanel me={me} />
        ) : (
          <NowTab officerId={officerId} />
        )}
      </main>
      <div className="field-foot">
        {tab === 'now' && hash !== 'outbox' ? <NowBar officerId={officerId} /> : null}
        <div className="field-row">
          <Tabs current={hash === 'outbox' ? null : tab} />
          <SosButton me={me} />
        </div>
      </div>
      {officerId === null ? null : <OfferCard />}
    </div>
  )
}

function NowTab({ officerId }: { officerId: number | null }) {
  const words = useFieldText()
  const text = useText()
  const { phase, problem, start, officer } = useField()
  if (officerId === null)
    return (
      <section className="field-state">
        <h1>{words.noOfficer.title}</h1>
        <p>{words.noOfficer.text}</p>
        <Link to="/" className="button is-large">
          {words.board}
        </Link>
      </section>
    )
  if (phase === 'loading') return <Skeleton label={words.loading} lines={6} />
  if (phase === 'failed')
    return (
      <Empty action={{ text: words.retry, onClick: () => void start(officerId) }}>
        {problem ? sentenceOf(text, problem) : words.failed}
      </Empty>
    )
  return (
    <>
      <StatePanel />
      <NowPanel />
      <DeskCall />
      {officer?.unitId != null ? <TalkBar unitId={officer.unitId} /> : null}
      <PhoneHints />
      <OwnLooks />
    </>
  )
}

function NowBar({ officerId }: { officerId: number | null }) {
  const phase = useField((state) => state.phase)
  return officerId !== null && phase === 'ready' ? <ShiftBar /> : null
}

const tabPictures: Record<Tab, string> = {
  now: 'M12 21s7-6.500 7-11.500a7 7 0 0 0-14 0C5 14.500 12 21 12 21ZM12 7a2.500 2.500 0 1 0 .01 0Z',
  report: 'M4 8h3.500l1.500-2.500h6L16.500 8H20v11H4ZM12 10a3.500 3.500 0 1 0 .01 0Z',
  cases: 'M6 4h12v16H6ZM9 9h6M9 12.500h6M9 16h3.500',
}

/** Where the thumb is. */
function Tabs({ current }: { current: Tab | null }) {
  const words = useText().street.tabs
  const entries = useWork((state) => state.entries)
  const refused = entries.filter((entry) => standingOf(entry, entries) === 'refused').length
  return (
    <nav className="field-tabs" aria-label={words.label}>
      {tabs.map((tab) => (
        <a
          key={tab}
          href={`#${tab}`}
          aria-current={tab === current ? 'page' : undefined}
          data-testid={`tab-${tab}`}
        >
          <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path
              d={tabPictures[tab]}
              fill="none"
              stroke="currentColor"
              strokeWidth="1.7"
              strokeLinejoin="round"
              strokeLinecap="round"
            />
          </svg>
          {words[tab]}
          {tab === 'cases' && refused > 0 ? <i>{refused}</i> : null}
        </a>
      ))}
    </nav>
  )
}

function FieldHeader({ me }: { me: Me }) {
  const text = useText()
  const words = useFieldText()
  const themed = useFieldTheme()
  const onShift = useField((state) => state.onShift)
  const officer = useField((state) => state.officer)
  const [asking, setAsking] = useState(false)
  const signOut = () => void useSession.getState().signOut().catch(tell)
  return (
    <header className="field-header">
      <p>
        <b>{officer?.name ?? me.name}</b>
        <span>{officer?.code ?? text.roles[me.role]}</span>
      </p>
      <OutboxChip />
      <nav aria-label={words.menu}>
        <Link to="/" className="icon-button" label={words.board} testId="field-board">
          <Icon name="layers" />
        </Link>
        <OwnButtons me={me} themed={themed} onSignOut={() => (onShift ? setAsking(true) : signOut())} />
      </nav>
      {asking ? (
        <Dialog
          title={words.out.title}
          closeLabel={words.close}
          onClose={() => setAsking(false)}
          testId="sign-out-dialog"
          actions={
            <>
              <button type="button" className="button is-large" onClick={signOut}>
                {words.out.go}
              </button>
              <button type="button" className="button is-primary is-large" onClick={() => setAsking(false)}>
                {words.confirm.stay}
              </button>
            </>
          }
        >
          <p>{words.out.text}</p>
        </Dialog>
      ) : null}
    </header>
  )
}
