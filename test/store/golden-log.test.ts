// What a (command, version) does never changes: a recorded log replays to what it replayed to when it was recorded.
// A failure here means that nodes of two versions would diverge. Only a change of the schema may refresh the state
// hash (REWRITE=1 node --import tsx test/support/make-golden-log.ts, and make-golden-log-2.ts), and then nothing else in
// the first line moves: so it was with schemas 3 to 6, which put columns and tables into the hash, empty there.
import t from 'tap'
import { readGoldenLog, replayGoldenLog } from '../support/golden-log.js'
import { never, openStore, temporaryDirectory } from './support.js'

for (const number of [1, 2]) {
  const { expected, entries } = readGoldenLog(number)

  t.test(`recorded log ${number} replays to the recorded outcomes, history and state`, async t => {
    t.ok(entries.length > 900)
    for (const batchEntries of [1, 64, 1000]) {
      const { found, codes } = await replayGoldenLog(entries, batchEntries)
      t.strictSame(found, expected, `${batchEntries} entries a batch`)
      t.ok(codes.size > 20, 'results and refusals of many kinds are in it')
    }
  })

  t.test(
    `recorded log ${number} leads a node that is restarted on the way to the same`,
    async t => {
      const directory = temporaryDirectory(t)
      const lifeEntries = Math.ceil(entries.length / 5)
      for (let at = 0; at < entries.length; at += lifeEntries) {
        const store = await openStore(t, directory)
        store.apply(entries.slice(at, at + lifeEntries))
        await store.close()
      }
      const store = await openStore(t, directory)
      const { hash } = await store.scans.stateHash(never)
      t.equal(hash, expected.stateHash)
    },
  )
}
