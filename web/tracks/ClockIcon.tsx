const paths = {
  play: 'M8 5.500v13l10.500-6.500Z',
  pause: 'M8 5.500v13M16 5.500v13',
  back: 'M12 6 6 12l6 6M18.500 6l-6 6 6 6',
  forward: 'M12 6l6 6-6 6M5.500 6l6 6-6 6',
} as const

/** The signs of the playback's clock, drawn like the board's own. */
export function ClockIcon({ name }: { name: keyof typeof paths }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path
        d={paths[name]}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.9"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  )
}
