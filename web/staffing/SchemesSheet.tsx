import { useState } from 'react'
import type { Staffing, StaffingScheme } from '../../api/contract/staffing.ts'
import { useStaffingText } from '../locales/staffing-text.ts'
import { SelectField } from '../ui/fields.tsx'
import { tell } from '../ui/notices.ts'
import { useNameOf } from './names.ts'
import { schemeOf } from './roster.ts'
import { SchemeDialog } from './SchemeDialog.tsx'
import { useStaffing } from './store.ts'

/** Which scheme each level follows and what it asks for; administrators choose and change them. */
export function SchemesSheet({ staffing, mayEdit }: { staffing: Staffing; mayEdit: boolean }) {
  const words = useStaffingText()
  const nameOf = useNameOf()
  const setLevel = useStaffing((state) => state.setLevel)
  const [editing, setEditing] = useState<StaffingScheme | 'new' | null>(null)
  const line = (scheme: StaffingScheme) =>
    scheme.roles
      .map((role) => words.scheme.roleLine(nameOf(role), words.scheme.count(role.min, role.max)))
      .join(' · ')
  return (
    <section className="sheet" aria-label={words.scheme.title} data-testid="schemes">
      <h3>{words.scheme.title}</h3>
      <p className="hint">{words.scheme.lead}</p>
      {[1, 2, 3].map((level) => {
        const scheme = schemeOf(staffing, level)
        if (!mayEdit)
          return (
            <div key={level}>
              <b>
                {words.level[level]} · {scheme ? nameOf(scheme) : words.scheme.none}
              </b>
              <p className="hint">{scheme ? line(scheme) : ''}</p>
            </div>
          )
        return (
          <SelectField
            key={level}
            label={words.level[level] ?? ''}
            value={scheme?.code ?? ''}
            onChange={(code) => void setLevel(level, code === '' ? null : code).catch(tell)}
            options={[
              { value: '', text: words.scheme.none },
              ...staffing.schemes.map((one) => ({ value: one.code, text: nameOf(one) })),
            ]}
            hint={scheme ? line(scheme) : ''}
            testId={`level-${level}`}
          />
        )
      })}
      {mayEdit ? (
        <div className="sheet-actions">
          {staffing.schemes.map((scheme) => (
            <button
              key={scheme.code}
              type="button"
              className="button is-small"
              onClick={() => setEditing(scheme)}
              data-testid={`scheme-${scheme.code}`}
            >
              {words.scheme.change(nameOf(scheme))}
            </button>
          ))}
          <button type="button" className="button is-small" onClick={() => setEditing('new')}>
            {words.scheme.add}
          </button>
        </div>
      ) : null}
      {editing === null ? null : (
        <SchemeDialog
          scheme={editing === 'new' ? null : editing}
          staffing={staffing}
          onClose={() => setEditing(null)}
        />
      )}
    </section>
  )
}
