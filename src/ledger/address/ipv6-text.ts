// IPv6 addresses as text: every spelling of RFC 4291 (2.2) in, the one spelling of RFC 5952 out.
import { formatIpv4, parseIpv4 } from './ipv4-text.js'
import { joinWords, splitWords } from './words.js'

const COLON = 58
const DOT = 46
const GROUPS = 8

/** Scratch: the groups as read from a text, and the words of a value to print. */
const groups = new Uint16Array(GROUPS)
const words = new Uint32Array(4)

/** @returns the address, or null when the text is none. */
export function parseIpv6(text: string): bigint | null {
  const { length } = text
  let count = 0
  let gapAt = -1
  let i = 0
  if (text.startsWith('::')) {
    gapAt = 0
    i = 2
  }
  while (i < length) {
    const start = i
    let group = 0
    for (; i < start + 4; i++) {
      const digit = hexDigit(text.charCodeAt(i))
      if (digit < 0) break
      group = group * 16 + digit
    }
    const code = i < length ? text.charCodeAt(i) : -1
    if (code === DOT) {
      const tail = parseIpv4(text, start)
      if (tail < 0 || count > GROUPS - 2) return null
      groups[count++] = tail >>> 16
      groups[count++] = tail & 0xffff
      break
    }
    if (i === start || count === GROUPS) return null
    groups[count++] = group
    if (code < 0) break
    if (code !== COLON) return null
    i++
    if (text.charCodeAt(i) === COLON) {
      if (gapAt >= 0) return null
      gapAt = count
      i++
    } else if (i === length) return null
  }
  if (gapAt < 0 ? count < GROUPS : count === GROUPS) return null
  return joinGroups(count, gapAt)
}

/** @param value 0 to 2^128-1. */
export function formatIpv6(value: bigint): string {
  splitWords(value, words, 0, 4)
  if (words[0] === 0 && words[1] === 0 && words[2] === 0xffff) {
    return `::ffff:${formatIpv4(words[3] ?? 0)}`
  }
  const gap = longestZeroRun()
  let text = ''
  for (let i = 0; i < GROUPS; i++) {
    if (i === gap.at) {
      text += '::'
      i += gap.length - 1
    } else {
      if (i > 0 && i !== gap.at + gap.length) text += ':'
      text += wordGroup(i).toString(16)
    }
  }
  return text
}

/** Where `::` goes: the longest run of at least two zero groups in `words`, the first of equals (RFC 5952, 4.2). */
function longestZeroRun(): { at: number; length: number } {
  let at = -1
  let length = 1
  let run = 0
  for (let i = 0; i < GROUPS; i++) {
    run = wordGroup(i) === 0 ? run + 1 : 0
    if (run > length) {
      length = run
      at = i - run + 1
    }
  }
  return at < 0 ? { at: -1, length: 0 } : { at, length }
}

function wordGroup(i: number): number {
  const word = words[i >> 1] ?? 0
  return i % 2 === 0 ? word >>> 16 : word & 0xffff
}

function joinGroups(count: number, gapAt: number): bigint {
  if (gapAt >= 0) {
    groups.copyWithin(GROUPS - (count - gapAt), gapAt, count)
    groups.fill(0, gapAt, GROUPS - (count - gapAt))
  }
  return joinWords(groupWord(0), groupWord(1), groupWord(2), groupWord(3))
}

function groupWord(i: number): number {
  return ((groups[i * 2] ?? 0) << 16) | (groups[i * 2 + 1] ?? 0)
}

/** The value of a hexadecimal digit in either case, or -1. */
function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48
  const lower = code | 32
  return lower >= 97 && lower <= 102 ? lower - 87 : -1
}
