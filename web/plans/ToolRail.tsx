import { usePlansText } from '../locales/plans-text.ts'
import { type Tool, useBench } from './bench.ts'
import { ToolIcon, type ToolIconName } from './ToolIcon.tsx'

type Named = Exclude<ToolIconName, 'undo' | 'redo'>

interface ToolRailProps {
  onMerge: () => void
  onRemove: () => void
  onRecode: () => void
}

/** The tools, each with its name and its key: nobody has to know what an icon means. */
export function ToolRail({ onMerge, onRemove, onRecode }: ToolRailProps) {
  const { tools: words } = usePlansText()
  const { tool, use: take, chosen } = useBench()
  const kept = (name: Tool, key: string) => ({ name, key, on: () => take(name), pressed: tool === name })
  const buttons: { name: Named; key: string; on: () => void; pressed?: boolean; off?: boolean }[] = [
    kept('select', 'V'),
    kept('reshape', 'E'),
    kept('split', 'S'),
    { name: 'merge', key: 'M', on: onMerge, off: chosen.length < 2 },
    kept('move', 'P'),
    kept('draw', 'N'),
    { name: 'remove', key: 'Del', on: onRemove, off: chosen.length !== 1 },
    { name: 'recode', key: '', on: onRecode },
  ]
  return (
    <div className="tool-rail" role="toolbar" aria-label={words.label} aria-orientation="vertical">
      {buttons.map(({ name, key, on, pressed, off }) => (
        <button
          key={name}
          type="button"
          aria-pressed={pressed}
          aria-keyshortcuts={key || undefined}
          disabled={off}
          onClick={on}
          data-testid={`tool-${name}`}
        >
          <ToolIcon name={name} />
          <span>{words[name]}</span>
          {key ? <kbd>{key}</kbd> : null}
        </button>
      ))}
    </div>
  )
}
