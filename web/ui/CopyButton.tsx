import { useState } from 'react'
import { Icon } from './Icon.tsx'

interface CopyButtonProps {
  value: string
  label: string
  done: string
}

/** Puts a text on the clipboard and says so; where the browser gives none (plain http), selects it to be copied by hand. */
export function CopyButton({ value, label, done }: CopyButtonProps) {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    await write(value)
    setCopied(true)
    setTimeout(() => setCopied(false), 2000)
  }
  return (
    <button type="button" className="text-button" onClick={() => void copy()} title={label}>
      <Icon name={copied ? 'check' : 'copy'} />
      <span role="status">{copied ? done : label}</span>
    </button>
  )
}

async function write(value: string): Promise<void> {
  // The clipboard is there only on https and localhost; a town's network often has neither.
  if (isSecureContext) return navigator.clipboard.writeText(value)
  const area = document.createElement('textarea')
  area.value = value
  area.className = 'visually-hidden'
  // Over plain http; within a dialog nothing outside of it can be selected.
  ;(document.querySelector('dialog[open]') ?? document.body).append(area)
  area.select()
  document.execCommand('copy')
  area.remove()
}
