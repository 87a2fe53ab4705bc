// Entries as bytes: what goes in comes out, and nothing else is taken for entries.
import { deepStrictEqual, ok } from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import type { Entry, EntryKind } from '../../../src/raft/core/index.js'
import {
  decodeEntries,
  EntryFormatError,
  encodedBytes,
  encodeEntries,
} from '../../../src/raft/entry-codec.js'
import {
  decodeGroup,
  encodeGroup,
  splitGroups,
} from '../../../src/raft/level-log-store/group-codec.js'
import { decodeHead, encodeHead } from '../../../src/raft/level-log-store/head-codec.js'
import { DATA_UUID, entries, entry } from './support.js'

const safeInteger = fc.maxSafeNat()
const bytes = fc.uint8Array({ maxLength: 60 })
const kind = fc.constantFrom<EntryKind>('empty', 'command', 'membership')

/** Contiguous entries anywhere in the range of indexes, with terms that rise or stay. */
const contiguous = fc
  .record({
    first: fc.integer({ min: 1, max: 2 ** 53 - 1000 }),
    term: fc.integer({ min: 1, max: 2 ** 52 }),
    rows: fc.array(fc.tuple(fc.nat(3), kind, safeInteger, bytes), { maxLength: 20 }),
  })
  .map(({ first, term, rows }): Entry[] => {
    let current = term
    return rows.map(([rise, kind, timeMs, data], position) => {
      current += rise
      return { index: first + position, term: current, kind, timeMs, data }
    })
  })

t.test('entries come back as they were, and take the bytes that were foretold', async () => {
  fc.assert(
    fc.property(contiguous, written => {
      const encoded = encodeEntries(written)
      deepStrictEqual(encoded.byteLength, encodedBytes(written))
      deepStrictEqual(decodeEntries(encoded), written)
    }),
    { numRuns: 200 },
  )
})

t.test('entries are read from the middle of a larger buffer', async t => {
  const encoded = encodeEntries(entries(5, 9, 2))
  const frame = new Uint8Array(encoded.byteLength + 10)
  frame.set(encoded, 7)
  t.strictSame(decodeEntries(frame.subarray(7, 7 + encoded.byteLength)), entries(5, 9, 2))
})

t.test('bytes that are cut anywhere are refused, or give the entries before the cut', async t => {
  const written = entries(1, 4, 1)
  const encoded = encodeEntries(written)
  const ends = written.map((_, position) => encodedBytes(written.slice(0, position)))
  for (let length = 0; length < encoded.byteLength; length++) {
    const cut = encoded.subarray(0, length)
    const whole = ends.indexOf(length)
    if (whole >= 0) t.strictSame(decodeEntries(cut), written.slice(0, whole))
    else t.throws(() => decodeEntries(cut), EntryFormatError, `cut at ${length}`)
  }
})

t.test('whatever bytes a peer sends, they are entries or an EntryFormatError', async () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), received => {
      try {
        decodeEntries(received)
      } catch (error) {
        ok(error instanceof EntryFormatError, String(error))
      }
    }),
    { numRuns: 300 },
  )
})

t.test('entries out of order are refused when written and when read', async t => {
  for (const [what, wrong] of [
    ['a gap', [entry(1, 1), entry(3, 1)]],
    ['a repetition', [entry(2, 1), entry(2, 1)]],
    ['a falling term', [entry(1, 4), entry(2, 3)]],
  ] as const) {
    t.throws(() => encodeEntries(wrong), { name: 'AssertionError' }, what)
    const joined = Buffer.concat(wrong.map(one => encodeEntries([one])))
    t.throws(() => decodeEntries(joined), EntryFormatError, what)
  }
  const unsafe = { ...entry(1, 1), timeMs: 0.5 }
  t.throws(() => encodeEntries([unsafe]), { name: 'AssertionError' }, 'half a millisecond')
})

t.test('a group comes back as it was, and no single flipped bit goes unseen', async t => {
  const written = entries(11, 16, 3)
  const { value, lastCrc } = encodeGroup(written, 77)
  const group = decodeGroup(11, value)
  t.strictSame(group.entries, written)
  t.equal(group.previousCrc, 77)
  t.equal(group.crcs.at(-1), lastCrc)
  const bits = value.byteLength * 8
  const unseen: number[] = []
  for (let bit = 0; bit < bits; bit++) {
    const flipped = Uint8Array.from(value)
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    try {
      decodeGroup(11, flipped)
      unseen.push(bit)
    } catch (error) {
      if (!(error instanceof EntryFormatError)) throw error
    }
  }
  t.same(unseen, [], 'bits whose flip was not seen')
})

t.test('the chain of a group is that of its entries, however they were grouped', async t => {
  const written = entries(1, 9, 1)
  const whole = encodeGroup(written, 0)
  const first = encodeGroup(written.slice(0, 4), 0)
  const second = encodeGroup(written.slice(4), first.lastCrc)
  t.equal(second.lastCrc, whole.lastCrc)
})

t.test('splitting keeps every entry in order and every bound', async () => {
  const bounds = fc.record({
    entriesMax: fc.integer({ min: 1, max: 6 }),
    bytesMax: fc.integer({ min: 1, max: 300 }),
  })
  const nonEmpty = contiguous.filter(written => written.length > 0)
  fc.assert(
    fc.property(nonEmpty, bounds, (written, bounds) => {
      const groups = splitGroups(written, bounds)
      deepStrictEqual(groups.flat(), written)
      for (const group of groups) {
        ok(group.length >= 1 && group.length <= bounds.entriesMax)
        ok(group.length === 1 || encodedBytes(group) <= bounds.bytesMax)
      }
    }),
    { numRuns: 100 },
  )
})

t.test('a head comes back as it was, and no single flipped bit goes unseen', async t => {
  const head = {
    dataUuid: DATA_UUID,
    hardState: { term: 2 ** 40, vote: 3, commit: 17 },
    last: { index: 20, term: 2 ** 40, crc: 0xffff_fffe },
    compacted: { index: 9, term: 5, timeMs: 1_767_000_000_000, crc: 12 },
  }
  const encoded = encodeHead(head)
  t.strictSame(decodeHead(encoded), head)
  for (let bit = 0; bit < encoded.byteLength * 8; bit++) {
    const flipped = Uint8Array.from(encoded)
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    if (decodeHead(flipped) !== null) t.fail(`bit ${bit}`)
  }
  t.equal(decodeHead(new Uint8Array()), null)
})
