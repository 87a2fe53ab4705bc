// What the driver asks of the world. Each port has a real implementation here and a fake in test/support,
// and both pass the same contract suite.
import type {
  Entry,
  HardState,
  Index,
  Membership,
  Message,
  NodeId,
  SnapshotMark,
  Term,
} from './core/index.js'

/** One atomic, durable step of the log. */
export type LogBatch = {
  readonly hardState: HardState
  /** Everything at entries[0].index and beyond is deleted in the same batch; empty = only the hard state. */
  readonly entries: readonly Entry[]
  /** False only when nothing but the commit index changed. */
  readonly sync: boolean
}

/** What stood on disk at open, already verified. */
export type LoadedLog = {
  readonly hardState: HardState
  /** The log was cut up to and including this entry; index 0 when it never was. */
  readonly compacted: { readonly index: Index; readonly term: Term; readonly timeMs: number }
  /** Contiguous from compacted.index + 1. */
  readonly entries: readonly Entry[]
}

/** The durable log. Calls do not overlap: the driver has one in flight. Any rejection is final for the process. */
export interface LogStore {
  /** Resolves once the batch is on disk (fsynced when `sync`). */
  append(batch: LogBatch): Promise<void>
  /** Deletes entries up to and including `mark.index`; the mark is durable first. */
  compact(mark: {
    readonly index: Index
    readonly term: Term
    readonly timeMs: number
  }): Promise<void>
  /** Entries from `first` to `last`, both included, verified as at open. */
  read(first: Index, last: Index): Promise<Entry[]>
  close(): Promise<void>
}

export type PeerAddress = { readonly nodeId: NodeId; readonly raftAddress: string }

export interface Transport {
  /** Whom to hold a connection to. Called at start and whenever the address book changes. */
  setPeers(peers: readonly PeerAddress[]): void
  /** Fire and forget; dropped when the peer is unreachable or its queue is full. Never throws. */
  send(to: NodeId, messages: readonly Message[]): void
  /** The same for the gateway's own frames (forwarded commands), at most once each; the transport does not look inside. */
  sendApplication(to: NodeId, frame: Uint8Array): void
  /** Set once before start. */
  handlers: TransportHandlers
  start(): Promise<void>
  close(): Promise<void>
}

export type TransportHandlers = {
  /** Messages of one peer, in the order it sent them on one connection. */
  readonly onMessages: (from: NodeId, messages: readonly Message[]) => void
  readonly onApplication: (from: NodeId, frame: Uint8Array) => void
  /** `connected`: our messages can reach it. `disconnected`: the link to or from it broke. */
  readonly onPeer: (nodeId: NodeId, state: 'connected' | 'disconnected') => void
}

/** A committed entry on its way into the state; `membership` is set on membership entries: the configuration from here on. */
export type ApplyEntry = Entry & { readonly membership: Membership | null }

/** The replicated state. Synchronous: it runs between two turns of the event loop. */
export interface StateMachine {
  /** Last entry whose effects are in the state, with the membership as of there; index 0 when new. */
  readonly applied: SnapshotMark
  /**
   * Applies entries in order in one transaction with the applied index. Entries at or below `applied.index`
   * are skipped (replay after a crash). A throw is a bug or a broken disk: the driver stops the process.
   */
  apply(entries: readonly ApplyEntry[]): void
  /** Highest applied index that survives a power cut; the log is never cut above it. */
  durableIndex(): Index
}

/** What a snapshot says of itself; the hash is over all its bytes. */
export type SnapshotHeader = {
  readonly mark: SnapshotMark
  readonly bytes: number
  /** SHA-256, in hex. */
  readonly sha256: string
}

/** A snapshot of this node's state that can be read piece by piece. It stays as it is until `release`. */
export interface SnapshotSource {
  readonly header: SnapshotHeader
  /** Up to `bytes` from `offset`; fewer only at the end. */
  read(offset: number, bytes: number): Promise<Uint8Array>
  release(): void
}

/** A snapshot on its way in. What was received stays when its stream breaks, and the next one goes on from there. */
export interface SnapshotSink {
  /** Bytes that are here already. */
  readonly received: number
  write(bytes: Uint8Array): Promise<void>
  /** Verifies the whole against its header. @throws a full sentence; everything received is gone then */
  finish(): Promise<void>
  /** Its stream has ended: no write follows. */
  release(): Promise<void>
}

/** Snapshots of the state machine. A rejection of `install` or `installed` is final for the process. */
export interface SnapshotStore {
  /** A snapshot of what is applied now or later; one that is kept and not older than `leastIndex` is used again. */
  take(leastIndex: Index): Promise<SnapshotSource>
  /** One at a time: a sink for another snapshot takes the place of what was received before. */
  receive(header: SnapshotHeader): Promise<SnapshotSink>
  /**
   * Makes the finished snapshot the state, durably; StateMachine.applied is its mark then. A crash on the way leaves the
   * old state or the new one. The log is cut to the mark next, and then `installed` is called.
   */
  install(mark: SnapshotMark): Promise<void>
  /** The log was cut to the mark. */
  installed(): Promise<void>
}

/** One connection to a peer for one purpose, apart from messages. Frames come whole and in order, or it breaks. */
export interface PeerStream {
  /** At most a few frames may be under way: whoever sends waits for the other side's answers. */
  send(frame: Uint8Array): void
  /** Next frame; one reader at a time. @throws when the stream broke, was closed, or nothing came for `timeoutMs` */
  receive(timeoutMs: number): Promise<Uint8Array>
  close(): void
}

/** Streams for snapshots, on sockets of their own, so that heartbeats never wait behind them. */
export interface SnapshotStreams {
  /** @throws when the peer cannot be reached */
  open(to: NodeId): Promise<PeerStream>
  /** Called with every stream that a peer opens. Set once before start. */
  onStream: (from: NodeId, stream: PeerStream) => void
}

export interface Clock {
  /** Monotonic milliseconds, for elapsed time. */
  monotonicMs(): number
  /** Wall clock, milliseconds since 1970: only ever carried in messages and entries, never compared for safety. */
  wallMs(): number
  /** Calls once after about `delayMs`; returns a function that cancels. */
  after(delayMs: number, callback: () => void): () => void
  /** Calls as soon as inbound messages that have already arrived were handled (setImmediate). */
  soon(callback: () => void): void
}

/** Uniform in [0, 1). */
export type Random = () => number

export interface Log {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}
