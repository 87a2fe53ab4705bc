// Which memberships took force, and whether each entry was committed by a quorum of the one that counts: on synced disks
// of voters, in both halves while joint, learners and removed nodes left out. RAFT_NOTES §6.8: 5, 10 and 12.
import { isDeepStrictEqual } from 'node:util'
import type { Membership } from '../../../src/raft/core/index.js'
import type { ApplyEntry } from '../../../src/raft/index.js'
import { check, type ObservedNode } from '../../raft/core/invariants.js'

/** What the leader may have appended between looking at a learner and asking for its promotion. */
const PROPOSED_MEANWHILE = 20

export class MembersWatch {
  /** In the order of the log; the first is the founders'. */
  readonly #memberships: { readonly index: number; readonly membership: Membership }[]
  readonly #nodes: ReadonlyMap<number, ObservedNode>
  readonly #lagMax: number | null
  #lastIndex = 0

  constructor(
    founders: Membership,
    nodes: ReadonlyMap<number, ObservedNode>,
    lagMax: number | null,
  ) {
    this.#memberships = [{ index: 0, membership: founders }]
    this.#nodes = nodes
    this.#lagMax = lagMax
  }

  /** As of the newest entry that any node applied. */
  get membership(): Membership {
    const last = this.#memberships.at(-1)
    if (last === undefined) throw new Error('there is always a membership')
    return last.membership
  }

  /** Of the memberships by one of which the newest entries came about. */
  get recentVoters(): readonly (readonly number[])[] {
    return this.#memberships
      .slice(-3)
      .map(({ membership }) => [...new Set([...membership.voters, ...membership.votersOutgoing])])
  }

  get changes(): number {
    return this.#memberships.length - 1
  }

  /** @throws when the entry is not where a quorum keeps it, or its membership is not what it must be */
  applied(nodeId: number, { index, term, membership }: ApplyEntry): void {
    if (index <= this.#lastIndex) {
      const known = this.#memberships.find(each => each.index === index)?.membership ?? null
      check(
        isDeepStrictEqual(known, membership),
        `node ${nodeId} has another membership at ${index}`,
      )
      return
    }
    this.#lastIndex = index
    this.#isKept(index, term, membership)
    if (membership === null) return
    check(
      quorumsMeet(this.membership, membership),
      `at ${index} a quorum of ${text(this.membership)} need not meet one of ${text(membership)}`,
    )
    this.#wasClose(index, membership)
    this.#memberships.push({ index, membership })
  }

  /** Whoever is promoted by the leader itself has nearly all of the log on its disk. */
  #wasClose(index: number, { voters }: Membership): void {
    if (this.#lagMax === null) return
    for (const nodeId of voters) {
      if (!this.membership.learners.includes(nodeId)) continue
      const last = this.#nodes.get(nodeId)?.lastDurable ?? 0
      check(
        last >= index - this.#lagMax - PROPOSED_MEANWHILE,
        `learner ${nodeId} becomes a voter at ${index}, and its log ends at ${last}`,
      )
    }
  }

  /**
   * A leader counts by the membership that it has applied: the last one before the entry, or the one before that. Only
   * what leaves a joint configuration is always counted by it, or the new half could begin without what the old one has.
   */
  #isKept(index: number, term: number, membership: Membership | null): void {
    const holders = (ids: readonly number[]) =>
      ids.filter(id => this.#holds(this.#nodes.get(id), index, term))
    const isQuorum = ({ voters, votersOutgoing }: Membership) =>
      [voters, votersOutgoing].every(
        half => half.length === 0 || holders(half).length * 2 > half.length,
      )
    const leaves = this.membership.votersOutgoing.length > 0 && membership !== null
    const counted = this.#memberships.slice(leaves ? -1 : -2).map(each => each.membership)
    check(
      counted.some(isQuorum),
      `entry ${index} of term ${term} is committed, and only ${holders([...this.#nodes.keys()]).join(', ')} of ${text(this.membership)} keep it`,
    )
  }

  #holds(node: ObservedNode | undefined, index: number, term: number): boolean {
    if (node === undefined) return false
    return node.disk.compacted.index >= index || node.durableTermAt(index) === term
  }
}

export function membersOf({ voters, votersOutgoing, learners }: Membership): readonly number[] {
  return [...new Set([...voters, ...votersOutgoing, ...learners])]
}

/** Tried out over all sets of nodes: there are few. */
function quorumsMeet(before: Membership, after: Membership): boolean {
  const ids = [...new Set([...membersOf(before), ...membersOf(after)])]
  const sets = Array.from({ length: 2 ** ids.length }, (_, bits) =>
    ids.filter((_, at) => (bits >> at) & 1),
  )
  // Two quorums miss each other exactly when one lies in what the other leaves out.
  return !sets.some(
    set =>
      decides(before, set) &&
      decides(
        after,
        ids.filter(id => !set.includes(id)),
      ),
  )
}

function decides({ voters, votersOutgoing }: Membership, set: readonly number[]): boolean {
  return [voters, votersOutgoing].every(
    half => half.length === 0 || half.filter(id => set.includes(id)).length * 2 > half.length,
  )
}

export function text({ voters, votersOutgoing, learners }: Membership): string {
  const joint = votersOutgoing.length > 0 ? ` and ${votersOutgoing.join(', ')}` : ''
  const others = learners.length > 0 ? `, learners ${learners.join(', ')}` : ''
  return `voters ${voters.join(', ')}${joint}${others}`
}
