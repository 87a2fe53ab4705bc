// What every log store must do, the real one and the fake one alike.
import type { Test } from 'tap'
import type { Entry, HardState } from '../../src/raft/core/index.js'
import type { LoadedLog, LogStore } from '../../src/raft/ports.js'

export type OpenedLogStore = { readonly store: LogStore; readonly loaded: LoadedLog }

export type LogStoreUnderTest = {
  /** Opens what stands on this disk; called again only after the store before it was closed. */
  open(): Promise<OpenedLogStore>
}

const HARD_STATE: HardState = { term: 3, vote: 2, commit: 1 }

export function entry(index: number, term: number, text = `entry ${index} of term ${term}`): Entry {
  return { index, term, kind: 'command', timeMs: 1_000 + index, data: Buffer.from(text) }
}

function run(first: number, last: number, term: number): Entry[] {
  return Array.from({ length: last - first + 1 }, (_, offset) => entry(first + offset, term))
}

/** Comparable whatever the kind of byte array. */
function plain(entries: readonly Entry[]): unknown[] {
  return entries.map(({ index, term, kind, timeMs, data }) => ({
    index,
    term,
    kind,
    timeMs,
    data: Buffer.from(data).toString('latin1'),
  }))
}

/** @param factory gives one empty disk a call. */
export function testLogStore(
  t: Test,
  factory: (t: Test) => LogStoreUnderTest | Promise<LogStoreUnderTest>,
): void {
  testWriting(t, factory)
  testTruncating(t, factory)
  testCompacting(t, factory)
}

type Factory = Parameters<typeof testLogStore>[1]

function testWriting(t: Test, factory: Factory): void {
  t.test('an empty disk opens with nothing in it', async t => {
    const { store, loaded } = await (await factory(t)).open()
    t.same(loaded, {
      hardState: { term: 0, vote: 0, commit: 0 },
      compacted: { index: 0, term: 0, timeMs: 0 },
      entries: [],
    })
    await store.close()
  })

  t.test('what was appended is there after closing and opening again', async t => {
    const disk = await factory(t)
    const first = await disk.open()
    await first.store.append({ hardState: HARD_STATE, entries: run(1, 3, 1), sync: true })
    await first.store.append({
      hardState: { ...HARD_STATE, commit: 3 },
      entries: run(4, 200, 3),
      sync: true,
    })
    await first.store.close()
    const { store, loaded } = await disk.open()
    t.same(loaded.hardState, { term: 3, vote: 2, commit: 3 })
    t.same(plain(loaded.entries), plain([...run(1, 3, 1), ...run(4, 200, 3)]))
    await store.close()
  })

  t.test('a hard state alone is kept, synced or not, when the store is closed', async t => {
    const disk = await factory(t)
    const first = await disk.open()
    await first.store.append({ hardState: HARD_STATE, entries: run(1, 5, 1), sync: true })
    await first.store.append({
      hardState: { term: 7, vote: 1, commit: 1 },
      entries: [],
      sync: true,
    })
    await first.store.append({
      hardState: { term: 7, vote: 1, commit: 5 },
      entries: [],
      sync: false,
    })
    await first.store.close()
    const { store, loaded } = await disk.open()
    t.same(loaded.hardState, { term: 7, vote: 1, commit: 5 })
    t.same(plain(loaded.entries), plain(run(1, 5, 1)))
    await store.close()
  })

  t.test('every kind of entry, empty data and large data come back unchanged', async t => {
    const disk = await factory(t)
    const first = await disk.open()
    const bytes = Uint8Array.from({ length: 300_000 }, (_, offset) => (offset * 7) % 256)
    const entries: Entry[] = [
      { index: 1, term: 1, kind: 'empty', timeMs: 0, data: new Uint8Array() },
      { index: 2, term: 1, kind: 'membership', timeMs: 1_767_000_000_000, data: bytes.slice(0, 9) },
      { index: 3, term: 1, kind: 'command', timeMs: 1_767_000_000_000, data: bytes },
    ]
    await first.store.append({ hardState: HARD_STATE, entries, sync: true })
    t.same(plain(await first.store.read(1, 3)), plain(entries), 'read at once')
    await first.store.close()
    const { store, loaded } = await disk.open()
    t.same(plain(loaded.entries), plain(entries), 'loaded')
    await store.close()
  })
}

