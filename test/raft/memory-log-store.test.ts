// The fake log store keeps the contract that the real one keeps.
import t from 'tap'
import { testLogStore } from '../support/log-store-suite.js'
import { MemoryDisk } from '../support/memory-log-store.js'

testLogStore(t, () => {
  const disk = new MemoryDisk()
  return { open: async () => disk.open() }
})

t.test('a crash loses the step under way and every hard state that was not synced', async t => {
  const steps: (() => void)[] = []
  const disk = new MemoryDisk(callback => steps.push(callback))
  const { store } = disk.open()
  const done = store.append({ hardState: { term: 1, vote: 1, commit: 0 }, entries: [], sync: true })
  steps.shift()?.()
  await done
  const noted = store.append({
    hardState: { term: 1, vote: 1, commit: 4 },
    entries: [],
    sync: false,
  })
  steps.shift()?.()
  await noted
  void store.append({ hardState: { term: 2, vote: 0, commit: 4 }, entries: [], sync: true })
  disk.crash()
  for (const step of steps) step()
  t.same(disk.open().loaded.hardState, { term: 1, vote: 1, commit: 0 })
})

t.test('two steps at once are a bug of the caller', async t => {
  const disk = new MemoryDisk(() => {})
  const { store } = disk.open()
  void store.read(1, 1)
  t.throws(() => store.read(1, 1), { message: 'calls to the log store never overlap' })
})
