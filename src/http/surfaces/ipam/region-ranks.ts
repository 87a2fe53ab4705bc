// Regions in an order of which their hosts are to come, too: each has a rank, the same as those that are equal in all that is sorted by.
import type { HostQuery } from '../../../store/index.js'
import type { Call } from '../../call.js'
import { visitInSlices } from '../../slices.js'
import { sortInSlices } from '../../sort-in-slices.js'
import type { RegionHit } from './region-hit.js'
import {
  compareValues,
  type SearchOrder,
  type SortKey,
  type SortValue,
  valueIn,
} from './search-order.js'

/** The place of each value among the different ones. */
type Places = { readonly of: readonly number[]; readonly count: number }

/** @throws ClientGone */
export async function ranked(
  call: Call,
  hits: readonly RegionHit[],
  { keys }: SearchOrder,
): Promise<NonNullable<HostQuery['regions']>> {
  const [first, ...rest] = keys
  let ranks =
    first === undefined ? { of: hits.map(() => 0), count: 1 } : await placesIn(call, hits, first)
  for (const key of rest) {
    const { of, count } = await placesIn(call, hits, key)
    // Two places as one number.
    const both = ranks.of.map((rank, at) => rank * count + (of[at] ?? 0))
    ranks = await placesOf(call, both, compareValues)
  }
  return {
    keys: Uint16Array.from(hits, ({ key }) => key),
    ranks: Uint16Array.from(ranks.of),
  }
}

async function placesIn(
  call: Call,
  hits: readonly RegionHit[],
  { field, descending }: SortKey,
): Promise<Places> {
  const values: SortValue[] = []
  await visitInSlices(call, hits, hit => values.push(valueIn(hit, field)))
  const compare = (one: SortValue, other: SortValue) =>
    descending ? compareValues(other, one) : compareValues(one, other)
  return placesOf(call, values, compare)
}

async function placesOf<Value extends SortValue>(
  call: Call,
  values: readonly Value[],
  compare: (one: Value, other: Value) => number,
): Promise<Places> {
  const different = new Set<Value>()
  await visitInSlices(call, values, value => different.add(value))
  const sorted = await sortInSlices(call, [...different], compare)
  const places = new Map<Value, number>()
  await visitInSlices(call, sorted, value => places.set(value, places.size))
  const of: number[] = []
  await visitInSlices(call, values, value => of.push(places.get(value) ?? 0))
  return { of, count: sorted.length }
}
