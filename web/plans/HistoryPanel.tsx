import { dayTime } from '../format.ts'
import { usePlansText } from '../locales/plans-text.ts'
import { Empty } from '../ui/controls.tsx'
import { editInWords } from './speak.ts'
import { usePlans } from './store.ts'

/** Every edit of the plan, newest first; those taken back are struck. */
export function HistoryPanel({ timeZone }: { timeZone: string }) {
  const words = usePlansText()
  const edits = usePlans((state) => state.open?.edits) ?? []
  if (edits.length === 0) return <Empty>{words.history.empty}</Empty>
  return (
    <ol className="edit-list panel-body" data-testid="history">
      {edits.map((edit) => (
        <li key={edit.number} className={edit.undone ? 'is-undone' : ''}>
          <b>{editInWords(edit.summary, words)}</b>
          <span className="hint">
            {edit.actorName} · {dayTime(Date.parse(edit.at), timeZone)}
            {edit.summary.followed > 0 ? ` · ${words.edits.followed(edit.summary.followed)}` : ''}
          </span>
          {edit.undone ? <span className="hint">{words.history.undone(edit.undoneBy ?? '')}</span> : null}
        </li>
      ))}
    </ol>
  )
}
