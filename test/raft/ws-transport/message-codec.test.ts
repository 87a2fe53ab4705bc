// Messages as they travel: every kind comes back as it was, and nothing else gets through.
import fc from 'fast-check'
import { Packr } from 'msgpackr'
import t from 'tap'
import type { Entry, Message } from '../../../src/raft/core/index.js'
import {
  decodeFrame,
  encodeFrame,
  type FrameItem,
} from '../../../src/raft/ws-transport/frame-codec.js'
import {
  decodeMessage,
  encodeMessage,
  MalformedFrame,
} from '../../../src/raft/ws-transport/message-codec.js'
import { MESSAGES } from '../../support/transport-suite.js'

const SIDES = { from: 1, to: 2 }
const count = fc.maxSafeNat()
const nodeId = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })
const nodeIds = fc
  .uniqueArray(nodeId, { maxLength: 7 })
  .map(ids => ids.sort((left, right) => left - right))

function message<T extends Message['type'], F extends object>(
  type: T,
  fields: { readonly [K in keyof F]: fc.Arbitrary<F[K]> },
) {
  return fc
    .record({ term: count, ...fields } as never)
    .map(body => ({ type, ...SIDES, ...(body as object) }) as unknown as Message)
}

const entries = fc
  .record({
    previousIndex: fc.integer({ min: 0, max: 2 ** 50 }),
    previousTerm: fc.integer({ min: 0, max: 2 ** 40 }),
    steps: fc.array(
      fc.record({
        termStep: fc.integer({ min: 0, max: 3 }),
        kind: fc.constantFrom('empty' as const, 'command' as const, 'membership' as const),
        timeMs: count,
        data: fc.uint8Array({ maxLength: 40 }),
      }),
      { maxLength: 8 },
    ),
    laterTerms: fc.integer({ min: 0, max: 5 }),
    commit: count,
    quiet: fc.boolean(),
  })
  .map(({ previousIndex, previousTerm, steps, laterTerms, ...rest }): Message => {
    let term = previousTerm
    const list: Entry[] = steps.map(({ termStep, kind, timeMs, data }, place) => {
      term += termStep
      return { index: previousIndex + 1 + place, term, kind, timeMs, data }
    })
    const head = { type: 'append', ...SIDES, term: term + laterTerms } as const
    return { ...head, previousIndex, previousTerm, entries: list, ...rest }
  })

const bool = fc.boolean()
const KINDS: Readonly<Record<string, fc.Arbitrary<Message>>> = {
  vote: message('vote', { pre: bool, force: bool, lastIndex: count, lastTerm: count }),
  'vote-response': message('vote-response', {
    pre: bool,
    granted: bool,
    commit: count,
    commitTerm: count,
  }),
  'vote-response with a clock': message('vote-response', {
    pre: bool,
    granted: bool,
    commit: count,
    commitTerm: count,
    clockMs: count,
  }),
  append: entries,
  'append-response accepted': message('append-response', {
    accepted: fc.constant(true),
    matchIndex: count,
  }),
  'append-response rejected': message('append-response', {
    accepted: fc.constant(false),
    rejectedIndex: count,
    hintIndex: count,
    hintTerm: count,
  }),
  heartbeat: message('heartbeat', { commit: count, round: count, compactable: count }),
  'heartbeat-response': message('heartbeat-response', { round: count, clockMs: count }),
  snapshot: message('snapshot', {
    snapshot: fc.record({
      index: count,
      term: count,
      timeMs: count,
      membership: fc.record({
        voters: nodeIds,
        votersOutgoing: nodeIds,
        learners: nodeIds,
        learnersNext: nodeIds,
        autoLeave: bool,
      }),
    }),
  }),
  'timeout-now': message('timeout-now', {}),
  'read-index': message('read-index', { context: count, quorum: bool }),
  'read-index-response': message('read-index-response', { context: count, index: count }),
  transfer: message('transfer', { target: nodeId }),
}

/** Bytes of any kind as plain arrays, for comparing. */
function plain(value: unknown): string {
  return JSON.stringify(value, (_, item) => (ArrayBuffer.isView(item) ? bytesOf(item) : item))
}

function bytesOf(view: ArrayBufferView): number[] {
  return [...new Uint8Array(view.buffer, view.byteOffset, view.byteLength)]
}

/** `toJSON` of a Buffer runs before a replacer sees it. */
function withoutBuffers(one: Message): Message {
  if (one.type !== 'append') return one
  return {
    ...one,
    entries: one.entries.map(entry => ({ ...entry, data: new Uint8Array(entry.data) })),
  }
}

t.test('the samples cover every type of the contract suite', async t => {
  const covered = new Set(Object.keys(KINDS).map(kind => kind.split(' ')[0]))
  for (const { type } of MESSAGES) t.ok(covered.has(type), type)
})

for (const [kind, arbitrary] of Object.entries(KINDS))
  t.test(`${kind} comes back as it was`, async t => {
    fc.assert(
      fc.property(arbitrary, original => {
        const parts = decodeFrame(encodeFrame([encodeMessage(original)]), SIDES)
        const [part] = parts
        if (part?.type !== 'messages' || part.messages.length !== 1) return false
        const back = part.messages.map(withoutBuffers)
        return plain(back[0]) === plain(sortKeysLike(back[0], withoutBuffers(original)))
      }),
      { numRuns: 100 },
    )
    t.pass('100 messages')
  })

