// The one door: stamps a command and sees it through to its outcome, whoever leads and however often that changes.
// A command is named by (session, sequence); the ledger applies it once however often it is handed to a leader. Its
// outcome is taken from this node's own apply, so an answered client reads its own write here at any level.
import type { Command, Outcome, Request } from '../ledger/index.js'
import { COMMAND_VERSION, commandVersionOf } from '../ledger/index.js'
import {
  type Clock,
  type Log,
  type NodeId,
  type Raft,
  RaftError,
  type RoleStatus,
} from '../raft/index.js'
import {
  type AppliedRequest,
  encodeRequest,
  readRequestAhead,
  type StoreView,
} from '../store/index.js'
import {
  decodeForwardFrame,
  encodeForwardFrame,
  type ForwardedCommand,
  frameParts,
  type RefusalReason,
} from './forward-frame.js'
import { LeaderViews } from './leader-view.js'
import { type PendingCommand, PendingCommands } from './pending.js'
import {
  type Availability,
  GatewayError,
  type GatewayView,
  type LeaderView,
  type ReadContext,
  type SubmitContext,
} from './types.js'

export type GatewayOptions = {
  readonly nodeId: NodeId
  /** How often this node's daemon has started: its session (thesis 6.3). */
  readonly sessionStart: number
  /** Commands under way at once; above it a request is refused with `overloaded`. */
  readonly pendingMax: number
  /** A command without an outcome is handed over again after this long, then twice as long, and so on. */
  readonly resendMs: number
  /** How often deadlines and resends are looked at. */
  readonly sweepMs: number
}

export const gatewayDefaults = { pendingMax: 20_000, resendMs: 500, sweepMs: 25 } as const

export type GatewayDependencies = {
  readonly raft: Raft
  readonly store: StoreView
  readonly clock: Clock
  readonly log: Log
  /** Highest version of a command that every member is known to apply; asked on the leader. Default: this program's. */
  readonly versionLimit?: () => number
}

const RESEND_DOUBLINGS_MAX = 4

export class Gateway implements GatewayView {
  readonly #options: GatewayOptions
  readonly #dependencies: GatewayDependencies
  readonly #pending = new PendingCommands()
  readonly #views: LeaderViews
  readonly #unsubscribe: (() => void)[]
  /** Commands that go to the leader with this turn's frame; only such as are still pending by then. */
  readonly #outbox = new Set<PendingCommand>()
  #nextSequence = 1
  #availability: Availability = null
  #cancelSweep: () => void

