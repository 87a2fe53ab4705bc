// A whole node that is watched: its core, what it applies, and what its clients are told. Its state file has checkpoints,
// and its disk can be slow or break.

import { GatewayError, type ReadContext, type SubmitContext } from '../../../src/gateway/index.js'
import type { Allocation, Command, Outcome } from '../../../src/ledger/index.js'
import type {
  ApplyEntry,
  SnapshotMark,
  SnapshotStore,
  StateMachine,
} from '../../../src/raft/index.js'
import type { AppliedRequest } from '../../../src/store/index.js'
import { GatewayNode } from '../../support/gateway-cluster.js'
import {
  RaftLife,
  type RaftLifeDependencies,
  type RaftLifeOptions,
} from '../../support/raft-life.js'
import type { SimWorld } from '../../support/sim-cluster.js'
import type { Findings } from '../watch/findings.js'
import { LOOK_EVERY } from '../watch/ledger-watch.js'
import { NodeView, ObservedCore } from '../watch/node-view.js'
import type { Observer } from '../watch/observer.js'
import type { Trace } from '../watch/trace.js'
import { type Company, startJobs } from './jobs.js'
import { type Meddling, StreamFaults } from './stream-faults.js'

export type SimNodeDependencies = {
  readonly observer: Observer
  readonly findings: Findings
  readonly trace: Trace
  readonly onMeddle: (what: Meddling) => void
  readonly company: Company
}

/** A state is some twenty pages of 4 KiB: many chunks, so that streams break in the middle. */
const CHUNK_BYTES = 8 * 1024
const never = new AbortController().signal

