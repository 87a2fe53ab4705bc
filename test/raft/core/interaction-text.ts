// What a node is said to be, in etcd-io/raft's words: entries, states and progress, written and read.
import type { Entry, RaftNodeStatus } from '../../../src/raft/core/index.js'
import { isVoter } from '../../../src/raft/core/membership.js'
import { decodeMembershipChange } from '../../../src/raft/core/membership-codec.js'

const letters = { voter: 'v', learner: 'l', remove: 'r', update: 'u' } as const

export const roleNames = {
  follower: 'StateFollower',
  'pre-candidate': 'StatePreCandidate',
  candidate: 'StateCandidate',
  leader: 'StateLeader',
} as const

const progressNames = {
  probe: 'StateProbe',
  replicate: 'StateReplicate',
  snapshot: 'StateSnapshot',
} as const

/** term/index, kind and content; etcd's two formats of a membership change are one to us. */
export function describeEntry({ term, index, kind, data }: Entry): string {
  const place = `${term}/${index}`
  if (kind !== 'membership') return `${place} EntryNormal "${new TextDecoder().decode(data)}"`
  const { changes } = decodeMembershipChange(data)
  const words = changes.map(({ type, nodeId }) => ` ${letters[type]}${nodeId}`)
  return `${place} EntryConfChange${words.join('')}`
}

/** An entry as etcd prints it, in the form of `describeEntry`; null when the line is none. */
export function readEntry(line: string): string | null {
  const text = line.trim()
  if (!/^\d+\/\d+ Entry/.test(text)) return null
  return text.replace(/ EntryConfChange(V2)?/, ' EntryConfChange')
}

export function indexOf(entryText: string): number {
  return Number(/^\d+\/(\d+)/.exec(entryText)?.[1])
}

export function describeState(status: RaftNodeStatus): string {
  const { nodeId, role, term, leaderId, membership } = status
  const part = isVoter(membership, nodeId) ? 'Voter' : 'Non-Voter'
  return `${nodeId}: ${roleNames[role]} (${part}) Term:${term} Lead:${leaderId}`
}

/** How far each follower is, and how it is sent to. */
export function describeProgress({ progress }: RaftNodeStatus): string[] {
  return progress.map(({ nodeId, state, match, next, learner }) => {
    return `${nodeId}: ${progressNames[state]} match=${match} next=${next}${learner ? ' learner' : ''}`
  })
}

/** Windows and silences are not told by our core; what they lead to is seen in match and next. */
export function readProgress(line: string): string {
  return line.replace(/ (paused|inactive|pendingSnap=\d+|inflight=\d+(\[full\])?)/g, '')
}
