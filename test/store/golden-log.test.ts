// What a (command, version) does never changes: a recorded log replays to what it replayed to when it was recorded.
// A failure here means that nodes of two versions would diverge. Only a change of the schema may refresh the state
// hash (REWRITE=1 node --import tsx test/support/make-golden-log.ts), and then nothing else in the first line moves:
// so it was with schema 3, which put columns and tables into the hash, all of them empty here.
import t from 'tap'
import { readGoldenLog, replayGoldenLog } from '../support/golden-log.js'

t.test('the recorded log replays to the recorded outcomes, history and state', async t => {
  const { expected, entries } = readGoldenLog()
  t.ok(entries.length > 900)
  for (const batchEntries of [1, 64, 1000]) {
    const { found, codes } = await replayGoldenLog(entries, batchEntries)
    t.strictSame(found, expected, `${batchEntries} entries a batch`)
    t.ok(codes.size > 20, 'results and refusals of many kinds are in it')
  }
})
