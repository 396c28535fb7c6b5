import { RecordTable } from '../imports/RecordTable.tsx'
import { useWords } from '../locales/manage-text.ts'
import '../imports/imports.css'

export function ManageHistory() {
  const words = useWords().imports.history
  return (
    <div className="manage-column is-wide">
      <h2>{words.title}</h2>
      <p className="lead">{words.lead}</p>
      <section className="sheet" aria-label={words.title}>
        <RecordTable />
      </section>
    </div>
  )
}
