import { type DragEvent, type ReactNode, useState } from 'react'
import { Icon } from './Icon.tsx'

interface DropzoneProps {
  label: string
  children: ReactNode
  onFiles: (files: File[]) => void
  testId?: string
}

/** A place to drop files on, and the browser's own choice for whoever has no mouse. */
export function Dropzone({ label, children, onFiles, testId }: DropzoneProps) {
  const [over, setOver] = useState(false)
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    if (event.dataTransfer.files.length > 0) onFiles([...event.dataTransfer.files])
  }
  return (
    <label
      className={`dropzone ${over ? 'is-over' : ''}`}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      data-testid={testId}
    >
      <input
        type="file"
        multiple
        className="visually-hidden"
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])])
          // So that the same file can be chosen again.
          event.target.value = ''
        }}
      />
      <Icon name="upload" />
      <b>{label}</b>
      {children}
    </label>
  )
}
