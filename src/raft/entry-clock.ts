// The time an entry is stamped with: the lower median of the voters' clocks, so that no single clock decides.
import { type Membership, memberIds, type NodeId } from './core/index.js'
import type { Clock } from './ports.js'

type HeardClock = { readonly clockMs: number; readonly heardMs: number }

export class EntryClock {
  readonly #nodeId: NodeId
  readonly #clock: Clock
  readonly #heard = new Map<NodeId, HeardClock>()

  constructor(nodeId: NodeId, clock: Clock) {
    this.#nodeId = nodeId
    this.#clock = clock
  }

  /** A peer told its wall clock just now. @param clockMs 0 or missing = it did not say. */
  heard(nodeId: NodeId, clockMs: number | undefined): void {
    if (clockMs === undefined || !Number.isFinite(clockMs) || clockMs <= 0) return
    this.#heard.set(nodeId, { clockMs, heardMs: this.#clock.monotonicMs() })
  }

  /**
   * Forgets who is no longer a member, so that the map does not grow. Not before a majority of those who vote now is
   * known: until then the clocks of those who left may be all that stands beside the own.
   */
  retain(membership: Membership): void {
    if (!this.#knowsMajority(membership)) return
    // Learners are kept: their clocks count from the moment that they vote.
    const members = new Set(memberIds(membership))
    for (const nodeId of this.#heard.keys()) if (!members.has(nodeId)) this.#heard.delete(nodeId)
  }

  /**
   * Whole milliseconds since 1970. Voters not heard from are left out while a majority is known; until it is, the slowest
   * clock of all that are: an entry is never older than the one before it, so time may stand still, and never runs ahead.
   */
  timeMs(membership: Membership): number {
    const isMajority = this.#knowsMajority(membership)
    const all = new Set([this.#nodeId, ...this.#heard.keys()])
    const known = this.#known(isMajority ? votersOf(membership) : all)
    const chosen = isMajority ? known[Math.floor((known.length - 1) / 2)] : known[0]
    return Math.floor(chosen ?? this.#clock.wallMs())
  }

  /** Between the fastest and the slowest known clock of a voter. */
  skewMs(membership: Membership): number {
    const known = this.#known(votersOf(membership))
    return (known.at(-1) ?? 0) - (known[0] ?? 0)
  }

  #knowsMajority(membership: Membership): boolean {
    const voters = votersOf(membership)
    return this.#known(voters).length > voters.size / 2
  }

  /** Estimates of those clocks now, ascending; who was not heard of is left out. */
  #known(nodeIds: ReadonlySet<NodeId>): number[] {
    const nowMs = this.#clock.monotonicMs()
    const known: number[] = []
    for (const nodeId of nodeIds) {
      const heard = this.#heard.get(nodeId)
      if (nodeId === this.#nodeId) known.push(this.#clock.wallMs())
      else if (heard !== undefined) known.push(heard.clockMs + nowMs - heard.heardMs)
    }
    return known.sort((one, other) => one - other)
  }
}

function votersOf(membership: Membership): Set<NodeId> {
  return new Set([...membership.voters, ...membership.votersOutgoing])
}