  constructor(options: GatewayOptions, dependencies: GatewayDependencies) {
    this.#options = options
    this.#dependencies = dependencies
    this.#views = new LeaderViews(options, dependencies)
    this.#unsubscribe = [
      dependencies.store.onApplied(requests => this.#onApplied(requests)),
      dependencies.raft.onStatus(status => this.#onStatus(status)),
    ]
    this.#cancelSweep = this.#scheduleSweep()
  }

  async submit(command: Command, context: SubmitContext): Promise<Outcome> {
    this.#assertAvailable()
    this.#assertApplies()
    if (this.#pending.size >= this.#options.pendingMax) {
      throw new GatewayError('overloaded', 'known', 'too many requests are under way on this node')
    }
    const sequence = this.#nextSequence++
    const principal = context.principal ?? null
    const version = commandVersionOf(command, principal)
    const request: Request = {
      version,
      session: { nodeId: this.#options.nodeId, start: this.#options.sessionStart },
      sequence,
      awaitedFrom: this.#pending.awaitedFrom(sequence),
      origin: context.origin,
      principal,
      idempotency: context.idempotency,
      command,
    }
    const deadlineMs = this.#dependencies.clock.monotonicMs() + context.timeoutMs
    const bytes = encodeRequest(request)
    const pending = this.#pending.add(sequence, { bytes, version, deadlineMs })
    this.#hand(pending)
    return pending.answer.promise
  }

  async read(context: ReadContext): Promise<number> {
    this.#assertAvailable()
    const { raft, store, clock } = this.#dependencies
    const deadlineMs = clock.monotonicMs() + context.timeoutMs
    try {
      let index = context.minRevision
      if (context.level === 'none') this.#assertFresh(context.freshnessMs)
      else
        index = Math.max(index, await raft.readIndex(context.level === 'linearizable', deadlineMs))
      if (index > store.appliedIndex()) {
        this.#assertApplies()
        await raft.waitApplied(index, deadlineMs)
      }
      return store.appliedIndex()
    } catch (error) {
      throw asGatewayError(error)
    }
  }

  async leaderView(timeoutMs: number): Promise<LeaderView> {
    this.#assertAvailable()
    return this.#views.ask(timeoutMs)
  }

  /** Frames from other nodes' gateways; the peer link hands them over unread. */
  onFrame(from: NodeId, bytes: Uint8Array): void {
    if (this.#views.onFrame(from, bytes)) return
    const frame = decodeForwardFrame(bytes)
    if (frame === null) {
      this.#dependencies.log.warn({ from, bytes: bytes.length }, 'unreadable frame for the gateway')
    } else if (frame.type === 'forward') {
      this.#takeForwarded(from, frame.start, frame.commands)
    } else if (frame.start === this.#options.sessionStart) {
      for (const sequence of frame.sequences) this.#onRefused(sequence, frame.reason)
    }
  }

  /**
   * null = takes requests. Requests already taken go on either way, but for those of a removed node: their outcome would
   * come with the log, and no more of it comes.
   */
  setAvailability(availability: Availability): void {
    this.#availability = availability
    if (availability === 'removed' || availability === 'diverged')
      this.#giveUp(availability, availabilityMessage[availability])
  }

  /** Commands whose outcome is awaited. */
  pendingCount(): number {
    return this.#pending.size
  }

  /** Everything still awaited is answered: unknown if it was ever handed over. */
  close(): void {
    this.#availability = 'stopping'
    this.#cancelSweep()
    this.#outbox.clear()
    this.#views.close()
    for (const unsubscribe of this.#unsubscribe) unsubscribe()
    this.#giveUp('stopping', availabilityMessage.stopping)
  }

  #giveUp(code: 'stopping' | 'removed' | 'diverged', message: string): void {
    for (const command of [...this.#pending.all()])
      this.#pending.reject(command, unanswered(code, command, message))
  }

  #assertAvailable(): void {
    if (this.#availability === null) return
    throw new GatewayError(this.#availability, 'known', availabilityMessage[this.#availability])
  }

  /**
   * What another leader decides is applied here when it is on the own disk, so nobody is kept waiting for a disk that
   * does not answer. A leader takes requests all the same: it leads on only when no other node could, and may recover.
   */
  #assertApplies(): void {
    const { raft } = this.#dependencies
    if (!raft.diskStalled || raft.roleStatus().role === 'leader') return
    const message = 'the disk of this node does not answer; ask another node'
    throw new GatewayError('disk-stalled', 'known', message)
  }

  #assertFresh(freshnessMs: number | null): void {
    if (freshnessMs === null) return
    const heardMs = this.#dependencies.raft.status().leaderHeardMs
    if (heardMs !== null && heardMs <= freshnessMs) return
    const age = heardMs === null ? 'never' : `${Math.round(heardMs)} ms ago`
    throw new GatewayError('too-stale', 'known', `this node last heard from a leader ${age}`)
  }

  #onApplied(requests: readonly AppliedRequest[]): void {
    const { nodeId, sessionStart } = this.#options
    for (const { session, sequence, outcome } of requests) {
      if (session.nodeId !== nodeId || session.start !== sessionStart) continue
      this.#pending.resolve(sequence, outcome)
    }
  }

  /** A new leader may never have seen what was handed to the old one: everything awaited is handed over again. */
  #onStatus(status: RoleStatus): void {
    if (status.leaderId === 0) return
    for (const command of [...this.#pending.all()]) this.#hand(command)
  }

  #hand(command: PendingCommand): void {
    const { raft, clock } = this.#dependencies
    const doublings = Math.min(command.handed, RESEND_DOUBLINGS_MAX)
    command.resendAtMs = clock.monotonicMs() + this.#options.resendMs * 2 ** doublings
    const { role, leaderId } = raft.roleStatus()
    if (role !== 'leader') {
      if (leaderId !== 0) this.#enqueue(command)
      return
    }
    command.handed += 1
    const answer = this.#mayLog(command.version) ? raft.propose(command.bytes) : 'too-new'
    if (answer !== 'accepted') this.#onRefused(command.sequence, answer)
  }

  #enqueue(command: PendingCommand): void {
    this.#outbox.add(command)
    if (this.#outbox.size === 1) this.#dependencies.clock.soon(() => this.#flush())
  }

  /** Whoever was answered since, because its deadline passed while the process stood still, is not handed over any more. */
  #flush(): void {
    const { raft } = this.#dependencies
    const { role, leaderId } = raft.roleStatus()
    const commands = [...this.#outbox].filter(command => this.#pending.has(command))
    this.#outbox.clear()
    if (role === 'leader') for (const command of commands) this.#hand(command)
    if (role === 'leader' || leaderId === 0) return
    const start = this.#options.sessionStart
    for (const part of frameParts(commands)) {
      for (const command of part) command.handed += 1
      raft.sendApplication(leaderId, encodeForwardFrame({ type: 'forward', start, commands: part }))
    }
  }

  #takeForwarded(from: NodeId, start: number, commands: readonly ForwardedCommand[]): void {
    const { raft } = this.#dependencies
    const refused = new Map<RefusalReason, number[]>()
    for (const { sequence, bytes } of commands) {
      const answer = this.#proposeForwarded(from, bytes)
      if (answer === 'accepted') continue
      const sequences = refused.get(answer)
      if (sequences === undefined) refused.set(answer, [sequence])
      else sequences.push(sequence)
    }
    for (const [reason, sequences] of refused) {
      raft.sendApplication(from, encodeForwardFrame({ type: 'refused', start, reason, sequences }))
    }
  }

  /** What is in the log stops every node that cannot read it, so it is read here first (decision 31). */
  #proposeForwarded(from: NodeId, bytes: Uint8Array): 'accepted' | RefusalReason {
    const { raft, log } = this.#dependencies
    let version: number
    try {
      version = readRequestAhead(bytes).version
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      log.warn({ from, reason }, 'a forwarded command cannot be read here and is refused')
      return 'unreadable'
    }
    return this.#mayLog(version) ? raft.propose(bytes) : 'too-new'
  }

  /** What is in the log stops every member that cannot apply it (decision 44). */
  #mayLog(version: number): boolean {
    const { versionLimit } = this.#dependencies
    // The first version is everybody's, and nearly every command's.
    return version === 1 || version <= (versionLimit?.() ?? COMMAND_VERSION)
  }

