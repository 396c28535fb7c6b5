import { usePlansText } from '../locales/plans-text.ts'
import { Icon } from '../ui/Icon.tsx'
import { editInWords } from './speak.ts'
import { usePlans } from './store.ts'

/** What somebody else has just done to the plan that is open here. */
export function OthersNews() {
  const words = usePlansText()
  const { news, dismissNews } = usePlans()
  if (news.length === 0) return null
  return (
    <div className="refused is-news" role="status" data-testid="news">
      <Icon name="eye" />
      <div>
        {news.map(({ number, summary, actorName, undone, undoneBy }) => (
          <p key={number}>
            {undone
              ? words.history.newsUndone(undoneBy ?? actorName, editInWords(summary, words))
              : words.history.news(actorName, editInWords(summary, words))}
          </p>
        ))}
      </div>
      <button type="button" className="text-button" onClick={dismissNews}>
        {words.history.seen}
      </button>
    </div>
  )
}
