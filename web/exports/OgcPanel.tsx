import { useWords } from '../locales/manage-text.ts'
import { CopyButton } from '../ui/CopyButton.tsx'

/** How map programs read the town directly, step by step. */
export function OgcPanel() {
  const { shell, exports: words } = useWords()
  const address = `${location.origin}/api/ogc`
  return (
    <section className="sheet ogc" aria-label={words.ogcTitle} data-testid="ogc">
      <h3>{words.ogcTitle}</h3>
      <p>{words.ogcLead}</p>
      <p className="address">
        <span>{words.ogcAddress}</span>
        <code>{address}</code>
        <CopyButton value={address} label={shell.copy} done={shell.copied} />
      </p>
      <ol>
        {words.ogcSteps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <p className="hint">{words.ogcNote}</p>
    </section>
  )
}
