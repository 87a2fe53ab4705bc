// LevelDB keeps the contract of every log store.
import t from 'tap'
import { LevelLogStore } from '../../../src/raft/level-log-store/level-log-store.js'
import { testLogStore } from '../../support/log-store-suite.js'
import { DATA_UUID, temporaryDirectory } from './support.js'

t.test('groups of the default size', async t => {
  testLogStore(t, async t => {
    const directory = await temporaryDirectory(t)
    return { open: () => LevelLogStore.open(directory, { dataUuid: DATA_UUID }) }
  })
})

t.test('groups of at most three entries or 100 bytes', async t => {
  testLogStore(t, async t => {
    const directory = await temporaryDirectory(t)
    const options = { dataUuid: DATA_UUID, groupEntriesMax: 3, groupBytesMax: 100 }
    return { open: () => LevelLogStore.open(directory, options) }
  })
})
