const paths = {
  select: 'M6 3.500 18.500 12l-6 1.200L9.500 19.500Z',
  reshape:
    'M5 17 9 6l10 3-2 10ZM3.500 17a1.500 1.500 0 1 0 3 0a1.500 1.500 0 1 0-3 0M17.500 9a1.500 1.500 0 1 0 3 0a1.500 1.500 0 1 0-3 0',
  split: 'M4.500 4.500h15v15h-15ZM9 21.500 15 2.500',
  merge: 'M4 5h7v14H4ZM13 5h7v14h-7ZM8 12h8M13.500 9.500 16 12l-2.500 2.500',
  move: 'M4 14.500h6.500V21H4ZM13.500 3H20v6.500h-6.500ZM10.500 14.500l4-4M11 10.500h3.500V14',
  draw: 'M4 9 12 4l8 6-3 9H7ZM12 9v6M9 12h6',
  remove: 'M5 7h14M9.500 7V4.500h5V7M7 7l1 12.500h8L17 7M10.500 10.500v6M13.500 10.500v6',
  recode: 'M9 4 7 20M17 4l-2 16M4.500 9h16M3.500 15h16',
  undo: 'M9 5 4.500 9.500 9 14M4.500 9.500H14a5 5 0 0 1 0 10h-3',
  redo: 'M15 5l4.500 4.500L15 14M19.500 9.500H10a5 5 0 0 0 0 10h3',
} as const
export type ToolIconName = keyof typeof paths

/** A line icon of a tool, of the size of its text; its button says what it is. */
export function ToolIcon({ name }: { name: ToolIconName }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path
        d={paths[name]}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.6"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  )
}
