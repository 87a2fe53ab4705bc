import fc from 'fast-check'
import t from 'tap'
import { isoTime, isoTimeOrNull, TIME_MS_MAX } from '../../src/ledger/changes/iso-time.js'

t.test('times are written as ISO 8601 with milliseconds', async t => {
  const cases: [number, string][] = [
    [0, '1970-01-01T00:00:00.000Z'],
    [951_782_399_999, '2000-02-28T23:59:59.999Z'],
    [951_782_400_000, '2000-02-29T00:00:00.000Z'],
    [951_868_800_000, '2000-03-01T00:00:00.000Z'],
    [1_705_314_600_005, '2024-01-15T10:30:00.005Z'],
    [4_107_542_400_000, '2100-03-01T00:00:00.000Z'],
    [TIME_MS_MAX, '9999-12-31T23:59:59.999Z'],
  ]
  for (const [timeMs, text] of cases) t.equal(isoTime(timeMs), text)
  t.equal(isoTimeOrNull(null), null)
  t.equal(isoTimeOrNull(0), '1970-01-01T00:00:00.000Z')
})

t.test('every time up to the year 9999 is written as the runtime would', async () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: TIME_MS_MAX }), timeMs => {
      return isoTime(timeMs) === new Date(timeMs).toISOString()
    }),
    { numRuns: 5000 },
  )
  for (let day = 0; day < 150_000; day += 1) {
    const timeMs = day * 86_400_000
    const wanted = new Date(timeMs).toISOString()
    if (isoTime(timeMs) !== wanted) throw new Error(`${wanted} came out as ${isoTime(timeMs)}`)
  }
})
