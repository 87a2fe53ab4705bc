// What the driver may use of the core.
export { memberIds } from './membership.js'
export type {
  PeerProgress,
  ProposeChangeResult,
  ProposeResult,
  RaftNodeOptions,
  RaftNodeStart,
  RaftNodeStatus,
} from './options.js'
export type { Wanted } from './raft-node.js'
export { RaftNode } from './raft-node.js'
export type {
  Entry,
  EntryKind,
  HardState,
  Index,
  MemberChange,
  Membership,
  MembershipChange,
  Message,
  NodeId,
  ReadState,
  Ready,
  Role,
  SnapshotMark,
  SnapshotMessage,
  Term,
  Write,
} from './types.js'
