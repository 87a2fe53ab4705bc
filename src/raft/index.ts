// What other rooms may use of Raft.
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
export type { Raft, RaftDriverOptions, RaftStatus, RoleStatus } from './driver.js'
export { RaftError } from './driver.js'
export type {
  ApplyEntry,
  Clock,
  Log,
  LogStore,
  PeerAddress,
  Random,
  StateMachine,
  Transport,
  TransportHandlers,
} from './ports.js'
