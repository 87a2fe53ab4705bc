// The state machine on SQLite: committed entries go through the ledger into one transaction together with the applied
// index, a whole batch or more; reads and scans are served from the same rows. A snapshot replaces all of it at once.
import { existsSync } from 'node:fs'
import { assert } from '../lib/index.js'
import {
  type ApplyEntry,
  type Index,
  type SnapshotHeader,
  type SnapshotMark,
  type SnapshotSink,
  type SnapshotSource,
  type SnapshotStore,
  type StateMachine,
  systemClock,
} from '../raft/index.js'
import { StoreFinder } from './finder/store-finder.js'
import { finderFile } from './layout.js'
import { LiveState } from './live-state.js'
import { type Database, openImage } from './open.js'
import { IN_MEMORY, openState, openStateAt } from './open-state.js'
import type { Finder, Reads, Scans } from './reads.js'
import { FileSnapshots } from './snapshot/file-snapshots.js'
import { MemorySnapshots } from './snapshot/memory-snapshots.js'
import { roomOnDisk } from './snapshot/no-room-error.js'
import { removeReplaced } from './snapshot/snapshot-files.js'
import type { AppliedRequest, OpenStoreOptions, StoreDependencies, StoreView } from './types.js'
import { WantedHash } from './wanted-hash.js'

type AppliedListener = (requests: readonly AppliedRequest[]) => void

export class Store implements StateMachine, StoreView, SnapshotStore {
  readonly #options: OpenStoreOptions
  readonly #dependencies: StoreDependencies
  readonly #snapshots: FileSnapshots | MemorySnapshots
  readonly #listeners = new Set<AppliedListener>()
  readonly #finder: StoreFinder
  #live: LiveState
  /** States that a snapshot has replaced, until the last scan of them has ended. */
  readonly #retiring = new Map<LiveState, Promise<void>>()
  readonly #wantedHash = new WantedHash()
  /** Why the store is not to be used any more: the ledger's memory may then be ahead of the rows. */
  #failure: Error | null = null
  #isClosed = false

  private constructor(options: OpenStoreOptions, dependencies: StoreDependencies, live: LiveState) {
    this.#options = options
    this.#dependencies = dependencies
    this.#live = live
    this.#finder = new StoreFinder(() => this.#live.openFinder(finderFile(options.directory)))
    this.#snapshots =
      options.directory === IN_MEMORY
        ? new MemorySnapshots({ applied: () => this.applied, serialize: () => this.serialize() })
        : new FileSnapshots(options.directory, {
            clock: dependencies.clock ?? systemClock,
            whileReading: (work, signal) => this.#whileReading(work, signal),
            onStep: dependencies.onInstallStep ?? (() => {}),
            room: dependencies.room ?? roomOnDisk,
          })
  }

  /** Reads what the ledger keeps in memory, in slices that let timers and sockets breathe. @throws a full sentence. */
  static async open(options: OpenStoreOptions, dependencies: StoreDependencies): Promise<Store> {
    let store: Store | null = null
    const onBroken = (error: Error, state: LiveState) =>
      store === null ? dependencies.onFailure?.(error) : store.#fail(error, state)
    const db = await openState(options)
    const live = await LiveState.open(db, options, { ...dependencies, onBroken })
    store = new Store(options, dependencies, live)
    store.#followIfAsked()
    return store
  }

  get applied(): SnapshotMark {
    return this.#live.applied
  }

  get reads(): Reads {
    this.#assertUsable()
    return this.#live.reads
  }

  get scans(): Scans {
    this.#assertUsable()
    return this.#live.scans
  }

  get finder(): Finder {
    this.#assertUsable()
    return this.#finder
  }

