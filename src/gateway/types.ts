// The one door: submit a command, or wait until a read of some level may be served here.
import type { Command, IdempotencyKey, Origin, Outcome, Principal } from '../ledger/index.js'

export type ReadLevel = 'linearizable' | 'weak' | 'none'

export type SubmitContext = {
  readonly origin: Origin
  /** Checked again where the command is decided; default: nobody signed in. */
  readonly principal?: Principal | null
  readonly idempotency: IdempotencyKey | null
  /** How long the caller waits for an outcome, from now. */
  readonly timeoutMs: number
}

export type ReadContext = {
  readonly level: ReadLevel
  /** Level none: refuse when this node last heard of a leader longer ago; null = any age. */
  readonly freshnessMs: number | null
  /** Wait until this revision is applied here; 0 = no wait. */
  readonly minRevision: number
  readonly timeoutMs: number
}

/** Why there is no outcome. `known`: nothing happened and nothing will. `unknown`: ask again with the same key. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError'
  constructor(
    readonly code:
      | 'no-leader'
      | 'timeout'
      | 'overloaded'
      /** The leader's program is of another version and does not know this command. */
      | 'not-understood'
      /** Not every member's program is known to be new enough for this command. */
      | 'version-gate'
      /** This node's disk does not answer, while another node leads. */
      | 'disk-stalled'
      | 'stopping'
      | 'too-stale'
      | 'waiting'
      | 'removed'
      | 'diverged',
    readonly outcome: 'known' | 'unknown',
    message: string,
  ) {
    super(message)
  }
}

/** Whether this node takes requests at all; null = yes. */
export type Availability = null | 'waiting' | 'removed' | 'diverged' | 'stopping'

/** What the leader knows of the members. */
export type LeaderView = {
  readonly leaderId: number
  readonly term: number
  readonly lastIndex: number
  readonly voters: readonly number[]
  /** Not empty while a joint change is under way. */
  readonly votersOutgoing: readonly number[]
  readonly learners: readonly number[]
  readonly progress: readonly {
    readonly nodeId: number
    readonly state: 'probe' | 'replicate' | 'snapshot'
    /** Highest index known to be on its disk. */
    readonly match: number
    /** Heard from within about an election timeout. */
    readonly active: boolean
  }[]
}

/** Implemented by the class in this room; the surfaces see only this. */
export interface GatewayView {
  /** @throws GatewayError */
  submit(command: Command, context: SubmitContext): Promise<Outcome>
  /**
   * Resolves when this node's own state may answer; the caller reads before its next await.
   * @returns the applied revision. @throws GatewayError
   */
  read(context: ReadContext): Promise<number>
  /** As of now or a round trip ago. @throws GatewayError no-leader, overloaded, stopping */
  leaderView(timeoutMs: number): Promise<LeaderView>
}
