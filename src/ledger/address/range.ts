// Arithmetic on ranges and networks: plain integers, the family known to the caller.
import type { Family } from '../entities.js'
import { addressBits } from './family.js'

/** Addresses first..last, both included; first <= last. */
export type AddressRange = { readonly first: bigint; readonly last: bigint }

/** A prefix with its host bits cleared. A `Network` is one. */
export type Cidr = {
  readonly family: Family
  readonly first: bigint
  readonly prefixLength: number
}

/** Bits that tell a network's addresses apart: its size is 2^hostBits. */
export function hostBits(family: Family, prefixLength: number): number {
  return addressBits(family) - prefixLength
}

/** A CIDR of one address. */
export function isSingleAddress({ family, prefixLength }: Cidr): boolean {
  return prefixLength === addressBits(family)
}

/** How many addresses the network spans, usable or not: 1 to 2^128. */
export function networkSize(network: Cidr): bigint {
  return 1n << BigInt(hostBits(network.family, network.prefixLength))
}

export function lastAddress(network: Cidr): bigint {
  return network.first + networkSize(network) - 1n
}

export function networkRange(network: Cidr): AddressRange {
  return { first: network.first, last: lastAddress(network) }
}

/** How many addresses the range spans. */
export function rangeSize(range: AddressRange): bigint {
  return range.last - range.first + 1n
}

/** True when every address of `inner` lies in `outer`; a range contains itself. */
export function rangeContains(outer: AddressRange, inner: AddressRange): boolean {
  return outer.first <= inner.first && inner.last <= outer.last
}

/** True when the ranges have an address in common. */
export function rangesOverlap(a: AddressRange, b: AddressRange): boolean {
  return a.first <= b.last && b.first <= a.last
}

/**
 * The addresses that may be handed out as hosts (LEDGER.md, Usable addresses): IPv4 up to /30 without network and
 * broadcast address, /31 both (RFC 3021), /32 one; IPv6 up to /126 without the subnet-router anycast address, the
 * first (RFC 4291, 2.6.1), /127 both (RFC 6164), /128 one. Never empty.
 */
export function usableRange(network: Cidr): AddressRange {
  const last = lastAddress(network)
  if (hostBits(network.family, network.prefixLength) < 2) return { first: network.first, last }
  return { first: network.first + 1n, last: network.family === 4 ? last - 1n : last }
}
