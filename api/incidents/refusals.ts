import {
  type Action,
  type Actor,
  type LifeFacts,
  returnsBeforeArbitration,
  type Transition,
  transitions,
  type Verdict,
} from '../contract/lifecycle.ts'
import { Refusal } from '../errors.ts'

/** Why a step is not for this actor, in a sentence: 403 for the role, 409 for what stands in the way now. */
export function refusalOf(action: Action, facts: LifeFacts, actor: Actor, verdict: Verdict): Refusal {
  const rule: Transition = transitions[action]
  if (verdict.may === 'ask')
    return new Refusal(
      403,
      'ask',
      `Your role (${actor.role}) may only ask to ${action} an incident; make a request.`,
    )
  const code = verdict.may === 'no' ? verdict.code : 'state'
  switch (code) {
    case 'role':
      return new Refusal(
        403,
        'action',
        `Your role (${actor.role}) may not ${action} an incident; it is for: ${rule.roles.join(', ')}.`,
      )
    case 'four-eyes':
      return new Refusal(
        409,
        code,
        `Nobody may ${action} what they have handled: somebody else must look at it.`,
      )
    case 'arbitration':
      return new Refusal(
        409,
        code,
        facts.arbitrated
          ? 'It has been decided whose this incident is: it cannot be returned again.'
          : action === 'return'
            ? `The incident was returned ${facts.returns} times: the owner of the grid must arbitrate.`
            : `Arbitration follows ${returnsBeforeArbitration} returns; there were ${facts.returns}.`,
      )
    case 'not-yours':
      return new Refusal(409, code, 'This incident was sent to others: it is theirs to move.')
    case 'part':
      return new Refusal(409, code, 'The handling of this incident has no further part: finish it.')
    case 'supervision':
      return new Refusal(409, code, 'Nobody supervises this incident: there is nothing to answer.')
    case 'state':
      return new Refusal(
        409,
        'state',
        `The incident is ${facts.state}; ${action} starts from ${rule.from.join(' or ')}.`,
      )
  }
}
