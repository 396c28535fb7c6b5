import type { FindingKind } from '../../api/contract/import-kinds.ts'
import type { CheckedFile, ImportPreview } from '../../api/contract/imports.ts'
import { figure } from '../format.ts'
import { useWords } from '../locales/manage-text.ts'
import { RadioCards } from '../ui/fields.tsx'
import { type Choices, canFix, fixAll } from './decisions.ts'
import { kindColor } from './kinds.ts'
import { columnsOf, proposalText, reasonText, visibleBlanks } from './speak.ts'

interface DecidePanelProps {
  kinds: CheckedFile['kinds']
  choices: Choices
  preview: ImportPreview | null
  map: Readonly<Record<string, string>>
  timeZone: string
  only: FindingKind | null
  onChoices: (choices: Choices) => void
  onOnly: (kind: FindingKind | null) => void
}

/** What is to happen with each kind of finding. Nothing is chosen for anybody. */
export function DecidePanel(props: DecidePanelProps) {
  const words = useWords().imports.preview
  const { kinds, choices, onChoices } = props
  const fixable = kinds.some((kind) => canFix(kind) && choices[kind.kind] === undefined)
  return (
    <section className="sheet decide" aria-label={words.decide} data-testid="decide">
      <header>
        <div>
          <h3>{words.decide}</h3>
          <p className="hint">{words.decideLead}</p>
        </div>
        {fixable ? (
          <button
            type="button"
            className="button is-small"
            onClick={() => onChoices(fixAll(kinds, choices))}
            data-testid="fix-all"
          >
            {words.fixAll}
          </button>
        ) : null}
      </header>
      <ul>
        {kinds.map((kind) => (
          <KindCard key={kind.kind} {...props} kind={kind} />
        ))}
      </ul>
    </section>
  )
}

function KindCard({
  kind,
  kinds,
  choices,
  preview,
  map,
  timeZone,
  only,
  onChoices,
  onOnly,
}: DecidePanelProps & { kind: CheckedFile['kinds'][number] }) {
  const words = useWords().imports
  const said = words.preview
  const { rows, fixable, examples } = kind
  const color = kindColor(
    kinds.map((one) => one.kind),
    kind.kind,
  )
  const choose = (choice: 'fix' | 'skip' | 'refuse') => onChoices({ ...choices, [kind.kind]: choice })
  const fixHint = canFix(kind) ? words.fixes[kind.kind] : said.cannotFix(figure(rows - fixable))
  return (
    <li className="kind" style={{ '--kind': color } as React.CSSProperties} data-testid={`kind-${kind.kind}`}>
      <h4>
        <i aria-hidden="true" />
        {words.kinds[kind.kind]} <span>{said.rows(figure(rows))}</span>
        <button
          type="button"
          className="text-button"
          aria-pressed={only === kind.kind}
          onClick={() => onOnly(only === kind.kind ? null : kind.kind)}
        >
          {said.onlyThese}
        </button>
      </h4>
      <p className="hint">{words.meanings[kind.kind]}</p>
      <ul className="examples">
        {examples.slice(0, 3).map((example) => (
          <li key={`${example.row} ${example.field}`}>
            <span className="hint">
              {said.rowAt(example.row)}
              {example.key ? ` · ${example.key}` : ''}
            </span>{' '}
            <Before
              preview={preview}
              row={example.row}
              field={example.field}
              reason={example.reason}
              map={map}
            />
            <After proposal={proposalText({ ...example, kind: kind.kind }, words, timeZone)} />
          </li>
        ))}
      </ul>
      <RadioCards
        label={words.kinds[kind.kind]}
        className="is-row"
        value={choices[kind.kind] ?? null}
        options={[
          ...(fixable > 0
            ? [{ value: 'fix' as const, text: said.fix, hint: fixHint, disabled: !canFix(kind) }]
            : []),
          { value: 'skip' as const, text: said.skip, hint: said.skipHint(figure(rows)) },
          { value: 'refuse' as const, text: said.refuse, hint: said.refuseHint },
        ]}
        onChange={choose}
      />
    </li>
  )
}

/** The value as the file has it; the server's sentence where the preview does not hold the row. */
function Before({
  preview,
  row,
  field,
  reason,
  map,
}: {
  preview: ImportPreview | null
  row: number
  field: string
  reason: string
  map: Readonly<Record<string, string>>
}) {
  const words = useWords().imports
  const held = preview?.rows.find((one) => one.row === row)
  const values = columnsOf(field, map).map((column) => held?.cells[preview?.columns.indexOf(column) ?? -1])
  if (!held || values.length === 0) return <span className="hint">{reasonText(reason, words)}</span>
  return (
    <code title={reason}>{values.map((value) => visibleBlanks(String(value ?? '')) || '∅').join(', ')}</code>
  )
}

function After({ proposal }: { proposal: string | null }) {
  const words = useWords().imports.preview
  if (proposal === null) return null
  return (
    <>
      {' '}
      <span aria-label={words.after}>→</span> <code className="is-good">{proposal}</code>
    </>
  )
}
