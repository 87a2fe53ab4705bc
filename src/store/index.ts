// What other rooms may use of the store.
export type {
  AllocationFilter,
  ChangePosition,
  ChangeRow,
  PageRequest,
  Reads,
  Scans,
} from './reads.js'
export type { AppliedRequest, StoreOptions, StoreView } from './store.js'
