// The gateway's frames: whatever is encoded comes back, and nothing else is taken for one.
import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import {
  decodeForwardFrame,
  encodeForwardFrame,
  FORWARD_BYTES_MAX,
  FORWARD_COMMANDS_MAX,
  type ForwardFrame,
  frameParts,
} from '../../src/gateway/forward-frame.js'

const count = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
const frame: fc.Arbitrary<ForwardFrame> = fc.oneof(
  fc.record({
    type: fc.constant('forward' as const),
    start: count,
    commands: fc.array(fc.record({ sequence: count, bytes: fc.uint8Array() })),
  }),
  fc.record({
    type: fc.constant('refused' as const),
    start: count,
    reason: fc.constantFrom('not-leader' as const, 'overloaded' as const, 'unreadable' as const),
    sequences: fc.array(count),
  }),
)

function plain(frame: ForwardFrame | null) {
  if (frame?.type !== 'forward') return { ...frame }
  const commands = frame.commands.map(({ sequence, bytes }) => ({ sequence, bytes: [...bytes] }))
  return { ...frame, commands }
}

t.test('a frame comes back as it was', async () => {
  fc.assert(
    fc.property(frame, frame => {
      assert.deepEqual(plain(decodeForwardFrame(encodeForwardFrame(frame))), plain(frame))
    }),
    { numRuns: 200 },
  )
})

t.test('bytes that are no frame give null, whatever they are', async () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), bytes => {
      const decoded = decodeForwardFrame(bytes)
      // By chance it may be one: then it is a whole one.
      if (decoded !== null) assert.ok(decodeForwardFrame(encodeForwardFrame(decoded)) !== null)
    }),
    { numRuns: 2_000 },
  )
})

t.test(
  'a frame that was cut short or changed is refused or another frame, and never a throw',
  async t => {
    fc.assert(
      fc.property(frame, fc.nat(), fc.nat(255), (frame, at, value) => {
        const bytes = encodeForwardFrame(frame)
        const place = at % bytes.length
        t.doesNotThrow(() => decodeForwardFrame(bytes.subarray(0, place)))
        t.equal(decodeForwardFrame(bytes.subarray(0, place)), null)
        const changed = Uint8Array.from(bytes)
        changed[place] = value
        decodeForwardFrame(changed)
      }),
      { numRuns: 300 },
    )
  },
)

t.test('frames that say what no gateway says are refused', async t => {
  const many = Array.from({ length: FORWARD_COMMANDS_MAX + 1 }, (_, at) => at)
  const refused = { type: 'refused', start: 1, reason: 'overloaded' } as const
  t.ok(decodeForwardFrame(encodeForwardFrame({ ...refused, sequences: many.slice(1) })))
  const sequence = 1
  const bytes = new Uint8Array(1)
  for (const [what, frame] of [
    ['too many', { ...refused, sequences: many }],
    ['a negative sequence', { ...refused, sequences: [-1] }],
    ['half a sequence', { ...refused, sequences: [0.5] }],
    ['an unknown reason', { ...refused, reason: 'tired', sequences: [1] }],
    ['no start', { ...refused, start: null, sequences: [1] }],
    ['text for bytes', { type: 'forward', start: 1, commands: [{ sequence, bytes: 'text' }] }],
    ['no bytes', { type: 'forward', start: 1, commands: [{ sequence }] }],
    ['text for a start', { type: 'forward', start: '1', commands: [{ sequence, bytes }] }],
  ] as const) {
    t.equal(decodeForwardFrame(encodeForwardFrame(frame as unknown as ForwardFrame)), null, what)
  }
})

t.test('parts keep the order, lose nothing, and stay within their bounds', async () => {
  const sizes = fc.oneof(
    fc.array(fc.integer({ min: 1, max: 1 << 21 }), { maxLength: 12 }),
    fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1_000, maxLength: 2_100, size: 'max' }),
  )
  fc.assert(
    fc.property(sizes, sizes => {
      const commands = sizes.map((size, sequence) => ({ sequence, bytes: new Uint8Array(size) }))
      const parts = frameParts(commands)
      assert.ok(parts.flat().every((command, at) => command === commands[at]))
      assert.equal(parts.flat().length, commands.length)
      for (const part of parts) {
        const bytes = part.reduce((sum, command) => sum + command.bytes.length, 0)
        assert.ok(part.length > 0 && part.length <= FORWARD_COMMANDS_MAX)
        assert.ok(bytes <= FORWARD_BYTES_MAX || part.length === 1)
      }
    }),
    { numRuns: 30 },
  )
})
