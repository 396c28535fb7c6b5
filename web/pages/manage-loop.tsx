import { useEffect } from 'react'
import { useGrids } from '../grids/store.ts'
import { ClassesPanel } from '../loop/ClassesPanel.tsx'
import { HoursPanel } from '../loop/HoursPanel.tsx'
import { KeysPanel } from '../loop/KeysPanel.tsx'
import { RulesPanel } from '../loop/RulesPanel.tsx'
import { SettingsPanel } from '../loop/SettingsPanel.tsx'
import { type Part, useLoop } from '../loop/store.ts'
import { useLoopText, useSentence } from '../loop/words.ts'
import { Empty, Skeleton } from '../ui/controls.tsx'
import { Link } from '../ui/Link.tsx'
import { tell } from '../ui/notices.ts'
import { useUnits } from '../units/store.ts'
import './manage-loop.css'

const parts: readonly Part[] = ['classes', 'hours', 'routing', 'dispatch', 'keys']

/** What the closed loop runs on: the classes with their limits, the working hours, who gets what, who is sent first, and who may report from outside. */
export function ManageLoop({ rest }: { rest: string }) {
  const words = useLoopText()
  const sentence = useSentence()
  const { classes, hours, rules, keys, settings, failed, load } = useLoop()
  const town = useGrids((state) => state.town)
  const loadUnits = useUnits((state) => state.load)
  const part = parts.find((one) => one === rest) ?? 'classes'
  useEffect(() => void load(part), [part, load])
  useEffect(() => {
    if (part === 'routing' || part === 'classes') loadUnits().catch(tell)
  }, [part, loadUnits])
  const failure = failed[part]
  const panel =
    part === 'classes'
      ? classes && <ClassesPanel classes={classes} />
      : part === 'hours'
        ? hours && <HoursPanel hours={hours} />
        : part === 'routing'
          ? rules && town && <RulesPanel rules={rules} timeZone={town.timeZone} />
          : part === 'dispatch'
            ? settings && <SettingsPanel settings={settings} />
            : keys && town && <KeysPanel keys={keys} classes={classes ?? []} town={town} />
  return (
    <div className="manage-column is-wide loop">
      <header className="loop-head">
        <h2>{words.title}</h2>
        <nav className="segmented" aria-label={words.tabsLabel}>
          {parts.map((one) => (
            <Link
              key={one}
              to={one === 'classes' ? '/manage/loop' : `/manage/loop/${one}`}
              current={one === part}
              testId={`loop-${one}`}
            >
              {words.tabs[one]}
            </Link>
          ))}
        </nav>
        <p className="hint">{words.leads[part]}</p>
      </header>
      {failure && panel ? (
        <p className="note is-attention" role="status">
          {sentence(failure)}
        </p>
      ) : null}
      {panel ??
        (failure ? (
          <Empty action={{ text: words.retry, onClick: () => void load(part) }}>{sentence(failure)}</Empty>
        ) : (
          <Skeleton label={words.loading} lines={8} />
        ))}
    </div>
  )
}
