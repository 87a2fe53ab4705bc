// What other rooms may use of the ledger.
export type {
  BulkCommand,
  ClusterMember,
  Command,
  CreateAllocationCommand,
  IdempotencyKey,
  ReleaseAllocationCommand,
  Request,
} from './commands.js'
export { BULK_STEPS_MAX, COMMAND_ROWS_MAX, COMMAND_VERSION } from './commands.js'
export type {
  Allocation,
  AllocationStatus,
  Change,
  ChangeAction,
  EntityKind,
  Family,
  Image,
  Network,
  NetworkStatistics,
  Origin,
  Vrf,
} from './entities.js'
export type { Placement } from './ledger.js'
export { Ledger } from './ledger.js'
export type { ClaimHolder, Outcome, Refusal, Result } from './outcomes.js'
export type {
  ClusterIdentity,
  IdempotencyRecord,
  LedgerImage,
  LedgerRows,
  SessionState,
} from './ports.js'
