// What a (command, version) does never changes: a recorded log replays to what it replayed to when it was recorded.
// A failure here means that nodes of two versions would diverge. Only a change of the schema may refresh the state
// hash (REWRITE=1 node --import tsx test/support/make-golden-log.ts, and -2.ts to -4.ts), and then nothing else in
// the first line moves: so it was with schemas 3 to 7, which put columns and tables into the hash, empty there.
import t from 'tap'
import { COMMAND_VERSION, commandVersionOf } from '../../src/ledger/index.js'
import { decodeRequest, encodeRequest } from '../../src/store/index.js'
import { goldenLogs, readGoldenLog, replayGoldenLog } from '../support/golden-log.js'
import { never, openStore, temporaryDirectory } from './support.js'

for (const number of goldenLogs) {
  const { expected, entries } = readGoldenLog(number)

  t.test(`recorded log ${number} replays to the recorded outcomes, history and state`, async t => {
    t.ok(entries.length > (number < 3 ? 900 : 300))
    for (const batchEntries of [1, 64, 1000]) {
      const { found, codes } = await replayGoldenLog(entries, batchEntries)
      t.strictSame(found, expected, `${batchEntries} entries a batch`)
      t.ok(codes.size > 20, 'results and refusals of many kinds are in it')
    }
  })

  t.test(
    `every command of recorded log ${number} is read and written as the same bytes`,
    async t => {
      const others = entries.filter(({ kind, data }) => kind === 'command' && !isAsRead(data))
      // Two of the first log are from when pruning had no maxima: they are read still, and written with them.
      const types = others.map(({ data }) => decodeRequest(data).command.type)
      t.strictSame(types, number === 1 ? ['prune', 'prune'] : [])
      for (const { data } of others) {
        const request = decodeRequest(data)
        t.strictSame(decodeRequest(encodeRequest(request)), request)
      }
    },
  )

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

t.test('every command version of this program is in a recorded log', async t => {
  const requests = goldenLogs.flatMap(number =>
    readGoldenLog(number).entries.flatMap(({ kind, data }) =>
      kind === 'command' ? [decodeRequest(data)] : [],
    ),
  )
  const versions = new Set(requests.map(({ version }) => version))
  const all = Array.from({ length: COMMAND_VERSION }, (_, at) => at + 1)
  t.strictSame([...versions].sort(), all, 'a new version wants a log of its own')
})

/** Whether this program would write what it reads in the same bytes, and as of the same version. */
function isAsRead(data: Uint8Array): boolean {
  const request = decodeRequest(data)
  const { version, command, principal } = request
  return (
    version === commandVersionOf(command, principal) &&
    Buffer.compare(encodeRequest(request), data) === 0
  )
}
