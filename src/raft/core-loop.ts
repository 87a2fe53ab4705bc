// The one loop of a node: takes Ready from the core, sends, writes and applies it, and tells what came of it.
import { assert } from '../lib/index.js'
import { ApplyLoop } from './apply-loop.js'
import { Campaigns } from './campaigns.js'
import { compactionCut } from './compaction.js'
import type {
  Index,
  Message,
  NodeId,
  RaftNode,
  ReadState,
  Ready,
  SnapshotMark,
  Wanted,
  Write,
} from './core/index.js'
import { DiskWatch } from './disk-watch.js'
import type { RaftDriverOptions, RaftStatus, RoleStatus } from './driver.js'
import { EntryClock } from './entry-clock.js'
import { LeaderContact } from './leader-contact.js'
import { LogWriter } from './log-writer.js'
import type { RaftMetrics } from './metrics.js'
import { Outbox } from './outbox.js'
import type {
  ApplyEntry,
  Clock,
  Log,
  LogStore,
  Random,
  StateMachine,
  Transport,
  TransportHandlers,
} from './ports.js'
import { SnapshotDuties } from './snapshots/snapshot-duties.js'
import type { SnapshotPorts, SnapshotsUnderWay } from './snapshots/snapshot-traffic.js'
import { Ticker } from './ticker.js'

export type CoreLoopDependencies = {
  readonly core: RaftNode
  readonly logStore: LogStore
  readonly transport: Transport
  readonly stateMachine: StateMachine
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly metrics: RaftMetrics
  /** Without them no snapshot travels, and the log is cut only where every member has it. */
  readonly snapshots?: SnapshotPorts
}

/** What the loop tells of; all of it is called inside a turn, where a throw is fatal. */
export type CoreLoopEvents = {
  /** Messages and ticks were taken in; what is asked of the core now is part of this turn. */
  readonly onTurn: () => void
  readonly onTime: (nowMs: number) => void
  readonly onRole: (role: RoleStatus) => void
  readonly onReadState: (readState: ReadState) => void
  readonly onEntry: (entry: ApplyEntry) => void
  readonly onApplied: (index: Index) => void
  readonly onTurnEnd: () => void
  /** Outside any turn: the disk, the state machine or an assertion failed, and the loop has ended. Called once. */
  readonly onFailed: (error: Error) => void
}

/** Ready is taken so often in one turn; what is left waits for the next. */
const READY_ROUNDS_MAX = 8

export class CoreLoop {
  readonly #options: RaftDriverOptions
  readonly #dependencies: CoreLoopDependencies
  readonly #events: CoreLoopEvents
  readonly #core: RaftNode
  readonly #ticker: Ticker
  readonly #outbox: Outbox
  readonly #diskWatch: DiskWatch
  readonly #logWriter: LogWriter
  readonly #applyLoop: ApplyLoop
  readonly #entryClock: EntryClock
  readonly #campaigns: Campaigns
  readonly #contact = new LeaderContact()
  /** null when snapshots do not travel. */
  readonly #snapshots: SnapshotDuties | null

  #running = false
  #failed = false
  #turnAsked = false
  #inbox: { readonly from: NodeId; readonly messages: readonly Message[] }[] = []
  #ticksDue = 0
  #compactionDue = false
  /** As of the last turn; null when the core has changed since. */
  #status: ReturnType<RaftNode['status']> | null = null
  /** One for all proposals between two turns. */
  #timeMs: number | null = null

