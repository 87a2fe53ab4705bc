// What is asked of the finder's tables, and answered, be they on a thread of their own or not.
import type { Allocation } from '../../ledger/index.js'
import type {
  AddressQuery,
  ChangeQuery,
  ChangeRow,
  DayCount,
  Found,
  HostQuery,
  Occupant,
  RegionDay,
  RegionDayQuery,
} from '../reads.js'

export type DayQuery = {
  readonly networkId: number | null
  readonly fromDay: number
  readonly toDay: number
}

export type Question =
  | { readonly type: 'addresses'; readonly query: AddressQuery }
  | { readonly type: 'changes'; readonly query: ChangeQuery }
  | { readonly type: 'days'; readonly query: DayQuery }
  | { readonly type: 'hosts'; readonly query: HostQuery }
  | { readonly type: 'regionDays'; readonly query: RegionDayQuery }

export type Answers = {
  addresses: Found<Occupant>
  changes: Found<ChangeRow>
  days: readonly DayCount[]
  hosts: Found<Allocation>
  regionDays: readonly RegionDay[]
}

/** `answer` is null where the tables are behind the state after one slice more. `isTidy`: nothing is left to clear away. */
export type Reply = {
  readonly answer: Answers[keyof Answers] | null
  readonly isCurrent: boolean
  readonly isTidy: boolean
  readonly percent: number
}

/** `question` null: only a slice. `givenUp`: its one element becomes 1 when nobody waits for the answer any more. */
export type FinderRequest = {
  readonly question: Question | null
  readonly givenUp: Int32Array
}

/** Where the tables are. */
export interface FinderPort {
  /** The state's open transaction was committed before. */
  call(request: FinderRequest): Promise<Reply>
  /** Nothing uses the state any more when it resolves. */
  close(): Promise<void>
}

export type FinderPaths = {
  /** The state's database. */
  readonly statePath: string
  readonly finderPath: string
}

export type ToFinder =
  | { readonly type: 'call'; readonly call: number; readonly request: FinderRequest }
  | { readonly type: 'stop' }
export type FromFinder =
  | { readonly call: number; readonly reply: Reply }
  | { readonly call: number; readonly error: Error }
