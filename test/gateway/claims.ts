// What a client was told of its claim against what the state has in the end.
import type { Allocation } from '../../src/ledger/index.js'
import type { Claim } from './clients.js'

/** How often there was something to check. */
export type ClaimCounts = {
  acknowledged: number
  released: number
  /** Refused, as the network was full. */
  full: number
  /** Failed so that it certainly did not happen. */
  known: number
  /** Failed so that it may have happened. */
  unknown: number
}

export function newClaimCounts(): ClaimCounts {
  return { acknowledged: 0, released: 0, full: 0, known: 0, unknown: 0 }
}

/**
 * @param rows what the state has under the claim's hostname
 * @returns what contradicts the answers that the client got
 */
export function checkClaim(
  rows: readonly Allocation[],
  claim: Claim,
  counts: ClaimCounts,
): readonly string[] {
  const findings: string[] = []
  const { hostname, wish, allocation, release } = claim
  const statuses = rows.map(({ status }) => status).join(' and ')
  const expect = (what: string, isTrue: boolean) => {
    if (!isTrue) findings.push(`${hostname}: ${what}, and the state has: ${statuses || '-'}`)
  }
  for (const { maybe, ending } of release === null ? [wish] : [wish, release])
    if (maybe) counts.unknown += 1
    else if (ending === 'given-up') counts.known += 1
  expect('each wish is fulfilled once', rows.length <= 1)
  if (allocation === null) {
    if (wish.ending === 'refused') counts.full += 1
    const isCertain = wish.ending === 'refused' || !wish.maybe
    if (isCertain) expect('it certainly did not happen', rows.length === 0)
    return findings
  }
  counts.acknowledged += 1
  expect('it was acknowledged', rows[0]?.id === allocation.id)
  if (release?.ending === 'done') {
    counts.released += 1
    expect('its release was acknowledged', statuses === 'released')
  } else if (release === null || !release.maybe) {
    expect('its release certainly did not happen', statuses === 'allocated')
  }
  return findings
}
