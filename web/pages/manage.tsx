import { Suspense, useEffect, useRef } from 'react'
import type { Me } from '../../api/contract/account.ts'
import { useGrids } from '../grids/store.ts'
import { useWords } from '../locales/manage-text.ts'
import { useText } from '../locales/text.ts'
import { OwnButtons } from '../people/OwnButtons.tsx'
import { leave, stay, useAddress } from '../ui/address.ts'
import { Empty, Skeleton } from '../ui/controls.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Link } from '../ui/Link.tsx'
import { tell } from '../ui/notices.ts'
import { usePreferences } from '../ui/preferences.ts'
import { endSession } from './end-session.ts'
import { pageAt, pagesFor } from './manage-pages.ts'
import '../ui/desk.css'
import './manage.css'

/** The manage face: a bar with the pages of the caller's role, and the page at hand. */
export function Manage({ me }: { me: Me }) {
  const text = useText()
  const words = useWords()
  const { path, wanted } = useAddress()
  const { town, load } = useGrids()
  const main = useRef<HTMLElement>(null)
  const found = pageAt(path, me.role)
  const title = found ? (text.manage.pages[found.page.title] ?? '') : words.shell.missing
  useEffect(() => void (document.title = `${title} · ${text.name}`), [title, text])
  useEffect(() => void (town ?? load().catch(tell)), [town, load])
  const face = found?.page.path
  useEffect(() => {
    main.current?.scrollTo(0, 0)
  }, [path])
  return (
    <div className="manage">
      <a className="skip" href="#manage-content">
        {words.shell.skip}
      </a>
      <ManageHeader me={me} face={face} />
      <main ref={main} id="manage-content" className="manage-content" tabIndex={-1}>
        {found ? (
          <Suspense fallback={<Skeleton label={words.shell.loading} lines={6} />}>
            <found.page.Face key={face} rest={found.rest} />
          </Suspense>
        ) : (
          <div className="manage-column">
            <h2>{words.shell.missing}</h2>
            <Empty>{words.shell.missingText}</Empty>
            <div className="sheet-actions">
              <Link to="/" className="button is-primary">
                {words.shell.toBoard}
              </Link>
              {pagesFor(me.role).length > 0 ? (
                <Link to="/manage" className="button">
                  {words.shell.toFirst}
                </Link>
              ) : null}
            </div>
          </div>
        )}
      </main>
      {wanted === null ? null : (
        // Another destination asks anew, even while the first question is only just going away.
        <Dialog
          key={wanted}
          title={words.shell.leaveTitle}
          closeLabel={words.shell.close}
          onClose={stay}
          testId="leave-dialog"
          actions={
            <>
              <button type="button" className="button" onClick={leave}>
                {words.shell.leave}
              </button>
              <button type="button" className="button is-primary" onClick={stay}>
                {words.shell.stay}
              </button>
            </>
          }
        >
          <p>{words.shell.leaveText}</p>
        </Dialog>
      )}
    </div>
  )
}

function ManageHeader({ me, face }: { me: Me; face: string | undefined }) {
  const text = useText()
  const { shell } = useWords()
  const town = useGrids((state) => state.town)
  const language = usePreferences((state) => state.language)
  return (
    <header className="manage-header">
      <Link to="/" className="manage-home" label={shell.back}>
        <span className="wordmark" aria-hidden="true">
          霞客
        </span>
        <b>{town ? (language === 'en' ? town.nameEn : town.name) : ''}</b>
      </Link>
      <nav aria-label={shell.nav}>
        {pagesFor(me.role).map(({ path, title, icon }) => (
          <Link key={path} to={path} current={path === face} testId={`tab-${title}`}>
            <Icon name={icon} />
            {text.manage.pages[title]}
          </Link>
        ))}
      </nav>
      <div className="board-buttons">
        <OwnButtons me={me} onSignOut={() => void endSession().catch(tell)} />
      </div>
    </header>
  )
}
