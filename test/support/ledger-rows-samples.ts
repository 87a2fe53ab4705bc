// What the suites of LedgerRows share: the factory's type and rows to write.
import type { Test } from 'tap'
import type {
  Allocation,
  AllocationDetails,
  Change,
  LedgerImage,
  LedgerRows,
  Network,
  NumberClaim,
  NumberPool,
  Outcome,
  PoolFacet,
  SubnetFacet,
} from '../../src/ledger/index.js'

export type RowsUnderTest = {
  readonly rows: LedgerRows
  /** What a ledger that opens now would load, read from the rows afresh. */
  image(): LedgerImage
  /** The kept history, oldest first, in the ledger's own terms (no hashes, no anchor). */
  changes(): readonly Change[]
  close(): void | Promise<void>
}

/** Makes empty rows. */
export type RowsFactory = () => RowsUnderTest | Promise<RowsUnderTest>

/** Runs a named test on fresh rows. */
export type WithRows = (name: string, body: (t: Test, made: RowsUnderTest) => void) => unknown

export const IPV6_LAST = (1n << 128n) - 1n
export const MANY = 1000

export function allocationRow(
  set: Partial<Allocation> & { id: number; first: bigint },
): Allocation {
  return {
    networkId: 1,
    vrfId: 1,
    family: 4,
    last: set.first,
    kind: 'address',
    prefixLength: null,
    blockId: null,
    hostname: null,
    description: null,
    owner: null,
    tags: [],
    details: null,
    status: 'allocated',
    allocatedMs: 1_700_000_000_000,
    expiresMs: null,
    releasedMs: null,
    heldUntilMs: null,
    revision: 7,
    ...set,
  }
}

export const ended = (heldUntilMs: number | null) =>
  ({ status: 'released', releasedMs: 1_700_000_000_500, heldUntilMs }) as const

export function networkRow(set: Partial<Network> & { id: number }): Network {
  return {
    vrfId: 1,
    family: 4,
    first: 0x0a000000n,
    prefixLength: 8,
    description: null,
    tags: [],
    holdHours: 0,
    pool: null,
    subnet: null,
    region: null,
    createdMs: 1_700_000_000_000,
    updatedMs: 1_700_000_000_001,
    revision: 3,
    ...set,
  }
}

export function poolFacet(set: Partial<PoolFacet> & { id: number }): PoolFacet {
  return {
    name: `pool ${set.id}`,
    description: null,
    strategy: 'first',
    strategyRevision: 3,
    createdMs: 1_700_000_000_002,
    ...set,
  }
}

export function subnetFacet(set: Partial<SubnetFacet> = {}): SubnetFacet {
  return { gateway: null, vlanId: null, location: null, customFields: {}, createdBy: null, ...set }
}

export function detailsOf(set: Partial<AllocationDetails> = {}): AllocationDetails {
  return {
    mac: null,
    formerMacs: [],
    deviceType: null,
    location: null,
    customFields: {},
    allocatedBy: null,
    releaseReason: null,
    host: null,
    ...set,
  }
}

export function numberPoolRow(set: Partial<NumberPool> & { id: number }): NumberPool {
  return {
    name: `numbers ${set.id}`,
    description: null,
    kind: 'rt',
    format: 0,
    administrator: '65000',
    rangeStart: 0,
    rangeEnd: 0xffffffff,
    createdMs: 1_700_000_000_000,
    updatedMs: 1_700_000_000_001,
    revision: 4,
    ...set,
  }
}

export function numberRow(set: Partial<NumberClaim> & { id: number; value: number }): NumberClaim {
  return {
    poolId: 1,
    description: null,
    owner: null,
    status: 'allocated',
    allocatedMs: 1_700_000_000_000,
    releasedMs: null,
    revision: 5,
    ...set,
  }
}

export function granted(revision: number, allocation: Allocation): Outcome {
  return {
    revision,
    originalRevision: revision,
    ok: true,
    result: { type: 'allocation', allocation },
  }
}

export function changeRow(set: { revision: number; n: number; timeMs: number }): Change {
  return {
    origin: { actor: 'alice', clientAddress: '192.0.2.1', userAgent: null },
    action: 'allocation.updated',
    entity: 'allocation',
    entityId: 5,
    before: { id: 5, hostname: null, tags: [], shared: true },
    after: { id: 5, hostname: 'web “1” \u{1f310}', tags: ['a', 'b=c'], shared: false },
    ...set,
  }
}

export const ids = (rows: readonly { id: number }[]) => rows.map(row => row.id)
export const claimIds = (image: LedgerImage) => [...image.claims()].map(claim => claim.id)
