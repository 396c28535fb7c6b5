import { useState } from 'react'
import type { IncidentClass } from '../../api/contract/incident.ts'
import type { Town } from '../../api/contract/town.ts'
import { CopyButton } from '../ui/CopyButton.tsx'
import { Segmented } from '../ui/controls.tsx'
import { exampleRequests } from './key-examples.ts'
import { useLoopText, useNameOf } from './words.ts'

interface KeyExamplesProps {
  /** The key while it is known; null: a word that stands for it. */
  secret: string | null
  classes: readonly IncidentClass[]
  town: Town
}

/** What another system sends, as lines to be tried in a shell. */
export function KeyExamples({ secret, classes, town }: KeyExamplesProps) {
  const words = useLoopText().keys
  const nameOf = useNameOf()
  const [api, setApi] = useState<'json' | 'open311'>('json')
  const open = classes.filter((one) => one.active && one.open)
  const cls = open.find(({ parentCode }) => parentCode !== null) ?? open[0]
  const lines = exampleRequests({
    origin: location.origin,
    key: secret ?? words.placeholder,
    classCode: cls?.code ?? '01',
    place: [Number(town.center[0].toFixed(5)), Number(town.center[1].toFixed(5))],
    title: cls ? nameOf(cls) : words.exampleTitle,
  })[api]
  return (
    <div className="key-examples">
      <div className="key-tools">
        <Segmented
          label={words.example}
          value={api}
          onChange={setApi}
          options={(['json', 'open311'] as const).map((value) => ({ value, text: words.apis[value] }))}
        />
        <CopyButton value={lines} label={words.copy} done={words.copied} />
      </div>
      <pre tabIndex={0} role="region" aria-label={words.apis[api]} data-testid="key-example">
        {lines}
      </pre>
      <p className="hint">{words.apiHints[api]}</p>
    </div>
  )
}