function testTruncating(t: Test, factory: Factory): void {
  t.test('entries that overlap the log replace everything from the first of them on', async t => {
    for (const at of [1, 2, 7, 10, 11]) {
      const disk = await factory(t)
      const first = await disk.open()
      await first.store.append({ hardState: HARD_STATE, entries: run(1, 4, 1), sync: true })
      await first.store.append({ hardState: HARD_STATE, entries: run(5, 10, 2), sync: true })
      const replaced = [entry(at, 9, 'the new leader'), entry(at + 1, 9, 'knows better')]
      await first.store.append({ hardState: HARD_STATE, entries: replaced, sync: true })
      const expected = [...run(1, 4, 1), ...run(5, 10, 2)].slice(0, at - 1).concat(replaced)
      t.same(plain(await first.store.read(1, at + 1)), plain(expected), `read, cut at ${at}`)
      await first.store.close()
      const second = await disk.open()
      t.same(plain(second.loaded.entries), plain(expected), `loaded, cut at ${at}`)
      await second.store.append({
        hardState: HARD_STATE,
        entries: run(at + 2, at + 4, 9),
        sync: true,
      })
      await second.store.close()
      const { store, loaded } = await disk.open()
      t.same(plain(loaded.entries), plain([...expected, ...run(at + 2, at + 4, 9)]), 'goes on')
      await store.close()
    }
  })

  t.test('read gives exactly the asked range, whatever groups it was written in', async t => {
    const { store } = await (await factory(t)).open()
    for (const [first, last] of [
      [1, 1],
      [2, 9],
      [10, 10],
      [11, 40],
    ] as const)
      await store.append({ hardState: HARD_STATE, entries: run(first, last, 1), sync: true })
    for (const [first, last] of [
      [1, 40],
      [1, 1],
      [5, 5],
      [3, 12],
      [40, 40],
    ] as const)
      t.same(
        plain(await store.read(first, last)),
        plain(run(first, last, 1)),
        `${first} to ${last}`,
      )
    await store.close()
  })
}

function testCompacting(t: Test, factory: Factory): void {
  t.test('after compaction the log begins behind the mark, and goes on', async t => {
    for (const index of [1, 4, 6, 10]) {
      const disk = await factory(t)
      const first = await disk.open()
      await first.store.append({ hardState: HARD_STATE, entries: run(1, 4, 1), sync: true })
      await first.store.append({ hardState: HARD_STATE, entries: run(5, 10, 2), sync: true })
      const mark = { index, term: index > 4 ? 2 : 1, timeMs: 1_000 + index }
      await first.store.compact(mark)
      await first.store.append({ hardState: HARD_STATE, entries: run(11, 12, 3), sync: true })
      await first.store.close()
      const { store, loaded } = await disk.open()
      const whole = [...run(1, 4, 1), ...run(5, 10, 2), ...run(11, 12, 3)]
      t.same(loaded.compacted, mark, `mark ${index}`)
      t.same(plain(loaded.entries), plain(whole.slice(index)), `entries behind ${index}`)
      t.same(loaded.hardState, HARD_STATE)
      await store.close()
    }
  })

  t.test('a log may be compacted again, and truncated behind the mark', async t => {
    const disk = await factory(t)
    const first = await disk.open()
    await first.store.append({ hardState: HARD_STATE, entries: run(1, 20, 1), sync: true })
    await first.store.compact({ index: 5, term: 1, timeMs: 1_005 })
    await first.store.compact({ index: 11, term: 1, timeMs: 1_011 })
    await first.store.append({ hardState: HARD_STATE, entries: run(12, 13, 2), sync: true })
    await first.store.close()
    const { store, loaded } = await disk.open()
    t.same(loaded.compacted, { index: 11, term: 1, timeMs: 1_011 })
    t.same(plain(loaded.entries), plain(run(12, 13, 2)))
    await store.close()
  })
}
