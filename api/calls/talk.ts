import type { Floor, talkPieceRequest } from '../contract/call.ts'
import { floorMs, talkPiece, talkRate } from '../contract/call-rules.ts'
import { command } from '../contract/roles.ts'
import type { Db } from '../db/connect.ts'
import { inScope } from '../db/scope.ts'
import { notFound, Refusal } from '../errors.ts'
import type { Roster } from '../units/roster.ts'
import { accountOf, createMeter, type Line } from './line.ts'
import { findSquad } from './queries.ts'

interface Squad {
  listeners: Set<Line>
  speaker: { line: Line; accountId: number; name: string; since: number; heardAt: number } | null
}
interface Parts {
  db: Db
  now: () => Date
  roster: Pick<Roster, 'posting'>
}

/** A speaker of whom nothing has come for so long has lost the line, and the floor with it. */
const silentMs = 3000

/** Push to talk: one speaks, the rest of the squad and who listens in at the desk hear it. Sound is passed on, never kept. */
export function createTalk({ db, now, roster }: Parts) {
  const squads = new Map<number, Squad>()
  // One and a half times what a microphone makes: a hurried page may catch up, nobody can flood a squad.
  const pieces = createMeter(now, (1.5 * talkRate) / talkPiece, 50)
  const ms = () => now().getTime()

  const floorOf = (unitId: number): Floor => {
    const { speaker, listeners } = squads.get(unitId) ?? { speaker: null, listeners: new Set() }
    return {
      unitId,
      speaker: speaker && { accountId: speaker.accountId, name: speaker.name },
      listeners: Math.max(0, new Set([...listeners].map(accountOf)).size - 1),
    }
  }
  function tellFloor(unitId: number) {
    const floor = floorOf(unitId)
    for (const line of squads.get(unitId)?.listeners ?? []) line.floor(floor)
  }
  function heard(line: Line, unitId: number): Squad {
    const squad = squads.get(unitId)
    if (!squad?.listeners.has(line)) throw new Refusal(409, 'not-listening', 'Listen to this squad first.')
    return squad
  }
  function leave(line: Line, unitId: number) {
    const squad = squads.get(unitId)
    if (!squad?.listeners.delete(line)) return
    if (squad.speaker?.line === line) squad.speaker = null
    tellFloor(unitId)
    if (squad.listeners.size === 0) squads.delete(unitId)
  }

  return {
    /** Hears a squad from now on: one's own, or at the desk any with officers in one's grids (404 else). */
    async listen(line: Line, { unitId }: { unitId: number }): Promise<Floor> {
      const caller = line.caller()
      const squad = await findSquad(db, unitId)
      const own = caller.officerId !== null && roster.posting(caller.officerId)?.unitId === unitId
      if (!squad || !(own || (command.includes(caller.role) && inScope(caller, squad.paths))))
        throw notFound('squad')
      const held = squads.get(unitId) ?? { listeners: new Set(), speaker: null }
      squads.set(unitId, held)
      held.listeners.add(line)
      tellFloor(unitId)
      return floorOf(unitId)
    },
    stop(line: Line, { unitId }: { unitId: number }): Floor {
      leave(line, unitId)
      return floorOf(unitId)
    },
    /** Takes the floor for a minute at most. 409 with the name of who has it. */
    take(line: Line, { unitId }: { unitId: number }): Floor {
      const squad = heard(line, unitId)
      if (squad.speaker && squad.speaker.line !== line)
        throw new Refusal(409, 'floor-taken', `${squad.speaker.name} is speaking.`)
      const at = ms()
      squad.speaker ??= { line, accountId: accountOf(line), name: line.caller().name, since: at, heardAt: at }
      tellFloor(unitId)
      return floorOf(unitId)
    },
    give(line: Line, { unitId }: { unitId: number }): Floor {
      const squad = heard(line, unitId)
      if (squad.speaker?.line === line) {
        squad.speaker = null
        tellFloor(unitId)
      }
      return floorOf(unitId)
    },
    /** A piece of sound from whoever has the floor; from anybody else it goes nowhere. */
    sound(line: Line, sent: (typeof talkPieceRequest)['_output']): void {
      const squad = squads.get(sent.unitId)
      if (squad?.speaker?.line !== line || !pieces.takes(line)) return
      squad.speaker.heardAt = ms()
      for (const one of squad.listeners) if (one !== line && !one.isBehind()) one.sound(sent)
    },
    disconnect(line: Line) {
      for (const unitId of squads.keys()) leave(line, unitId)
    },
    /** Takes the floor from whoever had it for its time, or has fallen silent; called every second. */
    tick() {
      for (const [unitId, squad] of squads) {
        const { speaker } = squad
        if (!speaker || (ms() - speaker.since < floorMs && ms() - speaker.heardAt < silentMs)) continue
        squad.speaker = null
        tellFloor(unitId)
      }
    },
  }
}
export type Talk = ReturnType<typeof createTalk>
