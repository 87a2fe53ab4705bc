// What other rooms may use of Raft.
export { ClusterBeginning } from './beginning/cluster-beginning.js'
export type { AddressBook } from './beginning/cluster-policy.js'
export { createPeerPolicy } from './beginning/cluster-policy.js'
export type {
  Entry,
  HardState,
  Index,
  Membership,
  MembershipChange,
  NodeId,
  ProposeChangeResult,
  RaftNodeStatus,
  Role,
  SnapshotMark,
  Term,
} from './core/index.js'
export type {
  DataDirectoryErrorCode,
  DataDirectoryOptions,
} from './data-directory/data-directory.js'
export { DataDirectory, DataDirectoryError, readIdentity } from './data-directory/data-directory.js'
export { DirectoryInUseError, DirectoryLock } from './data-directory/directory-lock.js'
export { DurableLogStore } from './data-directory/durable-log-store.js'
export { DurableSnapshotStore } from './data-directory/durable-snapshot-store.js'
export type { BootstrapMember, Identity } from './data-directory/identity.js'
export { aloneWith, freshIdentity, refoundLog, replaceIdentity } from './data-directory/refound.js'
export type { Marks, RefusalCode } from './data-directory/verify-start.js'
export { checkMarks, loadedAbove, RefusalToVote } from './data-directory/verify-start.js'
export type { Raft, RaftDriverOptions, RaftStatus, RoleStatus } from './driver.js'
export { RaftError } from './driver.js'
export type { LogDamageCode } from './level-log-store/errors.js'
export { LogDamagedError, LogStoreFailedError } from './level-log-store/errors.js'
export type { LogReport } from './level-log-store/inspect.js'
export { inspectLog } from './level-log-store/inspect.js'
export type { LevelLogStoreOptions, OpenedLog } from './level-log-store/level-log-store.js'
export { LevelLogStore } from './level-log-store/level-log-store.js'
export type { RaftMetrics } from './metrics.js'
export type {
  ApplyEntry,
  Clock,
  LoadedLog,
  Log,
  LogStore,
  PeerAddress,
  PeerStream,
  Random,
  SnapshotHeader,
  SnapshotSink,
  SnapshotSource,
  SnapshotStore,
  SnapshotStreams,
  StateMachine,
  Transport,
  TransportHandlers,
} from './ports.js'
export type { RaftDriverDependencies } from './raft-driver.js'
export { RaftDriver } from './raft-driver.js'
export type { SnapshotPorts, SnapshotsUnderWay } from './snapshots/snapshot-traffic.js'
export { systemClock } from './system-clock.js'
export { WsSnapshotStreams } from './ws-transport/ws-streams.js'
export type { PeerLinkTraffic, WsTransportOptions } from './ws-transport/ws-transport.js'
export { WsTransport } from './ws-transport/ws-transport.js'
