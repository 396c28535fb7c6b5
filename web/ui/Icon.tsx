const paths = {
  search: 'M10.5 4a6.5 6.5 0 1 0 .01 0ZM15.500 15.500 20 20',
  sound: 'M4 9.500v5h3.500L12 18.500v-13L7.500 9.500ZM15.500 9a4.200 4.200 0 0 1 0 6M18 6.500a8 8 0 0 1 0 11',
  mute: 'M4 9.500v5h3.500L12 18.500v-13L7.500 9.500ZM16 9.500l5 5M21 9.500l-5 5',
  moon: 'M19.500 14.500A8 8 0 0 1 9.500 4.500a8 8 0 1 0 10 10Z',
  sun: 'M12 8a4 4 0 1 0 .01 0ZM12 2.500v2.500M12 19v2.500M2.500 12H5M19 12h2.500M5.300 5.300l1.800 1.800M16.900 16.900l1.800 1.800M18.700 5.300l-1.800 1.800M7.100 16.900l-1.800 1.800',
  language:
    'M4 6h9M8.500 4v2M11 6c-1 4-3.500 7-7 8.500M6 9c1.200 2.500 3 4.200 5.500 5.500M12.500 20l4-10 4 10M14 17h5',
  help: 'M12 3.500a8.500 8.500 0 1 0 .01 0ZM9.500 9.500a2.500 2.500 0 1 1 3.600 2.300c-.8.4-1.100.9-1.100 1.700M12 16.500v.2',
  out: 'M14 5H6v14h8M10 12h10M17 8.500l3.500 3.500-3.500 3.500',
  close: 'M6 6l12 12M18 6 6 18',
  chevron: 'M9 6l6 6-6 6',
  down: 'M6 9l6 6 6-6',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  home: 'M4 11l8-7 8 7M6.500 9.500V19h11V9.500',
  layers: 'M12 4l8.500 4.500L12 13 3.500 8.500ZM4 12.500l8 4.300 8-4.300M4 16.200l8 4.300 8-4.300',
  target: 'M12 5a7 7 0 1 0 .01 0ZM12 2v4M12 18v4M2 12h4M18 12h4',
  trail: 'M5 19c4 0 3-6 7-6s3-8 7-8M5 19h.01M19 5h.01',
  phone:
    'M6 3.500h3.500l1.500 4.500-2.200 1.500a11 11 0 0 0 5.700 5.700L16 13l4.500 1.500V18c0 1.500-1 2.500-2.500 2.500C10.500 20.500 3.500 13.500 3.500 6c0-1.500 1-2.500 2.500-2.500Z',
  warning: 'M12 4 21 19.500H3ZM12 10v4.500M12 17v.2',
  manage: 'M4 6h9M17 6h3M15 4v4M4 12h3M11 12h9M9 10v4M4 18h11M19 18h1M17 16v4',
  upload: 'M12 16V5M7.500 9.500 12 5l4.500 4.500M4.500 15v4.500h15V15',
  download: 'M12 4v11M7.500 10.500 12 15l4.500-4.500M4.500 15v4.500h15V15',
  history: 'M4.500 12a7.500 7.500 0 1 0 2.500-5.600L4.500 8.500M4.500 4v4.500H9M12 8v4.500l3 2',
  check: 'M5 12.500 10 17.500 19 7',
  copy: 'M9 9h10.500v10.500H9ZM15 9V4.500H4.500V15H9',
  undo: 'M9 5 4.500 9.500 9 14M4.500 9.500H14a5 5 0 0 1 0 10h-3',
  eye: 'M2.500 12c2.500-4.500 5.700-6.500 9.500-6.500s7 2 9.500 6.500c-2.500 4.500-5.700 6.500-9.500 6.500s-7-2-9.500-6.500ZM12 9.200a2.800 2.800 0 1 0 .01 0Z',
} as const

export type IconName = keyof typeof paths

/** A line icon of the size of its text; it says nothing to a screen reader, its button does. */
export function Icon({ name }: { name: IconName }) {
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
