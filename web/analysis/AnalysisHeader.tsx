import type { Me } from '../../api/contract/account.ts'
import { useGrids } from '../grids/store.ts'
import { useAnalysisText } from '../locales/analysis-text.ts'
import { useText } from '../locales/text.ts'
import { endSession } from '../pages/end-session.ts'
import { pagesFor } from '../pages/manage-pages.ts'
import { OwnButtons } from '../people/OwnButtons.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Link } from '../ui/Link.tsx'
import { tell } from '../ui/notices.ts'
import { usePreferences } from '../ui/preferences.ts'

export function AnalysisHeader({ me }: { me: Me }) {
  const text = useText()
  const words = useAnalysisText()
  const town = useGrids((state) => state.town)
  const english = usePreferences(({ language }) => language === 'en')
  return (
    <header className="manage-header">
      <Link to="/" className="manage-home" label={words.board}>
        <span className="wordmark" aria-hidden="true">
          霞客
        </span>
        <b>{words.title}</b>
        <span className="hint">{town ? (english ? town.nameEn : town.name) : ''}</span>
      </Link>
      <nav aria-label={words.nav}>
        <Link to="/">
          <Icon name="home" />
          {words.board}
        </Link>
        <Link to="/dispatch">
          <Icon name="check" />
          {words.dispatch}
        </Link>
        {pagesFor(me.role).length > 0 ? (
          <Link to="/manage">
            <Icon name="manage" />
            {text.manage.title}
          </Link>
        ) : null}
      </nav>
      <div className="board-buttons">
        <OwnButtons me={me} onSignOut={() => void endSession().catch(tell)} />
      </div>
    </header>
  )
}
