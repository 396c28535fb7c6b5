import type { StaffingGaps } from '../../api/contract/staffing.ts'
import { useGrids } from '../grids/store.ts'
import { useStaffingText } from '../locales/staffing-text.ts'
import { useRoleName } from './names.ts'

interface DoublesTableProps {
  gaps: StaffingGaps
  onChoose: (gridId: number) => void
}

/** People with posts in more than one grid, and where. */
export function DoublesTable({ gaps: { doubles }, onChoose }: DoublesTableProps) {
  const words = useStaffingText().doubles
  const grids = useGrids((state) => state.grids)
  const roleName = useRoleName()
  if (doubles.length === 0) return null
  return (
    <div className="table-frame is-short">
      <table className="table" data-testid="doubles">
        <caption className="hint">{words.text}</caption>
        <thead>
          <tr>
            <th>{words.person}</th>
            <th>{words.posts}</th>
          </tr>
        </thead>
        <tbody>
          {doubles.map(({ officerId, officerName, posts }) => (
            <tr key={officerId}>
              <td>{officerName}</td>
              <td className="wraps">
                {posts.map((post) => (
                  <button
                    key={post.id}
                    type="button"
                    className="text-button"
                    onClick={() => onChoose(post.gridId)}
                  >
                    {grids.get(post.gridId)?.name} {roleName(post.role, grids.get(post.gridId)?.level)}
                  </button>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