  /** `handed` counts this try. The only one, and refused: certainly in no log. Otherwise an earlier copy may still be applied. */
  #onRefused(sequence: number, reason: RefusalReason): void {
    const command = this.#pending.get(sequence)
    if (command === undefined) return
    if (command.handed === 1) command.handed = 0
    if (reason === 'not-leader' || command.handed > 0) return
    const { code, message } = refusals[reason]
    this.#pending.reject(command, new GatewayError(code, 'known', message))
  }

  #scheduleSweep(): () => void {
    return this.#dependencies.clock.after(this.#options.sweepMs, () => {
      this.#sweep()
      this.#cancelSweep = this.#scheduleSweep()
    })
  }

  #sweep(): void {
    const now = this.#dependencies.clock.monotonicMs()
    this.#views.sweep(now)
    for (const command of [...this.#pending.all()]) {
      if (now >= command.deadlineMs) {
        const message = 'no outcome was known before the deadline'
        this.#pending.reject(command, unanswered('timeout', command, message))
      } else if (now >= command.resendAtMs) {
        this.#hand(command)
      }
    }
  }
}

const availabilityMessage = {
  waiting: 'this node waits to be added to a cluster',
  removed: 'this node was removed from its cluster',
  diverged: 'the state of this node differs from that of the majority; ask another node',
  stopping: 'this node is stopping',
} as const

const refusals = {
  overloaded: {
    code: 'overloaded',
    message: 'the leader has too much uncommitted work; try again shortly',
  },
  unreadable: {
    code: 'not-understood',
    message: 'the leader cannot read this command: its program is of another version than this one',
  },
  'too-new': {
    code: 'version-gate',
    message:
      'not every node is known to have a program that is new enough for this: upgrade those that `ipam cluster status` shows with a lower command version, and start those that it shows with none',
  },
} as const

function unanswered(
  code: 'timeout' | 'stopping' | 'removed' | 'diverged',
  command: PendingCommand,
  message: string,
): GatewayError {
  if (command.handed > 0) return new GatewayError(code, 'unknown', message)
  return code === 'timeout'
    ? new GatewayError('no-leader', 'known', 'the cluster had no leader before the deadline')
    : new GatewayError(code, 'known', message)
}

function asGatewayError(error: unknown): unknown {
  if (!(error instanceof RaftError)) return error
  const code = {
    'no-leader': 'no-leader',
    deadline: 'timeout',
    stopped: 'stopping',
    overloaded: 'overloaded',
    'change-refused': 'no-leader',
  } as const
  return new GatewayError(code[error.code], 'known', error.message)
}
