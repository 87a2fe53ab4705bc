// Addresses as the finder's tables order them: an IPv4 occupant's id is its address and what it is, so that ids are in
// address order; of IPv6 the address is a column, and ids lie above those of all IPv4.
import { addressToBytes, type Family } from '../../ledger/index.js'

/** Codes of an address: 0 to 32 a block by its prefix length, then what follows, then what found its code taken. */
const CODES = 128
export const CODE_RUN = 33
export const CODE_ADDRESS = 34
export const CODE_RESERVATION = 35
export const CODE_GATEWAY = 36
/** Where nested blocks of one size go but the first of them. */
export const CODE_SPARE = 37

/** Ids below it are IPv4's. */
export const IPV6_IDS = 2 ** 40
const KINDS = 4
const FAMILY_CLASSES = 256
const IPV4_BYTES_FROM = 12

/** @param code one of the codes above, 127 for the last id of the address */
export function ipv4Id(address: bigint, code: number): number {
  return Number(address) * CODES + code
}

export function lastIdOf(address: bigint): number {
  return ipv4Id(address, CODES - 1)
}

export function ipv6Id(kind: number, ref: number): number {
  return IPV6_IDS + ref * KINDS + kind
}

export function keyOf(family: Family, address: bigint): Uint8Array {
  const bytes = addressToBytes(address)
  return family === 4 ? bytes.slice(IPV4_BYTES_FROM) : bytes
}

/** Ranges of like size are in one class: those that can cover an address begin within a known distance before it. */
export function spanClass(family: Family, first: bigint, last: bigint): number {
  return family * FAMILY_CLASSES + (last - first).toString(2).length - (last === first ? 1 : 0)
}

/** The lowest first address of a range of that class that covers the address. */
export function earliestFirst(spanClass: number, address: bigint): bigint {
  const length = 1n << BigInt(spanClass % FAMILY_CLASSES)
  return address < length ? 0n : address - length + 1n
}

/** The classes that ranges of a family can be in. */
export function classesOf(family: Family): { readonly from: number; readonly to: number } {
  return { from: family * FAMILY_CLASSES, to: family * FAMILY_CLASSES + FAMILY_CLASSES - 1 }
}
