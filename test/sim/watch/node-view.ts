// One life of a node as the invariants see it, and the core that lets itself be looked at.
import { RaftNode, type Ready, type Wanted, type Write } from '../../../src/raft/core/index.js'
import type { ObservedNode } from '../../raft/core/invariants.js'
import type { MemoryDisk } from '../../support/memory-log-store.js'

export type NodeViewDependencies = {
  readonly log: MemoryDisk
  /** Applied index that survives a power cut. */
  readonly durableIndex: () => number
  readonly onReady: (view: NodeView, ready: Ready) => void
}

/** The production core; whoever made it is shown each Ready. */
export class ObservedCore extends RaftNode {
  view: NodeView | null = null

  override ready(want: Wanted): Ready {
    const ready = super.ready(want)
    this.view?.took(ready)
    return ready
  }

  override persisted(write: Write): void {
    this.view?.wrote()
    super.persisted(write)
  }
}

export class NodeView implements ObservedNode {
  write: Write | null = null
  readonly #dependencies: NodeViewDependencies

  constructor(
    readonly nodeId: number,
    readonly core: ObservedCore,
    dependencies: NodeViewDependencies,
  ) {
    this.#dependencies = dependencies
    core.view = this
  }

  get disk(): ObservedNode['disk'] {
    const { log, durableIndex } = this.#dependencies
    const { hardState, compacted } = log.synced
    return { hardState, compacted, applied: { index: durableIndex() } }
  }

  get lastDurable(): number {
    const { compacted, entries } = this.#dependencies.log.synced
    return compacted.index + entries.length
  }

  durableTermAt(index: number): number | undefined {
    return this.#dependencies.log.syncedTermAt(index)
  }

  /** Written or being written; undefined when it is neither, or cut off. */
  termAt(index: number): number | undefined {
    const first = this.write?.entries[0]
    if (first === undefined || index < first.index) return this.durableTermAt(index)
    return this.write?.entries[index - first.index]?.term
  }

  took(ready: Ready): void {
    this.write = ready.write ?? this.write
    this.#dependencies.onReady(this, ready)
  }

  wrote(): void {
    this.write = null
  }
}
