import type { FindingKind } from '../../api/contract/import-kinds.ts'
import { useWords } from '../locales/manage-text.ts'
import { kindColor } from './kinds.ts'

/** What the colours of the preview mean. */
export function Legend({ kinds, grids }: { kinds: readonly FindingKind[]; grids: boolean }) {
  const words = useWords().imports
  return (
    <ul className="legend-line">
      <li style={{ '--kind': 'var(--accent)' } as React.CSSProperties}>
        <i aria-hidden="true" />
        {words.preview.sound}
      </li>
      {kinds.map((kind) => (
        <li key={kind} style={{ '--kind': kindColor(kinds, kind) } as React.CSSProperties}>
          <i aria-hidden="true" />
          {words.kinds[kind]}
        </li>
      ))}
      {grids ? null : (
        <li className="is-line">
          <i aria-hidden="true" />
          {words.preview.townGrids}
        </li>
      )}
    </ul>
  )
}
