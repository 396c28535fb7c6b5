import { useEffect } from 'react'
import { floorMs } from '../../api/contract/call-rules.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { useNow } from '../ui/clock.ts'
import { Icon } from '../ui/Icon.tsx'
import { useTalk } from './talk-store.ts'
import './calls.css'

/** Push to talk with one squad: joined by a touch, spoken to while the button or the space bar is held. `squad`: its name, unless it is one's own. */
export function TalkBar({ unitId, squad }: { unitId: number; squad?: string }) {
  const words = useText().calls.talk
  const title = squad === undefined ? words.own : words.of(squad)
  const { unitId: heard, listen, stop } = useTalk()
  // Whoever looks away from the squad is not left speaking or listening without seeing it.
  useEffect(() => () => void useTalk.getState().stop(), [unitId])
  const on = heard === unitId
  return (
    <section className="talk" aria-label={title} data-testid="talk">
      <header>
        <b>
          <Icon name="radio" /> {title}
        </b>
        <button
          type="button"
          className="button is-small"
          aria-pressed={on}
          onClick={() => void (on ? stop() : listen(unitId))}
          data-testid="talk-listen"
        >
          {on ? words.stop : words.listen}
        </button>
      </header>
      {on ? <Hold /> : null}
    </section>
  )
}

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  target.closest('input, textarea, select, button:not(.talk-hold), [contenteditable]') !== null

function Hold() {
  const text = useText()
  const words = text.calls.talk
  const { floor, held, since, loud, trouble, problem, press, release, heard } = useTalk()
  const now = useNow(1000)
  useEffect(() => {
    const down = (event: KeyboardEvent) => {
      if (event.code !== 'Space' || isTyping(event.target)) return
      event.preventDefault()
      if (!event.repeat) void press()
    }
    const up = ({ code }: KeyboardEvent) => code === 'Space' && void release()
    const away = () => void release()
    addEventListener('keydown', down)
    addEventListener('keyup', up)
    // A finger that slid off, another window: nobody goes on speaking unaware.
    addEventListener('blur', away)
    return () => {
      removeEventListener('keydown', down)
      removeEventListener('keyup', up)
      removeEventListener('blur', away)
    }
  }, [press, release])
  const other = held ? null : (floor?.speaker?.name ?? null)
  const said = trouble
    ? text.calls.microphone[trouble]
    : problem
      ? (text.calls.problems[problem.code] ?? sentenceOf(text, problem))
      : since !== null
        ? words.speaking(Math.max(0, Math.ceil((floorMs - (now - since)) / 1000)))
        : held
          ? words.asking
          : floor === null
            ? words.off
            : other
              ? words.speaks(other)
              : words.free(floor.listeners)
  return (
    <>
      <button
        type="button"
        className={`talk-hold ${since !== null ? 'is-on' : ''}`}
        disabled={floor === null || other !== null}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          void press()
        }}
        onPointerUp={() => void release()}
        onPointerCancel={() => void release()}
        onContextMenu={(event) => event.preventDefault()}
        data-testid="talk-hold"
      >
        <Icon name="microphone" /> {words.hold}
      </button>
      <p
        className={trouble || problem ? 'is-attention' : ''}
        role="status"
        data-testid="talk-state"
        data-speaker={floor?.speaker?.name ?? ''}
        data-heard={heard}
      >
        {other ? <span className="talk-loud" style={{ scale: `${Math.min(1, loud * 4)} 1` }} /> : null}
        {said}
      </p>
    </>
  )
}
