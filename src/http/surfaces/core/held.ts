// Why a wish for other members is not carried out now, as a clause: what the leader goes by (effects/member-steps.ts),
// told from the leader's view, so that whoever looks at the status sees what has to happen, or takes the wish back.
import { describeRisk, type LeaderView, quorumRisk, riskWithout } from '../../../gateway/index.js'
import type { Member } from '../../../ledger/index.js'

/** null = nothing holds it, or no leader says. */
export function heldReason(
  member: Member,
  book: readonly Member[],
  view: LeaderView,
): string | null {
  const { nodeId, leaving, forced, replaces } = member
  const { voters, learners, progress } = view
  const isActive = (id: number) => progress.find(peer => peer.nodeId === id)?.active === true
  if (leaving === true) {
    const successor = book.find(other => other.replaces === nodeId)
    if (successor !== undefined && !voters.includes(successor.nodeId))
      return `node ${successor.nodeId} has to catch up first`
    const risk = forced === true ? null : riskWithout(nodeId, voters, isActive)
    return risk === null ? null : `without it ${describeRisk(risk)}`
  }
  if (!learners.includes(nodeId)) return null
  if (!isActive(nodeId)) return 'it does not answer the leader: is it started with --join?'
  const risk = quorumRisk([...voters.filter(id => id !== replaces), nodeId], isActive)
  return risk === null ? null : `with it ${describeRisk(risk)}`
}
