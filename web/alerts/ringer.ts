import { type AlertSeverity, rankOf } from '../../api/contract/alert-rules.ts'

/** A storm is one sound: what comes within this time is silent, unless it is graver. */
const apartMs = 3000
/** Something urgent that nobody has acknowledged sounds again. */
const repeatMs = 30_000

/** Decides what sounds when; `ring` is told what has arrived, and asked again about once a second while something urgent waits. */
export function createRinger() {
  let last: { at: number; severity: AlertSeverity } | null = null
  return {
    /** The sound to make at a moment (ms), or none. */
    ring(at: number, { arrived, waiting }: { arrived: AlertSeverity | null; waiting: boolean }) {
      const since = last ? at - last.at : Number.POSITIVE_INFINITY
      const graver = arrived !== null && last !== null && rankOf(arrived) > rankOf(last.severity)
      const sound =
        arrived !== null && (since >= apartMs || graver)
          ? arrived
          : waiting && since >= repeatMs
            ? 'urgent'
            : null
      if (sound) last = { at, severity: sound }
      return sound
    },
  }
}
