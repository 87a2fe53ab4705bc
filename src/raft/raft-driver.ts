// Raft as the rooms above see it: proposals in, indices and status out, and everyone who waits is answered.
import { assert } from '../lib/index.js'
import { AppliedWaiters } from './applied-waiters.js'
import type { Index, MembershipChange, NodeId, ProposeChangeResult } from './core/index.js'
import { CoreLoop, type CoreLoopDependencies } from './core-loop.js'
import type { Raft, RaftDriverOptions, RaftStatus, RoleStatus } from './driver.js'
import { RaftError } from './driver.js'
import type { RaftMetrics } from './metrics.js'
import { PendingChanges } from './pending-changes.js'
import { Reads } from './reads.js'
import type { SnapshotsUnderWay } from './snapshots/snapshot-traffic.js'

/** The driver sets the transport's handlers; whoever made the transport starts it, tells it its peers and closes it. */
export type RaftDriverDependencies = Omit<CoreLoopDependencies, 'metrics'> & {
  readonly metrics?: RaftMetrics
  /** The gateway's frames from other nodes. */
  readonly onApplication?: (from: NodeId, frame: Uint8Array) => void
  /** The disk, the state machine or an assertion failed: nothing is acknowledged any more, and the process should end. Called once. */
  readonly onFatal: (error: Error) => void
}

/** Callers that may wait for a read index, and as many for an applied index. */
const WAITING_READS_MAX = 10_000
/** ReadIndex questions under way at once, of each kind. */
const READ_QUESTIONS_MAX = 16
/** A read index not answered after this many heartbeats is asked again. */
const READ_RETRY_HEARTBEATS = 4

export class RaftDriver implements Raft {
  readonly #dependencies: RaftDriverDependencies
  readonly #metrics: RaftMetrics
  readonly #loop: CoreLoop
  readonly #reads: Reads
  readonly #appliedWaiters: AppliedWaiters
  readonly #changes = new PendingChanges()
  readonly #listeners = new Set<(status: RoleStatus) => void>()
  #life: 'new' | 'started' | 'stopped' = 'new'
  #role: RoleStatus
  #announced: RoleStatus

