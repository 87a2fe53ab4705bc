// What the beginning of an address, a whole one, or a CIDR stands for: ranges of addresses.
import { type Family, lastAddress, parseAddress, parseCidr } from '../../ledger/index.js'

export type AddressSpan = {
  readonly family: Family
  readonly first: bigint
  readonly last: bigint
}
export type Beginnings = {
  readonly spans: readonly AddressSpan[]
  /** An address or a CIDR that is whole: what covers it from further out is meant as well. */
  readonly covered: AddressSpan | null
}

const NOTHING: Beginnings = { spans: [], covered: null }
const IPV4_BEGINNING = /^\d{1,3}(\.\d{1,3}){0,3}\.?$/
const OCTETS = 4
const OCTET_BITS = 8
const OCTET_MAX = 255
const IPV6_BEGINNING =
  /^[0-9a-f]{1,4}(::?[0-9a-f]{1,4}){0,7}:{0,2}$|^::([0-9a-f]{1,4}(:[0-9a-f]{1,4}){0,6}:?)?$/
const GROUPS = 8
const GROUP_BITS = 16
const GROUP_MAX = 0xffff
/** `::` stands for so many groups of zeros at least (RFC 5952, 4.2.2). */
const ZEROS_MIN = 2

/** @param word in small letters */
export function addressBeginnings(word: string): Beginnings {
  const cidr = word.includes('/') ? parseCidr(word) : null
  if (cidr !== null) {
    if ('reason' in cidr) return NOTHING
    const whole = { family: cidr.family, first: cidr.first, last: lastAddress(cidr) }
    return { spans: [whole], covered: whole }
  }
  const address = parseAddress(word)
  const whole = address === null ? null : spanOf(address.family, address.value, address.value, 0)
  if (whole?.family === 4) return { spans: [whole], covered: whole }
  const spans = IPV4_BEGINNING.test(word) ? ipv4Spans(word) : []
  const others = IPV6_BEGINNING.test(word) ? ipv6Spans(word) : []
  return {
    spans: merged([...spans, ...others, ...(whole === null ? [] : [whole])]),
    covered: whole,
  }
}

/** `10.1` begins 10.1.0.0 to 10.1.255.255, and those of 10.10 to 10.19 and 10.100 to 10.199. */
function ipv4Spans(word: string): AddressSpan[] {
  const octets = word.split('.')
  if (octets.length > OCTETS) return []
  const open = octets.pop() ?? ''
  const numbers = octets.map(Number)
  if (numbers.some((number, at) => number > OCTET_MAX || String(number) !== octets[at])) return []
  const bits = (OCTETS - numbers.length) * OCTET_BITS
  const before = numbers.reduce((value, octet) => value * 256n + BigInt(octet), 0n)
  if (open === '') return [spanOf(4, before, before, bits)]
  const shifted = before << BigInt(OCTET_BITS)
  return beginningNumbers(open, 10, OCTET_MAX).map(([from, to]) =>
    spanOf(4, shifted + BigInt(from), shifted + BigInt(to), bits - OCTET_BITS),
  )
}

function ipv6Spans(word: string): AddressSpan[] {
  const parts = word.split('::')
  if (parts.length > 2) return []
  const [head = '', tail] = parts
  if (tail === undefined) return groupSpans(groupsOf(head))
  const before = groupsOf(head)
  if (tail === '') return groupSpans([...before, ...zeros(ZEROS_MIN), ''])
  const spans: AddressSpan[] = []
  // Behind `::` the rest may begin at several places: each is one number of zeros.
  for (let count = ZEROS_MIN; count < GROUPS; count++) {
    spans.push(...groupSpans([...before, ...zeros(count), ...groupsOf(tail)]))
  }
  return spans
}

function groupsOf(text: string): string[] {
  return text === '' ? [] : text.split(':')
}

function zeros(count: number): string[] {
  return Array.from({ length: count }, () => '0')
}

/** The last group is open: other digits may follow it. Empty: any. */
function groupSpans(groups: readonly string[]): AddressSpan[] {
  const whole = groups.slice(0, -1)
  const open = groups.at(-1) ?? ''
  if (whole.length > GROUPS || (whole.length === GROUPS && open !== '')) return []
  const before = whole.reduce((value, group) => (value << 16n) + BigInt(`0x${group}`), 0n)
  const bits = (GROUPS - whole.length) * GROUP_BITS
  if (open === '') return [spanOf(6, before, before, bits)]
  const shifted = before << BigInt(GROUP_BITS)
  return beginningNumbers(open, 16, GROUP_MAX).map(([from, to]) =>
    spanOf(6, shifted + BigInt(from), shifted + BigInt(to), bits - GROUP_BITS),
  )
}

/** Numbers up to `max` whose text begins with `text`, as ranges. A text with a zero in front begins none but `0`. */
function beginningNumbers(text: string, radix: number, max: number): [number, number][] {
  const number = Number.parseInt(text, radix)
  if (number.toString(radix) !== text || number > max) return []
  if (number === 0) return [[0, 0]]
  const ranges: [number, number][] = []
  for (let size = 1; number * size <= max; size *= radix) {
    ranges.push([number * size, Math.min(max, number * size + size - 1)])
  }
  return ranges
}

/** Addresses whose leading bits, all but `bits` of them, are from `from` to `to`. */
function spanOf(family: Family, from: bigint, to: bigint, bits: number): AddressSpan {
  const shift = BigInt(bits)
  return { family, first: from << shift, last: ((to + 1n) << shift) - 1n }
}

/** In order, and none touching another. */
function merged(spans: readonly AddressSpan[]): AddressSpan[] {
  const sorted = [...spans].sort((a, b) => a.family - b.family || (a.first < b.first ? -1 : 1))
  const result: AddressSpan[] = []
  for (const next of sorted) {
    const last = result.at(-1)
    if (last === undefined || last.family !== next.family || next.first > last.last + 1n) {
      result.push(next)
    } else if (next.last > last.last) {
      result[result.length - 1] = { ...last, last: next.last }
    }
  }
  return result
}
