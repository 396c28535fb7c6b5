import { useEffect, useState } from 'react'
import type { Me } from '../../api/contract/account.ts'
import { NowPanel } from '../field/NowPanel.tsx'
import { OwnLooks } from '../field/OwnLooks.tsx'
import { ShiftBar } from '../field/ShiftBar.tsx'
import { PhoneHints, StatePanel } from '../field/StatePanel.tsx'
import { useField } from '../field/store.ts'
import { useFieldTheme } from '../field/theme.ts'
import { useFieldText } from '../locales/field-text.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { useSession } from '../people/store.ts'
import { Empty, IconButton, Skeleton } from '../ui/controls.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Link } from '../ui/Link.tsx'
import { tell } from '../ui/notices.ts'
import { usePreferences } from '../ui/preferences.ts'
import '../ui/desk.css'
import './field.css'

// Recording goes on while its officer looks at the board, and ends with the session.
useSession.subscribe(({ state }) => state === 'out' && useField.getState().stop())

/** The field page: one officer's shift and position, on the phone in their hand. */
export function FieldPage({ me }: { me: Me }) {
  const words = useFieldText()
  const text = useText()
  const { phase, problem, start } = useField()
  const { officerId } = me
  useEffect(() => void (document.title = `${words.title} · ${text.name}`), [words, text])
  useEffect(() => void (officerId === null ? null : start(officerId)), [officerId, start])
  return (
    <div className="field">
      <FieldHeader me={me} />
      <main className="field-content">
        {officerId === null ? (
          <section className="field-state">
            <h1>{words.noOfficer.title}</h1>
            <p>{words.noOfficer.text}</p>
            <Link to="/" className="button is-large">
              {words.board}
            </Link>
          </section>
        ) : phase === 'loading' ? (
          <Skeleton label={words.loading} lines={6} />
        ) : phase === 'failed' ? (
          <Empty action={{ text: words.retry, onClick: () => void start(officerId) }}>
            {problem ? sentenceOf(text, problem) : words.failed}
          </Empty>
        ) : (
          <>
            <StatePanel />
            <NowPanel />
            <PhoneHints />
            <OwnLooks />
          </>
        )}
      </main>
      {officerId !== null && phase === 'ready' ? <ShiftBar /> : null}
    </div>
  )
}

function FieldHeader({ me }: { me: Me }) {
  const text = useText()
  const words = useFieldText()
  const { language, setLanguage } = usePreferences()
  const [theme, setTheme] = useFieldTheme()
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
      <nav aria-label={words.menu}>
        <Link to="/" className="icon-button" label={words.board} testId="field-board">
          <Icon name="layers" />
        </Link>
        <IconButton
          icon={theme === 'dark' ? 'sun' : 'moon'}
          label={theme === 'dark' ? text.header.light : text.header.dark}
          onClick={() => setTheme(theme === 'dark' ? 'light' : 'dark')}
          testId="theme"
        />
        <IconButton
          icon="language"
          label={text.common.language}
          onClick={() => setLanguage(language === 'en' ? 'zh-CN' : 'en')}
          testId="language"
        />
        <IconButton
          icon="out"
          label={`${text.header.signOut} (${text.header.signedInAs(me.name, text.roles[me.role])})`}
          onClick={() => (onShift ? setAsking(true) : signOut())}
          testId="sign-out"
        />
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
