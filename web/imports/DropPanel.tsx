import { useState } from 'react'
import { problemOf } from '../client.ts'
import { useWords } from '../locales/manage-text.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { go } from '../ui/address.ts'
import { Dropzone } from '../ui/Dropzone.tsx'
import { refusedFiles } from './files.ts'
import { useImports } from './store.ts'

/** Where a file comes in: what is taken is said in words, what is not is refused before a byte is sent. */
export function DropPanel() {
  const text = useText()
  const words = useWords().imports.drop
  const begin = useImports((state) => state.begin)
  const [problems, setProblems] = useState<string[]>([])
  const [busy, setBusy] = useState(false)
  const take = async (files: File[]) => {
    const { refused, taken } = refusedFiles(files)
    setProblems(refused.map(({ why, names }) => words[why](names)))
    if (taken.length === 0) return
    setBusy(true)
    try {
      const first = await begin(taken)
      if (first && refused.length === 0) go(`/manage/import/${first.id}`)
    } catch (cause) {
      setProblems((before) => [...before, sentenceOf(text, problemOf(cause))])
    }
    setBusy(false)
  }
  return (
    <section className="sheet" aria-label={words.title} aria-busy={busy}>
      <Dropzone label={words.title} onFiles={(files) => void take(files)} testId="dropzone">
        <p>{words.lead}</p>
      </Dropzone>
      <div role="alert">
        {problems.map((problem) => (
          <p key={problem} className="failure">
            {problem}
          </p>
        ))}
      </div>
      <h3>{words.accepts}</h3>
      <ul className="accepted">
        {words.formats.map((format) => (
          <li key={format}>{format}</li>
        ))}
      </ul>
    </section>
  )
}
