// Snapshots on their way: to followers that the core announced one to, and from the leader to this node. What is on
// its way keeps the log from being cut behind it.
import { type Index, memberIds, type NodeId, type SnapshotMessage } from '../core/index.js'
import type { RaftMetrics } from '../metrics.js'
import type { Log, PeerStream, SnapshotSource, SnapshotStore, SnapshotStreams } from '../ports.js'
import { SENDS_MAX } from './limits.js'
import {
  type ReceiveDependencies,
  receiveSnapshot,
  type SnapshotProgress,
} from './receive-snapshot.js'
import { Retries } from './retries.js'
import { sendSnapshot } from './send-snapshot.js'

export type SnapshotPorts = { readonly store: SnapshotStore; readonly streams: SnapshotStreams }

export type SnapshotTrafficDependencies = SnapshotPorts &
  Omit<ReceiveDependencies, 'store'> & {
    readonly metrics: RaftMetrics
    readonly log: Log
    readonly onReported: (to: NodeId, result: 'sent' | 'failed') => void
  }

type Sending = {
  /** The log is needed from behind here on. */
  index: Index
  stream: PeerStream | null
  /** null while it is being taken. */
  progress: SnapshotProgress | null
  /** Why it is ended from our side. */
  stopped: string | null
}
type Receiving = {
  readonly stream: PeerStream
  readonly done: Promise<void>
}

/** Snapshots on their way. */
export type SnapshotsUnderWay = {
  readonly sending: readonly (SnapshotProgress & { readonly nodeId: NodeId })[]
  /** null when none comes in. */
  readonly receiving: SnapshotProgress | null
}

export class SnapshotTraffic {
  readonly #dependencies: SnapshotTrafficDependencies
  readonly #sending = new Map<NodeId, Sending>()
  readonly #retries = new Retries()
  #receiving: Receiving | null = null
  #received: SnapshotProgress | null = null
  #isClosed = false

  constructor(dependencies: SnapshotTrafficDependencies) {
    this.#dependencies = dependencies
    dependencies.streams.onStream = (from, stream) => this.#accept(from, stream)
  }

  /** To whom a snapshot is on its way, and the index behind which each will need the log. */
  held(): readonly { readonly nodeId: NodeId; readonly index: Index }[] {
    return [...this.#sending].map(([nodeId, { index }]) => ({ nodeId, index }))
  }

  underWay(): SnapshotsUnderWay {
    const sending = [...this.#sending].map(([nodeId, { progress }]) => {
      return { nodeId, ...(progress ?? { bytes: 0, bytesTotal: 0 }) }
    })
    return { sending, receiving: this.#received }
  }

  /** @param leastIndex where the log was cut: a snapshot before that would leave a gap */
  send(message: SnapshotMessage, leastIndex: Index): void {
    const { to } = message
    if (this.#isClosed) return
    // The one under way is of an earlier announcement; the core asks again once it hears of its end.
    this.stop(to, 'it was announced anew')
    const { clock, onReported } = this.#dependencies
    const isTooEarly = this.#retries.isTooEarly(to, clock.monotonicMs())
    if (isTooEarly || this.#sending.has(to) || this.#sending.size >= SENDS_MAX) {
      onReported(to, 'failed')
      return
    }
    const sending: Sending = { index: leastIndex, stream: null, progress: null, stopped: null }
    this.#sending.set(to, sending)
    void this.#send(message, leastIndex, sending)
  }

  /** Ends what is on its way to a node. */
  stop(to: NodeId, reason: string): void {
    const sending = this.#sending.get(to)
    if (sending === undefined || sending.stopped !== null) return
    sending.stopped = reason
    sending.stream?.close()
  }

  /** The peer is gone; when it is back it is asked at once. */
  peerLost(nodeId: NodeId): void {
    this.#retries.forget(nodeId)
    this.stop(nodeId, 'the peer is disconnected')
  }

  stopAll(reason: string): void {
    this.#retries.clear()
    for (const to of this.#sending.keys()) this.stop(to, reason)
  }

  /** Nothing is sent or received any more. */
  close(): void {
    this.#isClosed = true
    this.stopAll('this node is stopping')
    this.#receiving?.stream.close()
  }

  async #send(message: SnapshotMessage, leastIndex: Index, sending: Sending): Promise<void> {
    const { clock, log, metrics, onReported } = this.#dependencies
    const { to } = message
    const startedMs = clock.monotonicMs()
    let result: 'sent' | 'failed' = 'failed'
    try {
      const { mark, bytes } = await this.#carry(message, leastIndex, sending)
      result = 'sent'
      this.#retries.forget(to)
      const seconds = (clock.monotonicMs() - startedMs) / 1000
      metrics.snapshotSentSeconds?.(seconds)
      log.info({ peer: to, index: mark.index, bytes, seconds }, 'snapshot sent and installed')
    } catch (error) {
      metrics.snapshotsFailedTotal?.()
      const reason = sending.stopped ?? String(error)
      const retryMs = sending.stopped === null ? this.#retries.failed(to, clock.monotonicMs()) : 0
      log.warn({ peer: to, reason, retryMs }, 'a snapshot could not be sent; it is tried again')
    }
    this.#sending.delete(to)
    if (!this.#isClosed) onReported(to, result)
  }

  async #carry(
    message: SnapshotMessage,
    leastIndex: Index,
    sending: Sending,
  ): Promise<SnapshotSource['header']> {
    const { streams } = this.#dependencies
    const source = await this.#take(message.to, leastIndex)
    try {
      sending.index = source.header.mark.index
      throwIfStopped(sending)
      const stream = await streams.open(message.to)
      sending.stream = stream
      try {
        throwIfStopped(sending)
        const bytesTotal = source.header.bytes
        sending.progress = { bytes: 0, bytesTotal }
        await sendSnapshot(stream, source, message, bytes => {
          sending.progress = { bytes, bytesTotal }
        })
      } finally {
        stream.close()
      }
      return source.header
    } finally {
      source.release()
    }
  }

  /** One that was kept from before the follower was a member says nothing to it: it is not in it. */
  async #take(to: NodeId, leastIndex: Index): Promise<SnapshotSource> {
    const { store } = this.#dependencies
    const source = await store.take(leastIndex)
    const { index, membership } = source.header.mark
    if (memberIds(membership).includes(to)) return source
    source.release()
    return store.take(index + 1)
  }

  /** A new stream ends the one before it: its sender has given that up, or leads no more. */
  #accept(from: NodeId, stream: PeerStream): void {
    if (this.#isClosed) {
      stream.close()
      return
    }
    const before = this.#receiving
    before?.stream.close()
    const done = this.#receive(from, stream, before?.done ?? Promise.resolve())
    this.#receiving = { stream, done }
  }

  async #receive(from: NodeId, stream: PeerStream, before: Promise<void>): Promise<void> {
    const { log } = this.#dependencies
    await before
    try {
      const onReceived = (progress: SnapshotProgress) => {
        this.#received = progress
      }
      await receiveSnapshot(from, stream, { ...this.#dependencies, onReceived })
    } catch (error) {
      if (!this.#isClosed) log.warn({ from, error: String(error) }, 'a snapshot did not arrive')
    }
    stream.close()
    this.#received = null
    if (this.#receiving?.stream === stream) this.#receiving = null
  }
}

function throwIfStopped({ stopped }: Sending): void {
  if (stopped !== null) throw new Error(stopped)
}
