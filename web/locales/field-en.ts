import type { FieldDictionary } from './field-zh.ts'

export const fieldEn: FieldDictionary = {
  title: 'Field',
  loading: 'Asking for the shift',
  retry: 'Try again',
  close: 'Close',
  cancel: 'Cancel',
  menu: 'This page',
  board: 'See the board',
  failed: 'The field page could not be loaded.',
  noOfficer: {
    title: 'This account belongs to no officer',
    text: 'The field page reports the position of one officer or grid member. Ask an administrator to link the account to one.',
  },
  states: {
    off: { title: 'Off shift', text: 'Nothing is recorded, and nobody can see where you are.' },
    searching: {
      title: 'On shift, locating',
      text: 'Go outside or to a window; the first position may take half a minute.',
    },
    reporting: {
      title: 'On shift and reporting',
      text: 'The command centre sees your position. Keep the screen on and this page in front.',
    },
    keeping: {
      title: 'On shift, kept on the phone',
      text: 'The server cannot be reached. Positions are still recorded on this phone and are sent once it can be; none is lost.',
    },
  },
  why: {
    insecure: {
      title: 'No position: the address is not secure',
      text: 'Browsers tell a position to https addresses only. Open this page by https; where there is none, ask an administrator for Traccar Client on your phone.',
    },
    unsupported: {
      title: 'No position: not in this browser',
      text: 'This browser tells no position. Use the browser of the phone, or Chrome.',
    },
    denied: {
      title: 'No position: not allowed',
      text: 'The permission was refused. Tap the icon left of the address → Permissions → Location → Allow, then “Locate again”. The phone’s own settings must let the browser use the location too.',
    },
    unavailable: {
      title: 'No position: no signal',
      text: 'The phone cannot tell where it is. Switch its location on, go outside or to a window; it goes on by itself.',
    },
    silent: {
      title: 'No position: the phone has gone quiet',
      text: 'No new position for more than 90 seconds. Keep the screen on and this page in front, or tap “Locate again”.',
    },
  },
  again: 'Locate again',
  signOn: 'Sign on',
  signOff: 'Sign off',
  busy: 'One moment…',
  ending: (time) =>
    `Recording ended at ${time}. The server does not know yet that you signed off; it is told once it can be reached.`,
  confirm: {
    title: 'Sign off now?',
    text: 'Recording ends at once, and the command centre no longer sees you.',
    waiting: (count) => `Still waiting to be sent: ${count}. That goes on after you sign off.`,
    stay: 'Stay on shift',
  },
  out: {
    title: 'Sign out of the account?',
    text: 'You are on shift. This page stops reporting, but your shift does not end. To end it, sign off first.',
    go: 'Sign out anyway',
  },
  now: {
    title: 'Now',
    acknowledged: 'Last received',
    never: 'Not yet',
    accuracy: 'Accuracy',
    meters: (meters) => `±${meters} m`,
    poor: (meters) => `±${meters} m, poor`,
    speed: 'Speed',
    speedOf: (kmh) => `${kmh} km/h`,
    standing: 'Standing',
    grid: 'Duty grid',
    noGrid: 'None',
    since: 'Signed on',
    unknown: 'Unknown',
  },
  waiting: {
    none: 'No positions are waiting',
    some: (count) => `Waiting to be sent: ${count}`,
    oldest: (time) => `the oldest of ${time}`,
    offline: 'No connection',
    online: 'Connected',
    volatile:
      'This browser keeps no data: positions that wait are lost when the page is closed. Do not use a private window.',
    refused: 'The server did not take them',
  },
  awake: {
    on: 'The screen is kept on',
    off: 'Keep the screen on: a locked phone stops the browser from locating.',
  },
  battery: (percent) => `Battery at ${percent} %: charge it or dim the screen.`,
  clock: (time) =>
    `This phone’s clock is wrong by ${time}; the server’s time is reported. Switch the automatic time on.`,
  record: {
    title: 'What is recorded, and for how long',
    lines: [
      'Only between signing on and signing off. Off shift nothing is recorded and nothing is shown.',
      'Longitude and latitude, accuracy, speed, direction, time, battery: at most every 5 seconds while you move, about every 30 while you stand.',
      'It is kept for the number of days your administrator has set (180 unless changed); whole days are deleted then.',
      'Who looked at your track, when and why is recorded, and listed below.',
    ],
  },
  looks: {
    title: 'Who looked at my track',
    empty: 'Nobody has looked at your track yet.',
    span: (from, to) => `looked at ${from} to ${to}`,
    more: 'Earlier ones',
    loading: 'Loading who looked',
  },
  refusals: {
    'off-duty': 'This is not your duty; the next one begins {time}. You can sign on 15 minutes before.',
    'off-duty-none':
      'This is not your duty, and you have none in the coming week. Ask whoever keeps the roster.',
    network: 'No connection: you are not signed on. Try again where there is one.',
  },
}