/** The same fields in the order that `like` has them; fields that only one has stay visible. */
function sortKeysLike(like: unknown, value: unknown): unknown {
  if (Array.isArray(like) && Array.isArray(value))
    return value.map((item, place) => sortKeysLike(like[place], item))
  if (!isPlain(like) || !isPlain(value)) return value
  const keys = [...Object.keys(like), ...Object.keys(value).filter(key => !(key in like))]
  return Object.fromEntries(
    keys.filter(key => key in value).map(key => [key, sortKeysLike(like[key], value[key])]),
  )
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)
}

t.test('messages and application frames keep their order in a frame', async t => {
  const items: FrameItem[] = [
    encodeMessage({ type: 'timeout-now', ...SIDES, term: 1 }),
    encodeMessage({ type: 'timeout-now', ...SIDES, term: 2 }),
    Uint8Array.of(7),
    Uint8Array.of(),
    encodeMessage({ type: 'timeout-now', ...SIDES, term: 3 }),
  ]
  const parts = decodeFrame(encodeFrame(items), SIDES)
  const seen = parts.map(part =>
    part.type === 'messages' ? part.messages.map(one => one.term) : part.frame.length,
  )
  t.same(seen, [[1, 2], 1, 0, [3]])
})

t.test('sender and receiver are those of the connection, whatever was sent', async t => {
  const wire = encodeMessage({ type: 'timeout-now', from: 8, to: 9, term: 1 })
  t.match(decodeMessage(wire, SIDES), { from: 1, to: 2 })
})

const ENTRY = { index: 5, term: 3, kind: 'command', timeMs: 1, data: new Uint8Array(2) } as const

function append(changes: object) {
  const at = { previousIndex: 4, previousTerm: 2, term: 3 }
  const body = { ...at, entries: [ENTRY], commit: 0, quiet: false }
  return encodeMessage({ type: 'append', ...SIDES, ...body, ...changes })
}

const MALFORMED: readonly (readonly [string, unknown])[] = [
  ['no array', { type: 'vote' }],
  ['an empty message', []],
  ['an unknown type', [99, 1]],
  ['a field too few', [9]],
  ['a field too many', [9, 1, 1]],
  ['a negative term', [9, -1]],
  ['a fractional term', [9, 1.5]],
  ['a term beyond the safe integers', [9, 2 ** 53]],
  ['a bigint', [9, 1n]],
  ['a string for a number', [9, '1']],
  ['NaN', [9, Number.NaN]],
  ['a number for a boolean', [1, 1, 1, false, 0, 0]],
  ['node 0 as target', [12, 1, 0]],
  ['text for entries', [3, 1, 0, 0, 0, 'entries']],
  ['entries that are none', [3, 1, 0, 0, 0, Uint8Array.of(1, 2, 3)]],
  ['entries that leave a gap', append({ previousIndex: 3 })],
  ['entries older than what they follow', append({ previousTerm: 4, term: 4 })],
  ['entries newer than their message', append({ term: 2 })],
  ['members out of order', [8, 1, 1, 1, 1, [2, 1], [], [], [], false]],
  ['a member twice', [8, 1, 1, 1, 1, [1, 1], [], [], [], false]],
  ['a member 0', [8, 1, 1, 1, 1, [0], [], [], [], false]],
  [
    'too many members',
    [8, 1, 1, 1, 1, Array.from({ length: 1_001 }, (_, at) => at + 1), [], [], [], false],
  ],
]

for (const [title, wire] of MALFORMED)
  t.test(`refused: ${title}`, async t => {
    t.throws(() => decodeMessage(wire, SIDES), MalformedFrame)
    const frame = new Packr({ useRecords: false }).pack([wire])
    t.throws(() => decodeFrame(frame, SIDES), MalformedFrame)
  })

t.test('refused: a frame that is no array', async t => {
  const packr = new Packr({ useRecords: false })
  for (const value of [null, 1, 'text', { a: 1 }, new Date(0), new Map([[1, 2]])])
    t.throws(() => decodeFrame(packr.pack(value), SIDES), MalformedFrame)
  t.throws(() => decodeFrame(new Uint8Array(), SIDES), MalformedFrame)
  t.throws(() => decodeFrame(Buffer.from('91'.repeat(100_000), 'hex'), SIDES), MalformedFrame)
})

t.test('garbage is refused as malformed and nothing else is thrown', async t => {
  const garbage = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc
      .tuple(fc.constantFrom(...Object.values(KINDS)), fc.nat(), fc.integer({ min: 1, max: 255 }))
      .chain(([kind, at, flip]) =>
        kind.map(one => {
          const frame = Uint8Array.from(encodeFrame([encodeMessage(one)]))
          const place = at % frame.length
          frame[place] = (frame[place] ?? 0) ^ flip
          return frame
        }),
      ),
  )
  fc.assert(
    fc.property(garbage, bytes => {
      try {
        decodeFrame(bytes, SIDES)
      } catch (error) {
        return error instanceof MalformedFrame
      }
      return true
    }),
    { numRuns: 3_000 },
  )
  t.pass('3,000 frames')
})
