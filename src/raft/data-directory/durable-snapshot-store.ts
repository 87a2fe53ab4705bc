// Snapshots whose install is noted in the identity file, so that a crash between state and log does not look like a lost log.
import type { Index, SnapshotMark } from '../core/index.js'
import type { SnapshotHeader, SnapshotSink, SnapshotSource, SnapshotStore } from '../ports.js'
import type { DataDirectory } from './data-directory.js'

/** Decorates a SnapshotStore. What a crash in between leaves is finished by whoever calls checkMarks. */
export class DurableSnapshotStore implements SnapshotStore {
  readonly #snapshots: SnapshotStore
  readonly #directory: DataDirectory

  constructor(snapshots: SnapshotStore, directory: DataDirectory) {
    this.#snapshots = snapshots
    this.#directory = directory
  }

  take(leastIndex: Index): Promise<SnapshotSource> {
    return this.#snapshots.take(leastIndex)
  }

  receive(header: SnapshotHeader): Promise<SnapshotSink> {
    return this.#snapshots.receive(header)
  }

  async install(mark: SnapshotMark): Promise<void> {
    await this.#directory.recordInstalling(mark)
    await this.#snapshots.install(mark)
  }

  async installed(): Promise<void> {
    await this.#snapshots.installed()
    await this.#directory.recordInstalling(null)
  }
}
