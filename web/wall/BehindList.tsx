import { figure } from '../format.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { Empty, IconButton, Skeleton } from '../ui/controls.tsx'
import { useBehind, useOpen } from './behind.ts'

/** The cases or points behind a number, over the map; a press shows one there. */
export function BehindList() {
  const text = useText()
  const open = useOpen()
  const { title, status, lines, problem, close } = useBehind()
  if (title === null) return null
  return (
    <section className="panel behind" aria-label={title} data-testid="wall-behind">
      <header className="panel-head">
        <h2>{title}</h2>
        <div className="panel-aside">
          {status === 'ready' ? figure(lines.length) : null}
          <IconButton icon="close" label={text.common.close} onClick={close} />
        </div>
      </header>
      {status === 'loading' ? <Skeleton lines={5} label={text.common.loading} /> : null}
      {status === 'failed' ? <Empty>{problem ? sentenceOf(text, problem) : ''}</Empty> : null}
      {status === 'ready' && lines.length === 0 ? <Empty>{text.wall.nothingBehind}</Empty> : null}
      <ul className="scroll">
        {lines.slice(0, 500).map(({ chosen, title: name, detail }) => (
          <li key={`${chosen.kind}${chosen.id}`}>
            <button type="button" onClick={() => open(chosen)}>
              <b>{name}</b>
              <span>{detail}</span>
            </button>
          </li>
        ))}
        {lines.length > 500 ? <li className="hint">{text.wall.more(figure(lines.length - 500))}</li> : null}
      </ul>
    </section>
  )
}