  constructor(options: RaftDriverOptions, dependencies: RaftDriverDependencies) {
    const { core, clock, random, stateMachine, transport, metrics = {} } = dependencies
    const { heartbeatTicks, electionTicks } = core.options
    assert(options.nodeId === core.options.nodeId, 'driver and core are the same node')
    assert(
      options.stallTicksMax < electionTicks,
      'the ticks after a stall are fewer than an election timeout, or a pause would start an election',
    )
    this.#dependencies = dependencies
    this.#metrics = metrics
    this.#loop = new CoreLoop(
      options,
      { ...dependencies, metrics },
      {
        onTurn: () => this.#reads.flush(),
        onTime: nowMs => this.#expire(nowMs),
        onRole: role => this.#takeRole(role),
        onReadState: readState => this.#reads.answer(readState),
        onEntry: entry => this.#changes.applied(entry),
        onApplied: index => this.#appliedWaiters.advance(index),
        onTurnEnd: () => this.#announce(),
        onFailed: error => this.#fail(error),
      },
    )
    this.#reads = new Reads(
      {
        retryMs: READ_RETRY_HEARTBEATS * heartbeatTicks * options.tickMs,
        callersMax: WAITING_READS_MAX,
        questionsMax: READ_QUESTIONS_MAX,
      },
      { ask: (context, quorum) => core.readIndex(context, quorum), clock, random },
    )
    const { index } = stateMachine.applied
    this.#appliedWaiters = new AppliedWaiters({ waitersMax: WAITING_READS_MAX }, index)
    const { role, term, leaderId } = core.status()
    this.#role = { role, term, leaderId }
    this.#announced = this.#role
    transport.handlers = {
      onMessages: (from, messages) => this.#loop.onMessages(from, messages),
      onApplication: (from, frame) => {
        if (this.#loop.running) dependencies.onApplication?.(from, frame)
      },
      onPeer: this.#loop.onPeer,
    }
  }

  /** Begins to tick, to answer and to apply. A node that is the only voter leads after its first write. */
  start(): void {
    assert(this.#life === 'new', 'a driver starts once')
    this.#life = 'started'
    this.#loop.start()
  }

  /** Rejects who waits, lets the call to the log store under way finish, and closes the log store. */
  async stop(): Promise<void> {
    if (this.#life === 'stopped') return
    this.#life = 'stopped'
    const settled = this.#loop.end()
    this.#rejectAll(new RaftError('stopped', 'this node is stopping'))
    await settled
    // A store that has failed may fail again as it closes; that was told already.
    await this.#dependencies.logStore.close().catch(error => {
      if (!this.#loop.failed) throw error
    })
  }

  /** The core is asked at once, so that the answer is true; it sends what came in one turn together all the same. */
  propose(command: Uint8Array): 'accepted' | 'not-leader' | 'overloaded' {
    const { core } = this.#dependencies
    const answer = this.#loop.attempt(() => core.propose([command], this.#loop.entryTimeMs()))
    this.#loop.schedule()
    return answer ?? 'not-leader'
  }

  async changeMembership(change: MembershipChange, deadlineMs: number): Promise<void> {
    const { core } = this.#dependencies
    const proposed = this.#loop.guard(() => {
      const result = core.proposeChange(change, this.#loop.entryTimeMs())
      const { lastIndex: index, term } = core.status()
      return { result, at: { index, term } }
    })
    this.#loop.schedule()
    if (proposed === undefined) throw notRunning()
    const { result, at } = proposed
    if (result !== 'accepted') throw changeRefused(result, this.#role.leaderId)
    return this.#changes.wait(at, deadlineMs)
  }

  async readIndex(quorum: boolean, deadlineMs: number): Promise<Index> {
    if (!this.#loop.running) throw notRunning()
    this.#loop.schedule()
    return this.#reads.wait(quorum, deadlineMs)
  }

  async waitApplied(index: Index, deadlineMs: number): Promise<void> {
    if (!this.#loop.running) throw notRunning()
    return this.#appliedWaiters.wait(index, deadlineMs)
  }

  /** As of the last turn of the loop. */
  status(): RaftStatus {
    return this.#loop.status()
  }

  snapshotsUnderWay(): SnapshotsUnderWay {
    return this.#loop.snapshotsUnderWay() ?? { sending: [], receiving: null }
  }

  /** What an entry of this turn would be stamped with, were this node the leader: ms since 1970. */
  entryTimeMs(): number {
    return this.#loop.entryTimeMs()
  }

  roleStatus(): RoleStatus {
    return this.#role
  }

  get diskStalled(): boolean {
    return this.#loop.diskStalled
  }

  onStatus(listener: (status: RoleStatus) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  transferLeadership(target: NodeId): void {
    this.#loop.guard(() => this.#dependencies.core.transferLeadership(target))
    this.#loop.schedule()
  }

  sendApplication(to: NodeId, frame: Uint8Array): void {
    if (this.#loop.running) this.#dependencies.transport.sendApplication(to, frame)
  }

  /** The cluster's beginning is complete, or this node was added: from now on it votes and may lead. */
  allowVote(): void {
    this.#loop.guard(() => {
      this.#dependencies.core.allowVote()
      this.#loop.campaignIfAlone()
    })
  }

  /** This node was removed from the cluster: it stays quiet from now on. */
  retire(): void {
    this.#loop.guard(() => this.#dependencies.core.retire())
  }

  #expire(nowMs: number): void {
    this.#reads.expire(nowMs)
    this.#appliedWaiters.expire(nowMs)
    this.#changes.expire(nowMs)
  }

  #takeRole(role: RoleStatus): void {
    const { leaderId, term } = this.#role
    this.#role = role
    if (role.leaderId === leaderId && role.term === term) return
    if (role.leaderId !== 0) this.#metrics.electionsTotal?.()
    this.#reads.leaderChanged(role.leaderId)
    this.#loop.schedule()
  }

  /** Listeners hear of it once the turn is over, so that what they propose finds the core at rest. */
  #announce(): void {
    if (this.#announced === this.#role) return
    this.#announced = this.#role
    const { role, term, leaderId } = this.#role
    this.#dependencies.log.info({ role, term, leaderId }, 'role, term or leader changed')
    for (const listener of [...this.#listeners]) listener(this.#role)
  }

  #fail(error: Error): void {
    const { log, onFatal } = this.#dependencies
    log.error({ err: error }, 'this node acknowledges nothing any more: it cannot go on')
    this.#rejectAll(new RaftError('stopped', 'this node stopped after a fatal error'))
    onFatal(error)
  }

  #rejectAll(reason: RaftError): void {
    this.#reads.rejectAll(reason)
    this.#appliedWaiters.rejectAll(reason)
    this.#changes.rejectAll(reason)
    const { role, term, leaderId } = this.#role
    if (role !== 'follower' || leaderId !== 0) this.#role = { role: 'follower', term, leaderId: 0 }
    this.#announce()
  }
}

const CHANGE_REFUSALS = {
  'change-in-flight': 'another change of members is under way; try again when it is done',
  'term-not-committed': 'the leader was just elected and has committed nothing yet; try again',
  invalid: 'the change asks for something impossible, such as a cluster without voters',
} as const

function changeRefused(
  result: Exclude<ProposeChangeResult, 'accepted'>,
  leaderId: NodeId,
): RaftError {
  if (result !== 'not-leader') return new RaftError('change-refused', CHANGE_REFUSALS[result])
  if (leaderId === 0) return new RaftError('no-leader', 'the cluster has no leader now')
  return new RaftError('change-refused', `only the leader changes members: it is node ${leaderId}`)
}

function notRunning(): RaftError {
  return new RaftError('stopped', 'this node is not running')
}
