// What surfaces ask of the address space, answered address by address and compared.
import { isDeepStrictEqual } from 'node:util'
import {
  type AddressRange,
  addressBits,
  type Ledger,
  lastAddress,
  type Network,
} from '../../src/ledger/index.js'
import { contains, isFree, type ModelSpace, rangeOf } from './model-space.js'

/** The default VRF's id. */
const VRF_ID = 1

/** @throws with the question whose answer is another one than the model's. */
export function checkQueries(ledger: Ledger, space: ModelSpace): void {
  same([...ledger.networksInTreeOrder(VRF_ID)], inTreeOrder(space), 'networks in tree order')
  for (const network of space.networks) checkNetwork(ledger, space, network)
}

function checkNetwork(ledger: Ledger, space: ModelSpace, network: Network): void {
  const { id, family, first, prefixLength } = network
  const cells = space.cells(network).filter(cell => cell.usable)
  const own = cells.map(({ address }) => address)
  const free = cells.filter(isFree).map(({ address }) => address)
  for (const [skip, limit] of [
    [0, 100],
    [1, 2],
    [own.length - 1, 5],
  ] as const) {
    if (skip < 0) continue
    const page = (all: readonly bigint[]) => all.slice(skip, skip + limit)
    const asked = `${limit} from ${skip} on of network ${id}`
    same(listed(ledger.ownAddresses(id, BigInt(skip), limit)), page(own), `own ${asked}`)
    same(listed(ledger.freeAddresses(id, BigInt(skip), limit)), page(free), `free ${asked}`)
  }
  const { allocated, total } = space.statistics(network)
  const utilization = total === 0n ? 0 : Math.round((Number(allocated) * 10_000) / Number(total))
  same(ledger.utilization(id), utilization, `the utilization of network ${id}`)
  same(
    ledger.surroundings(VRF_ID, network, 2),
    surroundings(space, network),
    `what is around ${id}`,
  )
  const longer = Math.min(prefixLength + 1, addressBits(family))
  const half = { family, first, prefixLength: longer }
  same(ledger.surroundings(VRF_ID, half, 2), surroundings(space, half), `what is around half ${id}`)
  const address = { family, value: first }
  const at = space.around(VRF_ID, family, { first, last: first }, 999)[0]
  same(ledger.networkAt(VRF_ID, address), at ?? null, `the network at ${first}`)
}

function surroundings(space: ModelSpace, cidr: Pick<Network, 'family' | 'first' | 'prefixLength'>) {
  const { family, first, prefixLength } = cidr
  const range = { first, last: lastAddress(cidr) }
  const containing = space.around(VRF_ID, family, range, prefixLength).reverse()
  const parent = containing.at(-1)
  const exact = space.networks.find(
    one => one.family === family && one.first === first && one.prefixLength === prefixLength,
  )
  const below = (exact ?? parent)?.id
  const inside = inTreeOrder(space).filter(
    one =>
      one.family === family &&
      one !== exact &&
      contains(range, rangeOf(one)) &&
      space.parent(one)?.id === below,
  )
  return { exact: exact ?? null, containing, inside: inside.slice(0, 2) }
}

function inTreeOrder(space: ModelSpace): Network[] {
  return [...space.networks].sort((a, b) => {
    if (a.family !== b.family) return a.family - b.family
    if (a.first !== b.first) return a.first < b.first ? -1 : 1
    return a.prefixLength - b.prefixLength
  })
}

function listed(ranges: readonly AddressRange[]): bigint[] {
  return ranges.flatMap(({ first, last }) =>
    Array.from({ length: Number(last - first) + 1 }, (_, at) => first + BigInt(at)),
  )
}

export function same(found: unknown, wanted: unknown, what: string): void {
  if (isDeepStrictEqual(found, wanted)) return
  const text = (value: unknown) =>
    JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? `${part}n` : part))
  throw new Error(`${what}\n  found  ${text(found)}\n  wanted ${text(wanted)}`)
}
