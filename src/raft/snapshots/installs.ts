// A received snapshot on its way through the core: delivered as a message, installed as the Write that the core makes of it.
import { assert, type Deferred, deferred } from '../../lib/index.js'
import type { Index, RaftNode, SnapshotMark, SnapshotMessage, Write } from '../core/index.js'
import type { LogWriter } from '../log-writer.js'
import type { SnapshotStore } from '../ports.js'

export type InstallsDependencies = {
  readonly core: Pick<RaftNode, 'needsSnapshot' | 'installing' | 'step'>
  readonly store: SnapshotStore
  readonly logWriter: Pick<LogWriter, 'busy' | 'install'>
  /** Runs work unless the node has stopped; a throw is fatal. */
  readonly guard: <T>(work: () => T) => T | undefined
  readonly schedule: () => void
  /** Nothing is being applied. */
  readonly isIdle: () => boolean
  readonly applied: () => Index
  readonly onInstalled: (write: Write, mark: SnapshotMark) => void
}

export class Installs {
  readonly #dependencies: InstallsDependencies
  /** Waits until what was given out to be applied is applied. */
  #write: Write | null = null
  #delivered: Deferred<void> | null = null

  constructor(dependencies: InstallsDependencies) {
    this.#dependencies = dependencies
  }

  /** Resolves when it is installed, or was not needed. @throws why the core does not take it */
  async deliver(message: SnapshotMessage): Promise<void> {
    const { guard, schedule } = this.#dependencies
    const answer = guard(() => this.#step(message))
    schedule()
    if (answer === undefined) throw new Error('this node is stopping')
    if (answer === 'ignored') {
      throw new Error('its sender leads no more, or this node is no member in it')
    }
    if (answer === 'installing') await this.#delivered?.promise
  }

  take(write: Write): void {
    assert(this.#write === null, 'one snapshot is installed at a time')
    this.#write = write
    this.proceed()
  }

  /** Called whenever an apply or a write has ended. */
  proceed(): void {
    const { store, logWriter, isIdle, applied, guard, onInstalled } = this.#dependencies
    const write = this.#write
    if (write === null || logWriter.busy || !isIdle()) return
    this.#write = null
    logWriter.install(write, { store, commit: applied() }, () => {
      guard(() => {
        if (write.snapshot !== null) onInstalled(write, write.snapshot)
      })
      this.#delivered?.resolve()
      this.#delivered = null
    })
  }

  end(): void {
    this.#delivered?.reject(new Error('this node is stopping'))
    this.#delivered = null
  }

  #step(message: SnapshotMessage): 'known' | 'installing' | 'ignored' {
    const { core } = this.#dependencies
    const isNeeded = core.needsSnapshot(message.snapshot)
    core.step(message)
    if (!isNeeded) return 'known'
    if (core.installing?.index !== message.snapshot.index) return 'ignored'
    this.#delivered = deferred()
    return 'installing'
  }
}
