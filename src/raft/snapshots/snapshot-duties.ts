// All that a node does about snapshots, as its loop sees it: sends what the core announces, installs what arrives, and
// says how far the log must be kept for followers that are on their way back.
import type {
  Index,
  Message,
  NodeId,
  RaftNode,
  SnapshotMark,
  SnapshotMessage,
  Write,
} from '../core/index.js'
import type { LogWriter } from '../log-writer.js'
import type { RaftMetrics } from '../metrics.js'
import type { Clock, Log, StateMachine } from '../ports.js'
import { CatchingUp } from './catching-up.js'
import { Installs } from './installs.js'
import { type SnapshotPorts, type SnapshotsUnderWay, SnapshotTraffic } from './snapshot-traffic.js'

export type SnapshotDutiesOptions = {
  readonly nodeId: NodeId
  readonly tailEntries: number
  readonly logBytesMax: number
}

export type SnapshotDutiesDependencies = SnapshotPorts & {
  readonly core: RaftNode
  readonly stateMachine: StateMachine
  readonly logWriter: LogWriter
  readonly clock: Clock
  readonly log: Log
  readonly metrics: RaftMetrics
  /** Runs work unless the node has stopped; a throw is fatal. */
  readonly guard: <T>(work: () => T) => T | undefined
  readonly schedule: () => void
  /** Nothing is being applied. */
  readonly isIdle: () => boolean
  readonly onInstalled: (write: Write, mark: SnapshotMark) => void
  /** A peer has one for this node. */
  readonly onOffered: (message: SnapshotMessage) => void
}

export class SnapshotDuties {
  readonly #options: SnapshotDutiesOptions
  readonly #dependencies: SnapshotDutiesDependencies
  readonly #traffic: SnapshotTraffic
  readonly #installs: Installs
  readonly #catchingUp = new CatchingUp()

  constructor(options: SnapshotDutiesOptions, dependencies: SnapshotDutiesDependencies) {
    const { core, stateMachine } = dependencies
    this.#options = options
    this.#dependencies = dependencies
    this.#installs = new Installs({
      ...dependencies,
      applied: () => stateMachine.applied.index,
      onInstalled: (write, mark) => this.#installed(write, mark),
    })
    this.#traffic = new SnapshotTraffic({
      ...dependencies,
      nodeId: options.nodeId,
      isNeeded: message => {
        dependencies.onOffered(message)
        return core.needsSnapshot(message.snapshot)
      },
      deliver: message => this.#installs.deliver(message),
      onReported: (to, result) => this.#reported(to, result),
    })
  }

  /** Sends the snapshots that are announced among the messages. @returns the other messages */
  divert(messages: readonly Message[]): readonly Message[] {
    if (messages.every(({ type }) => type !== 'snapshot')) return messages
    const { firstIndex } = this.#dependencies.core.status()
    return messages.filter(message => {
      if (message.type !== 'snapshot') return true
      this.#traffic.send(message, firstIndex - 1)
      return false
    })
  }

  underWay(): SnapshotsUnderWay {
    return this.#traffic.underWay()
  }

  install(write: Write): void {
    this.#installs.take(write)
  }

  /** Called whenever an apply or a write has ended. */
  proceed(): void {
    this.#installs.proceed()
  }

  /**
   * Up to where nobody on the way back needs the log; null when nobody is. A log that has grown too large waits no
   * more: whoever is on the way begins anew.
   */
  held(): Index | null {
    const { core } = this.#dependencies
    const { applied, progress } = core.status()
    let held = this.#catchingUp.least(progress, applied - this.#options.tailEntries)
    for (const { index } of this.#traffic.held()) held = Math.min(held ?? index, index)
    if (held === null || core.logBytes <= this.#options.logBytesMax) return held
    this.#traffic.stopAll('the log has grown too large to wait for it')
    this.#catchingUp.clear()
    return null
  }

  peerLost(nodeId: NodeId): void {
    this.#traffic.peerLost(nodeId)
  }

  /** This node does not lead. */
  follow(): void {
    this.#traffic.stopAll('this node leads no more')
    this.#catchingUp.clear()
  }

  close(): void {
    this.#traffic.close()
    this.#installs.end()
  }

  #reported(to: NodeId, result: 'sent' | 'failed'): void {
    const { core, guard, schedule } = this.#dependencies
    if (result === 'sent') this.#catchingUp.add(to)
    guard(() => core.snapshotReported(to, result))
    schedule()
  }

  #installed(write: Write, mark: SnapshotMark): void {
    const { log, metrics, onInstalled } = this.#dependencies
    onInstalled(write, mark)
    metrics.snapshotsInstalledTotal?.()
    log.info({ index: mark.index, term: mark.term }, 'snapshot installed')
  }
}
