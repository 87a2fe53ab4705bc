// What a leader does before it closes anything: it gives its lead away.
import type { Clock, NodeId, Raft, RaftStatus } from '../raft/index.js'

export type HandOverDependencies = {
  readonly raft: Pick<Raft, 'status' | 'roleStatus' | 'onStatus' | 'transferLeadership'>
  readonly clock: Clock
}

/**
 * Gives the lead to the voter that has most of the log, or to the next if that one does not take over, so that clients
 * wait for a round trip and no election.
 * @param options.electionMs a transfer is given up after as long
 * @returns once this node leads no more, or when nobody takes over
 */
export async function handOver(
  options: { readonly electionMs: number },
  { raft, clock }: HandOverDependencies,
): Promise<void> {
  for (const heir of heirs(raft.status())) {
    raft.transferLeadership(heir)
    if (await isRelieved(options.electionMs, { raft, clock })) return
  }
}

/** Empty unless this node leads and others could. */
function heirs({ role, nodeId, progress, membership }: RaftStatus): NodeId[] {
  if (role !== 'leader') return []
  return progress
    .filter(
      peer => peer.nodeId !== nodeId && peer.active && membership.voters.includes(peer.nodeId),
    )
    .sort((left, right) => right.match - left.match)
    .map(peer => peer.nodeId)
}

/** Whether another leads within that time. */
function isRelieved(withinMs: number, { raft, clock }: HandOverDependencies): Promise<boolean> {
  return new Promise(resolve => {
    const look = ({ role, leaderId }: { role: string; leaderId: NodeId }): void => {
      if (role === 'leader' || leaderId === 0) return
      end(true)
    }
    const unsubscribe = raft.onStatus(look)
    const cancel = clock.after(withinMs, () => end(raft.roleStatus().role !== 'leader'))
    const end = (relieved: boolean): void => {
      cancel()
      unsubscribe()
      resolve(relieved)
    }
  })
}
