import { useState } from 'react'
import type { Staffing, StaffingScheme } from '../../api/contract/staffing.ts'
import { problemOf } from '../client.ts'
import { useStaffingText } from '../locales/staffing-text.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { IconButton } from '../ui/controls.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { TextField } from '../ui/fields.tsx'
import { useNameOf } from './names.ts'
import { draftOf, emptyRole, type RoleDraft, schemeFrom, whatIsWrong } from './scheme.ts'
import { useStaffing } from './store.ts'

interface SchemeDialogProps {
  scheme: StaffingScheme | null
  staffing: Staffing
  onClose: () => void
}

/** The server's own limit. */
const mostRoles = 12

/** Changes a scheme or writes a new one; says what is wrong while it is written. */
export function SchemeDialog({ scheme, staffing, onClose }: SchemeDialogProps) {
  const words = useStaffingText()
  const text = useText()
  const nameOf = useNameOf()
  const save = useStaffing((state) => state.saveScheme)
  const [draft, setDraft] = useState(() => draftOf(scheme))
  const [failure, setFailure] = useState('')
  const wrong = whatIsWrong(
    draft,
    staffing.schemes.map(({ code }) => code),
    words.scheme.wrong,
  )
  const untouched = scheme === null && draft.code === '' && draft.name === ''
  const levels = staffing.levels
    .filter((one) => one.scheme === scheme?.code)
    .map(({ level }) => words.level[level])
    .join('、')
  const change = (at: number, role: Partial<RoleDraft>) =>
    setDraft({ ...draft, roles: draft.roles.map((one, i) => (i === at ? { ...one, ...role } : one)) })
  const confirm = async () => {
    try {
      await save(schemeFrom(draft))
      onClose()
    } catch (cause) {
      setFailure(sentenceOf(text, problemOf(cause)))
    }
  }
  return (
    <Dialog
      title={scheme ? words.scheme.change(nameOf(scheme)) : words.scheme.add}
      closeLabel={words.close}
      onClose={onClose}
      testId="scheme-dialog"
      actions={
        <>
          <button type="button" className="button" onClick={onClose}>
            {words.cancel}
          </button>
          <button
            type="button"
            className="button is-primary"
            disabled={wrong !== ''}
            onClick={() => void confirm()}
            data-testid="scheme-save"
          >
            {words.save}
          </button>
        </>
      }
    >
      <div className="roster-pair is-three">
        {scheme ? null : (
          <TextField
            label={words.scheme.code}
            hint={words.scheme.codeHint}
            value={draft.code}
            maxLength={31}
            onChange={(code) => setDraft({ ...draft, code })}
          />
        )}
        <TextField
          label={words.scheme.name}
          value={draft.name}
          maxLength={30}
          onChange={(name) => setDraft({ ...draft, name })}
        />
        <TextField
          label={words.scheme.nameEn}
          value={draft.nameEn}
          maxLength={60}
          onChange={(nameEn) => setDraft({ ...draft, nameEn })}
        />
      </div>
      <RoleTable
        roles={draft.roles}
        onChange={change}
        onDrop={(at) => setDraft({ ...draft, roles: draft.roles.filter((_, i) => i !== at) })}
      />
      <button
        type="button"
        className="button is-small roster-start"
        disabled={draft.roles.length >= mostRoles}
        onClick={() => setDraft({ ...draft, roles: [...draft.roles, emptyRole] })}
      >
        {words.scheme.addRole}
      </button>
      {levels ? <p className="hint">{words.scheme.used(levels)}</p> : null}
      <p className="failure" role="alert">
        {untouched ? '' : wrong || failure}
      </p>
    </Dialog>
  )
}

interface RoleTableProps {
  roles: readonly RoleDraft[]
  onChange: (at: number, role: Partial<RoleDraft>) => void
  onDrop: (at: number) => void
}

const columns = ['code', 'name', 'nameEn', 'min', 'max'] as const

function RoleTable({ roles, onChange, onDrop }: RoleTableProps) {
  const { scheme: words } = useStaffingText()
  const heads = [words.roleCode, words.role, words.nameEn, words.min, words.max]
  return (
    <table className="role-table">
      <thead>
        <tr>
          {heads.map((head) => (
            <th key={head}>{head}</th>
          ))}
          <th />
        </tr>
      </thead>
      <tbody>
        {roles.map((role, i) => (
          <tr key={i}>
            {columns.map((column, c) => (
              <td key={column}>
                <input
                  aria-label={`${heads[c]} ${i + 1}`}
                  value={role[column]}
                  inputMode={c > 2 ? 'numeric' : 'text'}
                  maxLength={c > 2 ? 2 : c === 2 ? 60 : 30}
                  placeholder={column === 'max' ? '∞' : ''}
                  title={column === 'max' ? words.maxHint : undefined}
                  autoComplete="off"
                  onChange={(event) => onChange(i, { [column]: event.target.value })}
                  data-testid={`role-${column}-${i}`}
                />
              </td>
            ))}
            <td>
              <IconButton icon="close" label={words.dropRole(role.name)} onClick={() => onDrop(i)} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
