// What the API and the pages both know of calls; free of the schema library, for the browser.

/** A mesh: each sends to each, which a phone bears up to here. */
export const mostInCall = 4
/** Rung longer than this, a call is missed. */
export const ringMs = 30_000
/** Whoever lost the line keeps the place for so long. */
export const awayMs = 20_000
/** Nobody speaks to a squad for longer in one go. */
export const floorMs = 60_000
/** A shorter pause of theirs does not begin a new go. */
export const floorPauseMs = 3000

export const callKinds = ['voice', 'video'] as const
export type CallKind = (typeof callKinds)[number]
/** `elsewhere`: the desk was rung and another of it answered. */
export const personStates = [
  'ringing',
  'joined',
  'left',
  'declined',
  'busy',
  'missed',
  'unreachable',
  'elsewhere',
] as const
export type PersonState = (typeof personStates)[number]
/** `interrupted`: the server went down and nobody came back to it. */
export const callOutcomes = [
  'answered',
  'declined',
  'busy',
  'missed',
  'cancelled',
  'unreachable',
  'interrupted',
] as const
export type CallOutcome = (typeof callOutcomes)[number]

/** Sound of a squad: 8-bit µ-law (G.711), so many samples a second, one channel. */
export const talkRate = 8000
/** Samples of one piece: 60 ms. */
export const talkPiece = 480
