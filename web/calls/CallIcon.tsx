const paths = {
  video: 'M3.500 7h11v10h-11ZM14.500 11l6-3.500v9l-6-3.500',
  videoOff: 'M3.500 7h11v10h-11ZM14.500 11l6-3.500v9l-6-3.500M3 3.500l18 17',
  microphone:
    'M12 3.500a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0v-5a3 3 0 0 0-3-3ZM5.500 11a6.500 6.500 0 0 0 13 0M12 17.500v3.500',
  microphoneOff:
    'M12 3.500a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0v-5a3 3 0 0 0-3-3ZM5.500 11a6.500 6.500 0 0 0 13 0M12 17.500v3.500M4 3.500l16 17',
  hangUp:
    'M3.500 14.500c0-1.500.7-2.600 2-3.400 4-2.400 9-2.400 13 0 1.300.8 2 1.900 2 3.400v1.500l-5 .5-1-3.200c-1.600-.5-3.400-.5-5 0l-1 3.200-5-.5Z',
  turn: 'M4 9h11.500M12 5.500 15.500 9 12 12.500M20 15H8.500M12 11.500 8.500 15l3.500 3.500',
  frame: 'M4 8h3.500l1.500-2.500h6L16.500 8H20v11H4ZM12 10a3.500 3.500 0 1 0 .01 0Z',
  person:
    'M10 4.500a3.500 3.500 0 1 0 .01 0ZM3.500 19.500c.5-4 3-6 6.500-6s6 2 6.500 6M18.500 8v6M15.500 11h6',
  small: 'M5 17h14',
  large: 'M5 5h14v14H5Z',
  radio: 'M7 9h10v11H7ZM9.500 9V3.500M10 12.500h4M10 15h4M10 17.500h4',
} as const

/** The signs of a call, drawn like the board's own. */
export function CallIcon({ name }: { name: keyof typeof paths }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path
        d={paths[name]}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.7"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  )
}
