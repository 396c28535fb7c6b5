import type { Floor, talkPieceRequest } from '../contract/call.ts'
import { floorMs, floorPauseMs, talkPiece, talkRate } from '../contract/call-rules.ts'
import { command } from '../contract/roles.ts'
import type { Db } from '../db/connect.ts'
import { inScope } from '../db/scope.ts'
import { notFound, Refusal } from '../errors.ts'
import type { Roster } from '../units/roster.ts'
import { accountOf, checkOpen, createMeter, type Line } from './line.ts'
import { findSquad } from './queries.ts'

interface Speaker {
  line: Line
  accountId: number
  name: string
  since: number
  heardAt: number
}
interface Squad {
  /** Grids of its officers. */
  paths: readonly number[]
  /** Who has asked to hear it, and whether they may now. */
  listeners: Map<Line, boolean>
  speaker: Speaker | null
  /** Who had the floor last, from when to when. */
  last: { accountId: number; since: number; until: number } | null
}
interface Parts {
  db: Db
  now: () => Date
  roster: Pick<Roster, 'posting' | 'isOpen'>
}

/** A speaker of whom nothing has come for so long has lost the line, and the floor with it. */
const silentMs = 3000

/** Push to talk: one speaks, the rest of the squad on shift and who listens in at the desk hear it. Sound is passed on, never kept. */
export function createTalk({ db, now, roster }: Parts) {
  const squads = new Map<number, Squad>()
  // One and a half times what a microphone makes: a hurried page may catch up, nobody can flood a squad.
  const pieces = createMeter(now, (1.5 * talkRate) / talkPiece, 50)
  // Giving and stopping say something to the others only after one of these.
  const turns = createMeter(now, 1, 20)
  const ms = () => now().getTime()

  const isOwn = (line: Line, unitId: number) => {
    const { officerId } = line.caller()
    return officerId !== null && roster.posting(officerId)?.unitId === unitId
  }
  const isAtDesk = (line: Line, paths: readonly number[]) =>
    command.includes(line.caller().role) && inScope(line.caller(), paths)
  const mayHear = (line: Line, unitId: number, { paths }: Squad) =>
    isAtDesk(line, paths) || (isOwn(line, unitId) && roster.isOpen(line.caller().officerId ?? 0))

  const hearing = ({ listeners }: Squad) => [...listeners].flatMap(([line, may]) => (may ? [line] : []))
  const floorOf = (unitId: number): Floor => {
    const squad = squads.get(unitId)
    if (!squad) return { unitId, speaker: null, listeners: 0 }
    const { speaker } = squad
    return {
      unitId,
      speaker: speaker && { accountId: speaker.accountId, name: speaker.name },
      listeners: Math.max(0, new Set(hearing(squad).map(accountOf)).size - 1),
    }
  }
  function tellFloor(unitId: number, squad: Squad) {
    const floor = floorOf(unitId)
    for (const line of hearing(squad)) line.floor(floor)
  }
  function free(squad: Squad) {
    const { speaker } = squad
    if (speaker) squad.last = { accountId: speaker.accountId, since: speaker.since, until: ms() }
    squad.speaker = null
  }
  function heard(line: Line, unitId: number): Squad {
    const squad = squads.get(unitId)
    if (!squad?.listeners.get(line)) throw new Refusal(409, 'not-listening', 'Listen to this squad first.')
    return squad
  }
  function leave(line: Line, unitId: number) {
    const squad = squads.get(unitId)
    if (!squad?.listeners.delete(line)) return
    if (squad.speaker?.line === line) free(squad)
    tellFloor(unitId, squad)
    if (squad.listeners.size === 0) squads.delete(unitId)
  }
  /** Rights end while somebody listens: a shift, a posting, a grid. Whoever gets them back goes on hearing. */
  function followRights(unitId: number, squad: Squad) {
    const changed = [...squad.listeners].filter(([line, may]) => may !== mayHear(line, unitId, squad))
    for (const [line, may] of changed) {
      squad.listeners.set(line, !may)
      if (may && squad.speaker?.line === line) free(squad)
      if (may) line.floor({ unitId, speaker: null, listeners: 0 })
    }
    if (changed.length > 0) tellFloor(unitId, squad)
  }

  return {
    /** Hears a squad from now on: one's own while on shift (409 else), or at the desk any with officers in one's grids (404 else). */
    async listen(line: Line, { unitId }: { unitId: number }): Promise<Floor> {
      turns.check(line)
      const found = await findSquad(db, unitId)
      checkOpen(line)
      if (!found || !(isOwn(line, unitId) || isAtDesk(line, found.paths))) throw notFound('squad')
      const held = squads.get(unitId) ?? { listeners: new Map(), speaker: null, last: null }
      const squad = Object.assign(held, { paths: found.paths })
      if (!mayHear(line, unitId, squad))
        throw new Refusal(409, 'off-shift', 'A squad is heard on shift only. Sign on first.')
      squads.set(unitId, squad)
      squad.listeners.set(line, true)
      tellFloor(unitId, squad)
      return floorOf(unitId)
    },
    stop(line: Line, { unitId }: { unitId: number }): Floor {
      leave(line, unitId)
      return floorOf(unitId)
    },
    /** Takes the floor for a minute at most, short pauses included. 409 with the name of who has it. */
    take(line: Line, { unitId }: { unitId: number }): Floor {
      turns.check(line)
      const squad = heard(line, unitId)
      const { speaker, last } = squad
      if (speaker && speaker.line !== line)
        throw new Refusal(409, 'floor-taken', `${speaker.name} is speaking.`)
      if (speaker) return floorOf(unitId)
      const [accountId, at] = [accountOf(line), ms()]
      const goesOn = last?.accountId === accountId && at - last.until < floorPauseMs
      const since = goesOn ? last.since : at
      if (at - since >= floorMs)
        throw new Refusal(409, 'floor-rest', 'You have spoken for a minute. Let the others speak first.')
      squad.speaker = { line, accountId, name: line.caller().name, since, heardAt: at }
      tellFloor(unitId, squad)
      return floorOf(unitId)
    },
    give(line: Line, { unitId }: { unitId: number }): Floor {
      const squad = heard(line, unitId)
      if (squad.speaker?.line === line) {
        free(squad)
        tellFloor(unitId, squad)
      }
      return floorOf(unitId)
    },
    /** A piece of sound from whoever has the floor; from anybody else it goes nowhere. */
    sound(line: Line, sent: (typeof talkPieceRequest)['_output']): void {
      const squad = squads.get(sent.unitId)
      if (squad?.speaker?.line !== line || !pieces.takes(line)) return
      squad.speaker.heardAt = ms()
      for (const one of hearing(squad)) if (one !== line && !one.isBehind()) one.sound(sent)
    },
    disconnect(line: Line) {
      for (const unitId of squads.keys()) leave(line, unitId)
    },
    isHearing: (line: Line) => [...squads.values()].some(({ listeners }) => listeners.has(line)),
    /** Takes the floor from whoever had it for its time, or has fallen silent, and the sound from who may hear no more; every second. */
    tick() {
      for (const [unitId, squad] of squads) {
        followRights(unitId, squad)
        const { speaker } = squad
        if (!speaker || (ms() - speaker.since < floorMs && ms() - speaker.heardAt < silentMs)) continue
        free(squad)
        tellFloor(unitId, squad)
      }
    },
  }
}
export type Talk = ReturnType<typeof createTalk>