  /**
   * Listeners hear what was decided. Other connections see it with the next commit, which comes soon by itself and
   * before any scan or checkpoint; what a crash takes with it is in the Raft log.
   * @throws when an entry cannot be applied or the disk fails: nothing of the batch is left then, and the store
   * refuses all further use.
   */
  apply(entries: readonly ApplyEntry[]): void {
    this.#assertUsable()
    const { appliedIndex } = this.#live
    const fresh = entries.filter(entry => entry.index > appliedIndex)
    if (fresh.length === 0) return
    const cut = this.#wantedHash.cut(fresh)
    const decided = this.#applyFresh(fresh.slice(0, cut))
    this.#wantedHash.reached(this.appliedIndex(), () => this.#live.scans.hashNow())
    for (const listener of this.#listeners) listener(decided)
    if (cut < fresh.length) this.apply(fresh.slice(cut))
  }

  /** The state's hash at exactly that index, once it is applied; null when that was not to be had. One at a time. */
  async hashAt(index: Index): Promise<string | null> {
    this.#assertUsable()
    return this.#wantedHash.at(index, this.appliedIndex(), () => this.#live.scans.hashNow())
  }

  durableIndex(): Index {
    return this.#live.background?.durableIndex() ?? this.appliedIndex()
  }

  appliedIndex(): number {
    return this.#live.appliedIndex
  }

  appliedTimeMs(): number {
    return this.#live.appliedTimeMs
  }

  onApplied(listener: AppliedListener): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  /** Makes what is applied durable now; resolves when `durableIndex` has followed. */
  async checkpoint(): Promise<void> {
    await this.#live.background?.checkpoint()
    this.#assertUsable()
  }

  /** The whole state as bytes, for `image` of another store in memory. */
  serialize(): Uint8Array {
    this.#assertUsable()
    return this.#live.serialize()
  }

  async take(leastIndex: Index): Promise<SnapshotSource> {
    this.#assertUsable()
    return this.#snapshots.take(leastIndex)
  }

  async receive(header: SnapshotHeader): Promise<SnapshotSink> {
    this.#assertUsable()
    return this.#snapshots.receive(header)
  }

  /** Reads go over to the new state; scans under way end on the old one. Listeners hear that something was applied. */
  async install(mark: SnapshotMark): Promise<void> {
    this.#assertUsable()
    try {
      const next = await this.#openReceived(mark)
      assert(next.applied.index === mark.index, 'the state that was opened is the snapshot')
      const previous = this.#live
      this.#live = next
      this.#retire(previous)
    } catch (error) {
      this.#fail(error as Error, this.#live)
      throw error
    }
    for (const listener of this.#listeners) listener([])
  }

  installed(): Promise<void> {
    return Promise.resolve()
  }

  /** Ends scans, makes everything durable, and closes the file. Calling it again does nothing. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#wantedHash.giveUp()
    await this.#finder.close()
    if (this.#snapshots instanceof FileSnapshots) await this.#snapshots.close()
    for (const [state, retired] of this.#retiring) {
      await state.background?.close()
      await retired
    }
    await this.#live.close(this.#failure === null ? 'whole' : 'as-it-is')
  }

  /** The disk of a state failed outside `apply`; nothing depends on one that was replaced. */
  #fail(error: Error, state: LiveState): void {
    if (this.#isClosed || this.#failure !== null || this.#retiring.has(state)) return
    this.#failure = error
    this.#dependencies.log.error({ error: error.message }, 'the state on disk failed')
    this.#dependencies.onFailure?.(error)
  }

  #openReceived(mark: SnapshotMark): Promise<LiveState> {
    const { cachePagesBytes } = this.#options
    if (this.#snapshots instanceof FileSnapshots) {
      return this.#snapshots.install(mark, path =>
        this.#openLive(openStateAt(path, cachePagesBytes)),
      )
    }
    return this.#openLive(openImage(this.#snapshots.takeReceived(mark), cachePagesBytes))
  }

  #openLive(db: Database): Promise<LiveState> {
    const onBroken = (error: Error, state: LiveState) => this.#fail(error, state)
    return LiveState.open(db, this.#options, { ...this.#dependencies, onBroken })
  }

  #retire(state: LiveState): void {
    const { log } = this.#dependencies
    const retired = this.#finder
      .change()
      .then(() => state.retire())
      .then(() => removeReplaced(state.databasePath))
      .catch(error => log.warn({ error: String(error) }, 'a replaced state could not be removed'))
      .finally(() => this.#retiring.delete(state))
    this.#retiring.set(state, retired)
    this.#followIfAsked()
  }

  /** Who has searched before is not to wait for the tables when he asks again. */
  #followIfAsked(): void {
    const { directory } = this.#options
    if (directory === IN_MEMORY || !existsSync(finderFile(directory))) return
    this.#finder.follow().catch(error => {
      if (!this.#isClosed) this.#dependencies.log.warn({ error: String(error) }, 'no search index')
    })
  }

  #whileReading<T>(work: (databasePath: string) => Promise<T>, signal: AbortSignal): Promise<T> {
    const { background, databasePath } = this.#live
    assert(background !== null, 'a state in memory has no file')
    return background.whileReading(() => work(databasePath), signal)
  }

  #applyFresh(entries: readonly ApplyEntry[]): readonly AppliedRequest[] {
    try {
      return this.#live.apply(entries)
    } catch (error) {
      this.#failure = error as Error
      throw error
    }
  }

  #assertUsable(): void {
    assert(!this.#isClosed, 'the store is open')
    if (this.#failure === null) return
    throw new Error('The state of this node failed and is not to be used any more.', {
      cause: this.#failure,
    })
  }
}
