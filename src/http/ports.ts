// What the HTTP room asks of the node it speaks for. Raft is seen through a small shape of its own, so that this
// room need not import it; raft's driver, clock and log fit as they are.
import type { Registry } from 'prom-client'
import type { KeyRing, PasswordHasher, RandomBytes, Sealer, VerifiedTokens } from '../auth/index.js'
import type { GatewayView } from '../gateway/index.js'
import type { StoreView } from '../store/index.js'

export type HttpLog = {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

export type HttpClock = {
  /** Monotonic milliseconds. */
  monotonicMs(): number
  /** Wall clock, milliseconds since 1970: what ends of tokens are compared with. */
  wallMs(): number
  /** Calls once after about `delayMs`; returns a function that cancels. */
  after(delayMs: number, callback: () => void): () => void
}

/** The part of RaftStatus that people are shown. */
export type RaftStatusView = {
  readonly role: 'follower' | 'pre-candidate' | 'candidate' | 'leader'
  readonly term: number
  /** 0 = unknown. */
  readonly leaderId: number
  readonly commit: number
  readonly applied: number
  readonly lastIndex: number
  readonly firstIndex: number
  readonly membership: {
    readonly voters: readonly number[]
    readonly votersOutgoing: readonly number[]
    readonly learners: readonly number[]
    readonly learnersNext: readonly number[]
  }
  /** Leader only; else empty. */
  readonly progress: readonly {
    readonly nodeId: number
    readonly state: 'probe' | 'replicate' | 'snapshot'
    readonly match: number
    readonly active: boolean
  }[]
  readonly leaderHeardMs: number | null
  readonly leaderCommit: number
}

export type RaftView = {
  /** At a follower the wish is passed on to the leader. */
  transferLeadership(target: number): void
  status(): RaftStatusView
  /** Called after role, term or leader changed. Returns a function that unsubscribes. */
  onStatus(listener: (status: { readonly leaderId: number }) => void): () => void
}

export type MemberAddress = {
  readonly nodeId: number
  /** host:port that peers connect to. */
  readonly raftAddress: string
  /** host:port of the HTTP surfaces. */
  readonly apiAddress: string
}

export type ClusterFacts = {
  readonly mode: 'cluster' | 'standalone'
  readonly nodeId: number
  readonly clusterId: number
  /** Addresses as known here and now, whether or not the node is a member yet. */
  addressBook(): readonly MemberAddress[]
  /** The program of a node as it was last met here; null when it was not, in this life of the process. */
  programOf(nodeId: number): { readonly program: string; readonly commandVersion: number } | null
  /** It was a member and was told that it is none any more. */
  removed(): boolean
}

/** One line of /readyz. */
export type ReadinessCheck = {
  readonly name: string
  /** null when ready, else why not, as a clause: 'no leader for 12 s'. */
  check(): string | null
}

/** What tells who asks, and makes what he proves it with. */
export type IdentityTools = {
  readonly verified: VerifiedTokens
  readonly keys: KeyRing
  /** Of what comes into a command and must not stand there in clear. */
  readonly sealer: Sealer
  readonly hasher: PasswordHasher
  /** For the tokens that are made here. */
  readonly random: RandomBytes
}

export type HttpDependencies = {
  readonly gateway: GatewayView
  readonly store: StoreView
  readonly raft: RaftView
  readonly cluster: ClusterFacts
  /** In the order in which a person should read them; the first that fails is the reason given. */
  readonly checks: readonly ReadinessCheck[]
  readonly log: HttpLog
  readonly clock: HttpClock
  readonly identity: IdentityTools
  /** http adds its own metrics; whoever made the registry adds the process's. */
  readonly registry: Registry
  readonly version: string
}
