import { modules } from '../../api/contract/wall-rules.ts'
import { useText } from '../locales/text.ts'
import { useWallsText } from '../locales/walls-text.ts'
import { Segmented } from '../ui/controls.tsx'
import { type Steering, shared } from './chosen.ts'

const none = '' as never

/** Module, theme, language and whether the wall tours by itself. */
export function LookDesk({ walls, steer }: Steering) {
  const text = useText()
  const words = useWallsText().steer
  const module = shared(walls, (state) => state.module)
  const tour = shared(walls, (state) => state.tour)
  return (
    <section className="sheet" aria-label={words.module}>
      <header>
        <h3>{words.module}</h3>
        {module === undefined ? <p className="hint">{words.mixed}</p> : null}
      </header>
      <div className="steer-modules" role="group" aria-label={words.module}>
        {modules.map((one, i) => (
          <button
            key={one}
            type="button"
            className="button"
            aria-pressed={module === one}
            onClick={() => steer({ module: one })}
            data-testid={`steer-${one}`}
          >
            {text.wall.modules[one]}
            <kbd aria-hidden="true">{i + 1}</kbd>
          </button>
        ))}
      </div>
      <div className="steer-look">
        <Segmented
          label={words.theme}
          value={shared(walls, (state) => state.theme) ?? none}
          onChange={(theme) => steer({ theme })}
          options={[
            { value: 'dark', text: words.dark },
            { value: 'light', text: words.light },
          ]}
        />
        <Segmented
          label={words.language}
          value={shared(walls, (state) => state.language) ?? none}
          onChange={(language) => steer({ language })}
          options={[
            { value: 'zh-CN', text: '中文' },
            { value: 'en', text: 'English' },
          ]}
        />
        <label className="steer-check">
          <input
            type="checkbox"
            checked={tour === true}
            ref={(box) => {
              if (box) box.indeterminate = tour === undefined
            }}
            onChange={() => steer({ tour: tour !== true })}
            data-testid="steer-tour"
          />
          {words.tourOn}
          <kbd aria-hidden="true">T</kbd>
        </label>
      </div>
    </section>
  )
}