  constructor(
    options: RaftDriverOptions,
    dependencies: CoreLoopDependencies,
    events: CoreLoopEvents,
  ) {
    const { core, logStore, transport, stateMachine, clock, random, log, metrics } = dependencies
    const { nodeId, tickMs, applyEntriesMax } = options
    this.#options = options
    this.#dependencies = dependencies
    this.#events = events
    this.#core = core
    const guard = (work: () => void) => void this.guard(work)
    const onTicks = (count: number) => this.#onTicks(count)
    this.#ticker = new Ticker(options, { clock, log, metrics, onTicks })
    const wallMs = () => clock.wallMs()
    this.#outbox = new Outbox({ transport, wallMs, compactable: () => this.#heldByAll() })
    const onError = (error: Error) => this.#fail(error)
    this.#diskWatch = new DiskWatch(options, { core, log, metrics, guard })
    const watch = this.#diskWatch
    this.#logWriter = new LogWriter({ logStore, clock, metrics, watch, onError })
    this.#applyLoop = new ApplyLoop(
      { entriesMax: applyEntriesMax },
      {
        core,
        stateMachine,
        clock,
        metrics,
        guard,
        onEntry: entry => this.#onEntry(entry),
        onApplied: index => {
          events.onApplied(index)
          this.schedule()
        },
      },
    )
    this.#entryClock = new EntryClock(nodeId, clock)
    const heartbeatMs = core.options.heartbeatTicks * tickMs
    const onCampaign = () => this.schedule()
    this.#campaigns = new Campaigns({ heartbeatMs }, { core, clock, random, guard, onCampaign })
    this.#snapshots = this.#snapshotDuties()
  }

  #snapshotDuties(): SnapshotDuties | null {
    const { snapshots } = this.#dependencies
    if (snapshots === undefined) return null
    return new SnapshotDuties(this.#options, {
      ...this.#dependencies,
      ...snapshots,
      logWriter: this.#logWriter,
      guard: work => this.guard(work),
      schedule: () => this.schedule(),
      isIdle: () => this.#applyLoop.idle,
      onInstalled: (write, mark) => this.#installed(write, mark),
      onOffered: message => this.#contact.heard(message, this.#dependencies.clock.monotonicMs()),
    })
  }

  get running(): boolean {
    return this.#running
  }

  get failed(): boolean {
    return this.#failed
  }

  start(): void {
    this.#running = true
    this.#ticker.start()
    this.guard(() => this.#campaigns.campaignIfAlone())
    this.schedule()
  }

  /** Nothing is sent, applied or begun any more. @returns when the call to the log store under way is over */
  end(): Promise<void> {
    this.#running = false
    this.#ticker.stop()
    this.#campaigns.stop()
    this.#inbox = []
    this.#outbox.close()
    this.#snapshots?.close()
    return this.#logWriter.settled()
  }

  /** Whatever changes the core goes through here: a failed assertion is fatal. @returns undefined when not running, or failed */
  guard<T>(work: () => T): T | undefined {
    const result = this.attempt(work)
    this.#status = null
    this.#timeMs = null
    return result
  }

  /** As `guard`, for what leaves role, membership and commit as they are. */
  attempt<T>(work: () => T): T | undefined {
    if (!this.#running) return undefined
    try {
      return work()
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)))
      return undefined
    }
  }

  /** There is something to do: a turn is taken as soon as what has already arrived is in. */
  schedule(): void {
    if (this.#turnAsked || !this.#running) return
    this.#turnAsked = true
    this.#dependencies.clock.soon(() => {
      this.#turnAsked = false
      this.guard(() => this.#turn())
    })
  }

  campaignIfAlone(): void {
    this.#campaigns.campaignIfAlone()
  }

  /** What the next entries are stamped with. */
  entryTimeMs(): number {
    this.#timeMs ??= this.#entryClock.timeMs(this.#coreStatus().membership)
    return this.#timeMs
  }

  get diskStalled(): boolean {
    return this.#diskWatch.stalled
  }

  /** null when snapshots do not travel. */
  snapshotsUnderWay(): SnapshotsUnderWay | null {
    return this.#snapshots?.underWay() ?? null
  }

  status(): RaftStatus {
    const diskWaitMs = this.#diskWatch.waitMs
    const core = { ...this.#coreStatus(), diskWaitMs, diskStalled: this.diskStalled }
    if (core.role === 'leader' && this.#running) {
      const clockSkewMs = this.#entryClock.skewMs(core.membership)
      return { ...core, leaderHeardMs: 0, leaderCommit: core.commit, clockSkewMs }
    }
    const leaderHeardMs = this.#contact.ageMs(this.#dependencies.clock.monotonicMs())
    const status = { ...core, leaderHeardMs, leaderCommit: this.#contact.commit }
    // Whatever the core thought last: a loop that has ended leads nothing and follows nobody.
    return this.#running ? status : { ...status, role: 'follower', leaderId: 0 }
  }

  onMessages(from: NodeId, messages: readonly Message[]): void {
    if (!this.#running) return
    this.#inbox.push({ from, messages })
    this.schedule()
  }

  readonly onPeer: TransportHandlers['onPeer'] = (nodeId, state) => {
    if (state === 'connected') this.#campaigns.peerConnected(nodeId)
    else {
      this.guard(() => {
        this.#campaigns.peerDisconnected(nodeId)
        this.#core.peerUnreachable(nodeId)
        this.#snapshots?.peerLost(nodeId)
      })
      this.schedule()
    }
  }

  #coreStatus(): ReturnType<RaftNode['status']> {
    this.#status ??= this.#core.status()
    return this.#status
  }

  #onTicks(count: number): void {
    this.#ticksDue += count
    this.#compactionDue = true
    this.schedule()
  }

  #turn(): void {
    this.#status = null
    for (const { from, messages } of this.#inbox.splice(0))
      for (const message of messages) if (message.from === from) this.#receive(message)
    this.#advanceTime()
    this.#events.onTurn()
    for (let round = 0; round < READY_ROUNDS_MAX && this.#running; round++) {
      this.#snapshots?.proceed()
      this.#compactIfWorthwhile()
      if (!this.#core.hasReady(this.#wanted)) break
      this.#perform(this.#core.ready(this.#wanted))
    }
    this.#outbox.send()
    if (this.#core.hasReady(this.#wanted)) this.schedule()
    this.#status = null
    this.#events.onTurnEnd()
  }

  get #wanted(): Wanted {
    return { write: !this.#logWriter.busy, apply: this.#applyLoop.idle }
  }

  #receive(message: Message): void {
    if (message.type === 'snapshot') {
      // Whoever sends a snapshot brings its bytes on a stream: a word alone is of no use.
      const fields = { from: message.from, index: message.snapshot.index }
      this.#dependencies.log.warn(fields, 'a snapshot was announced without its bytes')
      return
    }
    this.#core.step(message)
    this.#contact.heard(message, this.#dependencies.clock.monotonicMs())
    if (message.type === 'heartbeat-response' || message.type === 'vote-response')
      this.#entryClock.heard(message.from, message.clockMs)
  }

  #advanceTime(): void {
    if (this.#ticksDue === 0) return
    for (; this.#ticksDue > 0; this.#ticksDue--) {
      this.#diskWatch.tick()
      this.#core.tick()
    }
    // At the start a membership that was committed but not applied may have stood in the way.
    this.#campaigns.campaignIfAlone()
    this.#events.onTime(this.#dependencies.clock.monotonicMs())
  }

  /** Messages leave before the own disk is asked: the followers write at the same time (thesis 10.2.1). */
  #perform(ready: Ready): void {
    this.#outbox.add(this.#snapshots?.divert(ready.messages) ?? ready.messages)
    this.#outbox.send()
    if (ready.status !== null) {
      if (ready.status.role !== 'leader') this.#snapshots?.follow()
      this.#events.onRole(ready.status)
    }
    if (ready.write !== null) this.#write(ready.write)
    for (const readState of ready.readStates) this.#events.onReadState(readState)
    if (ready.committed.length > 0) this.#applyLoop.take(ready.committed)
  }

  #write(write: Write): void {
    if (write.snapshot !== null) {
      assert(this.#snapshots !== null, 'a snapshot is installed only where one can be received')
      this.#snapshots.install(write)
      return
    }
    if (write.entries.length === 0 && !write.mustSync) this.#written(write)
    else this.#logWriter.write(write, () => this.guard(() => this.#written(write)))
  }

  #written(write: Write): void {
    this.#core.persisted(write)
    this.#outbox.add(write.messages)
    this.schedule()
  }

  #onEntry(entry: ApplyEntry): void {
    if (entry.membership !== null) this.#entryClock.retain(entry.membership)
    this.#events.onEntry(entry)
  }

  /** Looked at once a tick, and only between two Writes. */
  #compactIfWorthwhile(): void {
    if (!this.#compactionDue || this.#logWriter.busy) return
    this.#compactionDue = false
    const { firstIndex, applied } = this.#core.status()
    const durable = this.#dependencies.stateMachine.durableIndex()
    const held = this.#snapshots === null ? this.#heldByAll() : this.#snapshots.held()
    const cut = compactionCut({ firstIndex, applied, durable, held }, this.#options)
    if (cut === null) return
    this.#logWriter.compact(this.#core.compact(cut), () => this.schedule())
    this.#dependencies.log.debug({ cut }, 'the log is cut')
  }

  #installed(write: Write, mark: SnapshotMark): void {
    this.#written(write)
    this.#entryClock.retain(mark.membership)
    this.#events.onApplied(mark.index)
  }

  /** What every member holds: the leader knows, the others were told. */
  #heldByAll(): Index {
    const { role, term, leaderId, progress } = this.#core.status()
    if (role !== 'leader') return this.#contact.compactable(leaderId, term)
    return progress.reduce((least, { match }) => Math.min(least, match), Number.MAX_SAFE_INTEGER)
  }

  #fail(error: Error): void {
    if (this.#failed) return
    this.#failed = true
    void this.end()
    this.#events.onFailed(error)
  }
}
