// What other rooms may use of the store.
export type { CheckReport } from './check/check-state.js'
export { checkState, checkStateFile } from './check/check-state.js'
export type { CheckArea, CheckFinding } from './check/findings.js'
export { decodeRequest, encodeRequest, readRequestAhead } from './codec/request-codec.js'
export { FinderBusyError } from './finder-busy-error.js'
export { SCHEMA_VERSION } from './migrations/index.js'
export { rangeOfOccupant } from './occupants.js'
export { migrateStateFile } from './open-state.js'
export type {
  AddressOrder,
  AddressQuery,
  AllocationFilter,
  ChangePosition,
  ChangeQuery,
  ChangeRow,
  Counted,
  CountedSlice,
  DayCount,
  Figures,
  Finder,
  Found,
  HostOrder,
  HostQuery,
  JobReads,
  Kept,
  NotificationFilter,
  Occupant,
  PageRequest,
  PersonalReads,
  Reads,
  RegionDay,
  RegionDayQuery,
  RegionFigures,
  RegionReads,
  RegionTotals,
  ReservationFilter,
  Scans,
  SearchField,
  Surroundings,
  WebhookReads,
  Window,
} from './reads.js'
export type { Refounding, StandingState } from './refound/refound-state.js'
export {
  adoptState,
  REVISIONS_SKIPPED,
  refoundState,
  standingState,
} from './refound/refound-state.js'
export { ScanError } from './scan/scan-slots.js'
export { NoRoomError } from './snapshot/no-room-error.js'
export { Store } from './store.js'
export type {
  AppliedRequest,
  OpenStoreOptions,
  StoreDependencies,
  StoreOptions,
  StoreView,
} from './types.js'
