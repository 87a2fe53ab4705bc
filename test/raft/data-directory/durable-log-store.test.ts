// Term and vote on disk twice: which order a crash may break, and what the next start makes of it.
import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { HardState } from '../../../src/raft/core/index.js'
import { DataDirectory, readIdentity } from '../../../src/raft/data-directory/data-directory.js'
import { DurableLogStore } from '../../../src/raft/data-directory/durable-log-store.js'
import { checkMarks } from '../../../src/raft/data-directory/verify-start.js'
import { LevelLogStore } from '../../../src/raft/level-log-store/level-log-store.js'
import type { LogStore } from '../../../src/raft/ports.js'
import { testLogStore } from '../../support/log-store-suite.js'
import { breakIdentityWrites, temporaryDirectory } from './support.js'

/** Opens as a node does. */
async function start(path: string) {
  const directory = await DataDirectory.open(path, { nodeId: 1 })
  const { dataUuid } = directory.identity
  const { store, loaded } = await LevelLogStore.open(join(path, 'raft'), { dataUuid })
  const close = async () => {
    await store.close()
    await directory.close()
  }
  try {
    const { identity } = directory
    checkMarks({ loaded, identity, applied: { index: 0, term: 0 }, clusterUuid: null })
    const log = await DurableLogStore.open(store, directory, loaded.hardState)
    return { directory, log, loaded, close }
  } catch (error) {
    await close()
    throw error
  }
}

function vote(term: number, vote: number): { hardState: HardState; entries: []; sync: true } {
  return { hardState: { term, vote, commit: 0 }, entries: [], sync: true }
}

// Without the marks: the suite has no state machine, and writes terms that no core would.
testLogStore(t, async (t: Test) => {
  const path = await temporaryDirectory(t)
  return {
    async open() {
      const directory = await DataDirectory.open(path, { nodeId: 1 })
      const { dataUuid } = directory.identity
      const { store: inner, loaded } = await LevelLogStore.open(join(path, 'raft'), { dataUuid })
      const log = await DurableLogStore.open(inner, directory, loaded.hardState)
      const store: LogStore = {
        append: batch => log.append(batch),
        compact: mark => log.compact(mark),
        read: (first, last) => log.read(first, last),
        close: async () => {
          await log.close()
          await directory.close()
        },
      }
      return { store, loaded }
    },
  }
})

t.test('a vote is in both when the write resolves, and a commit costs no second write', async t => {
  const path = await temporaryDirectory(t)
  const { log, loaded, close } = await start(path)
  t.same(loaded.entries, [])
  await log.append(vote(3, 2))
  t.match(await readIdentity(path), { term: 3, vote: 2 })
  await breakIdentityWrites(path)
  await log.append({ hardState: { term: 3, vote: 2, commit: 0 }, entries: [], sync: false })
  await t.rejects(log.append(vote(4, 0)), 'the file would have been written')
  await close()
})

t.test('a crash between the log and the copy leaves a node that starts', async t => {
  const path = await temporaryDirectory(t)
  const first = await start(path)
  await first.log.append(vote(3, 2))
  const mend = await breakIdentityWrites(path)
  await t.rejects(first.log.append(vote(5, 1)), /Writing identity.json/)
  await t.rejects(first.log.append(vote(5, 1)), /Writing identity.json/, 'no further write')
  await t.rejects(first.log.compact({ index: 1, term: 1, timeMs: 1 }), /Writing identity.json/)
  await first.close()
  await mend()
  t.match(await readIdentity(path), { term: 3, vote: 2 }, 'the copy is behind')

  const second = await start(path)
  t.same(second.loaded.hardState, { term: 5, vote: 1, commit: 0 })
  t.match(await readIdentity(path), { term: 5, vote: 1 }, 'the copy is raised before any answer')
  await second.close()
})

t.test('a log that was lost whole is refused at every start', async t => {
  const path = await temporaryDirectory(t)
  const first = await start(path)
  await first.log.append(vote(3, 2))
  await first.close()
  await rm(join(path, 'raft'), { recursive: true })
  for (const attempt of ['first', 'second', 'third']) {
    const expected = { name: 'RefusalToVote', code: 'term-behind' }
    await t.rejects(start(path), expected, `${attempt} start`)
  }
})

t.test('a log that was put back from an old copy is refused by the data it voted on', async t => {
  const path = await temporaryDirectory(t)
  const first = await start(path)
  await first.log.append(vote(3, 2))
  await first.close()
  await cp(join(path, 'raft'), join(path, 'old'), { recursive: true })
  const second = await start(path)
  await second.log.append(vote(4, 1))
  await second.close()
  await rm(join(path, 'raft'), { recursive: true })
  await cp(join(path, 'old'), join(path, 'raft'), { recursive: true })
  await t.rejects(start(path), { name: 'RefusalToVote', code: 'term-behind' })
})
