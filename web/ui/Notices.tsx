import { sentenceOf, useText } from '../locales/text.ts'
import { IconButton } from './controls.tsx'
import { Icon } from './Icon.tsx'
import { useNotices } from './notices.ts'

/** Every failure nobody else has shown, in the server's words where it gave any. */
export function Notices() {
  const { notices, dismiss } = useNotices()
  const text = useText()
  if (notices.length === 0) return null
  return (
    <div className="notices" role="alert">
      {notices.map(({ id, problem }) => (
        <div key={id} className="notice">
          <Icon name="warning" />
          <p>{sentenceOf(text, problem)}</p>
          <IconButton icon="close" label={text.common.close} onClick={() => dismiss(id)} />
        </div>
      ))}
    </div>
  )
}