export class SimulatedNode extends GatewayNode {
  diskMs = 1
  /** The most that its wall clock was ever ahead. */
  wallOffsetMaxMs = 0
  /** Snapshots that have replaced this node's state. */
  installs = 0
  /** Stream by stream: what arrives of snapshots. */
  readonly streamFaults: StreamFaults
  /** What a power cut leaves of the state file. */
  #durable: { readonly index: number; readonly image: Uint8Array | 'log' } = {
    index: 0,
    image: 'log',
  }
  readonly #dependencies: SimNodeDependencies

  constructor(world: SimWorld, nodeId: number, dependencies: SimNodeDependencies) {
    super(world, nodeId, {})
    this.#dependencies = dependencies
    this.streamFaults = new StreamFaults(world.random, {
      onMeddle: what => {
        dependencies.onMeddle(what)
        dependencies.trace.add(nodeId, `fault: ${what} on a snapshot's stream`)
      },
      breakStreams: () => this.streams?.breakAll(),
    })
  }

  /** The disk or an assertion failed in this life: the process ends. */
  get failed(): boolean {
    return this.alive && this.record.fatal.length > this.#fatalBefore
  }
  #fatalBefore = 0

  override async start(): Promise<void> {
    this.#fatalBefore = this.record.fatal.length
    await super.start()
    if (this.streams !== null) this.streams.meddle = this.streamFaults.meddle
    startJobs(this, this.#dependencies.company)
  }

  /** As the worker's: from now on the state up to here survives a power cut, and the log may be cut below it. */
  checkpoint(): void {
    this.#durable = { index: this.store.appliedIndex(), image: this.store.serialize() }
  }

  /** The state file falls back to its last checkpoint, or stays as it was when the process alone is killed. */
  async stop(how: 'kill' | 'power-cut', keep: (count: number) => number): Promise<void> {
    await this.crash(how === 'kill' ? 'state' : this.#durable.image, keep)
  }

  override async submit(command: Command, set: Partial<SubmitContext> = {}): Promise<Outcome> {
    const { observer, findings, trace } = this.#dependencies
    const began = observer.history.shown
    const name = nameOf(command)
    trace.add(this.nodeId, `is asked: ${name}`)
    try {
      if (command.type !== 'genesis') this.#assertFounded()
      const outcome = await super.submit(command, set)
      trace.add(this.nodeId, `answers: ${name} at ${outcome.revision}`)
      findings.guard(() => {
        observer.history.written(began, outcome.revision)
        observer.ledger.answered(outcome)
      })
      return outcome
    } catch (error) {
      trace.add(this.nodeId, `fails: ${name}, ${String(error)}`)
      observer.history.failed()
      throw error
    }
  }

  turnClock(offsetMs: number): void {
    this.wallOffsetMs = offsetMs
    this.process.wallOffsetMs = offsetMs
    this.wallOffsetMaxMs = Math.max(this.wallOffsetMaxMs, offsetMs)
  }

  /** Reads at a level, and looks at what the state shows in that moment. @returns the revision, and the live claims */
  async readAndLook(
    level: ReadContext['level'],
    least: number,
  ): Promise<{ readonly revision: number; readonly claims: readonly Allocation[] }> {
    const { observer, findings } = this.#dependencies
    this.#assertFounded()
    const began = observer.history.shown
    const revision = await super.read({ level, minRevision: least, timeoutMs: 1_000 })
    const claims = this.#claims()
    findings.guard(() => {
      observer.history.read(level, { began, least }, revision)
      observer.ledger.read(this.nodeId, this.store.appliedIndex(), claims)
    })
    return { revision, claims }
  }

  /**
   * As the daemon's waiting room: whoever knows of no cluster says so at once. Else each request would wait here until its
   * deadline, as nobody may ever add this node.
   */
  #assertFounded(): void {
    if (this.store.reads.cluster() !== null) return
    throw new GatewayError('waiting', 'known', 'this node waits to be added to a cluster')
  }

  /** @throws when the claims are not those of the model at this node's index, or addresses are another's */
  look(): void {
    const { ledger } = this.#dependencies.observer
    ledger.read(this.nodeId, this.store.appliedIndex(), this.#claims())
    this.#lookAtSpace()
  }

  #lookAtSpace(): void {
    const { ledger } = this.#dependencies.observer
    ledger.sees(this.nodeId, this.store.appliedIndex(), this.store.reads)
  }

  #claims(): readonly Allocation[] {
    const page = { afterId: 0, limit: Number.MAX_SAFE_INTEGER }
    return this.store.reads.allocationPage({ networkId: null, ended: false }, page)
  }

  protected override newLife(
    options: RaftLifeOptions,
    dependencies: RaftLifeDependencies,
  ): RaftLife {
    const { observer } = this.#dependencies
    if (this.store.appliedIndex() > 0) this.checkpoint()
    const durableIndex = () => this.#durable.index
    return new RaftLife(
      { ...options, diskMs: () => this.diskMs },
      {
        ...dependencies,
        stateMachine: this.#watchedState(),
        newCore: (...parts) => {
          const core = new ObservedCore(...parts)
          const onReady: Observer['took'] = (view, ready) => observer.took(view, ready)
          observer.started(
            new NodeView(this.nodeId, core, { log: this.disk, durableIndex, onReady }),
          )
          return core
        },
      },
    )
  }

  /** In small chunks, read as slowly as the disk is. */
  protected override snapshots(): SnapshotStore {
    const store = super.snapshots()
    return {
      ...store,
      take: async leastIndex => {
        const source = await store.take(leastIndex)
        const read = async (offset: number, bytes: number) => {
          await new Promise<void>(resolve => this.process.arrive(this.diskMs, resolve))
          return source.read(offset, Math.min(bytes, CHUNK_BYTES))
        }
        return { ...source, read }
      },
    }
  }

  /** It survives a power cut from now on. */
  protected override stateInstalled({ index }: SnapshotMark): void {
    const { findings, observer, trace } = this.#dependencies
    if (!this.alive) return
    this.installs += 1
    trace.add(this.nodeId, `has installed a snapshot of ${index}`)
    this.checkpoint()
    this.hashState()
    findings.guard(() => {
      observer.ledger.installed(this.nodeId, index)
      this.look()
    })
  }

  /** The store, applied up to where hashes are compared, one slice after the other. */
  #watchedState(): StateMachine {
    const { store } = this
    let decided: readonly AppliedRequest[] = []
    store.onApplied(requests => {
      decided = requests
    })
    const applySlice = (slice: readonly ApplyEntry[]) => {
      const fresh = slice.filter(({ index }) => index > store.appliedIndex())
      if (fresh.length === 0) return
      decided = []
      store.apply(fresh)
      const { observer } = this.#dependencies
      observer.applied(this.nodeId, fresh, decided)
      observer.webhooks.applied(store.appliedIndex(), store.reads)
      if (store.appliedIndex() % LOOK_EVERY !== 0) return
      this.hashState()
      this.#dependencies.findings.guard(() => this.#lookAtSpace())
    }
    return {
      get applied() {
        return store.applied
      },
      apply: entries => {
        for (const slice of slicesOf(entries)) applySlice(slice)
      },
      durableIndex: () => this.#durable.index,
    }
  }

  /** The hash is taken at once; that it differs from another's is told a moment later. */
  hashState(): void {
    const { observer, findings } = this.#dependencies
    void this.store.scans
      .stateHash(never)
      .then(({ appliedIndex, hash }) =>
        findings.guard(() => observer.ledger.hashed(this.nodeId, appliedIndex, hash)),
      )
  }
}

function nameOf(command: Command): string {
  if (command.type === 'allocation.create') return `an address for ${command.hostname}`
  if (command.type === 'allocation.release') return `release of ${command.id}`
  return command.type
}

function slicesOf(entries: readonly ApplyEntry[]): readonly ApplyEntry[][] {
  const slices: ApplyEntry[][] = [[]]
  for (const entry of entries) {
    slices.at(-1)?.push(entry)
    if (entry.index % LOOK_EVERY === 0) slices.push([])
  }
  return slices
}
