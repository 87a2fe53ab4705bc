// The log on disk against a slow, obvious log: an array. Any sequence of steps, reopened at any moment.
import { deepStrictEqual } from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import type { Entry, HardState } from '../../../src/raft/core/index.js'
import type { LevelLogStore } from '../../../src/raft/level-log-store/level-log-store.js'
import type { LoadedLog } from '../../../src/raft/ports.js'
import { entry, openLog, temporaryDirectory } from './support.js'

type Step =
  | { readonly type: 'append'; readonly back: number; readonly count: number }
  | { readonly type: 'compact'; readonly share: number }
  | { readonly type: 'snapshot'; readonly share: number }
  | { readonly type: 'read'; readonly from: number; readonly to: number }
  | { readonly type: 'commit' }
  | { readonly type: 'reopen' }

const share = fc.double({ min: 0, max: 1, noNaN: true })
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('append' as const),
      back: fc.oneof(fc.constant(0), fc.nat(12)),
      count: fc.integer({ min: 1, max: 9 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('compact' as const), share }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('snapshot' as const), share }) },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('read' as const), from: share, to: share }),
  },
  { weight: 1, arbitrary: fc.constant({ type: 'commit' as const }) },
  { weight: 2, arbitrary: fc.constant({ type: 'reopen' as const }) },
)

/** What the log must hold. A new term for each step, so that what it replaces never looks like what was there. */
class Model {
  hardState: HardState = { term: 0, vote: 0, commit: 0 }
  compacted = { index: 0, term: 0, timeMs: 0 }
  entries: Entry[] = []

  get lastIndex(): number {
    return this.compacted.index + this.entries.length
  }

  above(index: number): Entry[] {
    return this.entries.filter(entry => entry.index > index)
  }

  loaded(): LoadedLog {
    return { hardState: this.hardState, compacted: this.compacted, entries: this.entries }
  }
}

async function take(step: Step, term: number, model: Model, store: LevelLogStore) {
  switch (step.type) {
    case 'append': {
      const first = Math.max(model.lastIndex + 1 - step.back, model.compacted.index + 1)
      const added = Array.from({ length: step.count }, (_, offset) => entry(first + offset, term))
      model.hardState = { term, vote: term % 3, commit: model.hardState.commit }
      model.entries = [...model.entries.filter(({ index }) => index < first), ...added]
      await store.append({ hardState: model.hardState, entries: added, sync: true })
      return
    }
    case 'compact': {
      const marked = model.entries[Math.floor(step.share * (model.entries.length - 1))]
      if (marked === undefined) return
      model.compacted = { index: marked.index, term: marked.term, timeMs: marked.timeMs }
      model.entries = model.above(marked.index)
      await store.compact(model.compacted)
      return
    }
    case 'snapshot': {
      const span = model.lastIndex - model.compacted.index + 5
      const index = model.compacted.index + 1 + Math.floor(step.share * span)
      model.compacted = { index, term, timeMs: 5_000 + index }
      model.entries = []
      await store.compact(model.compacted)
      return
    }
    case 'read': {
      const positions = [step.from, step.to].map(share => Math.floor(share * model.entries.length))
      const [from = 0, to = 0] = positions.sort((left, right) => left - right)
      const wanted = model.entries.slice(from, to + 1)
      const [first, last] = [wanted[0], wanted.at(-1)]
      if (first === undefined || last === undefined) return
      deepStrictEqual(await store.read(first.index, last.index), wanted)
      return
    }
    case 'commit':
      model.hardState = { ...model.hardState, commit: model.lastIndex }
      await store.append({ hardState: model.hardState, entries: [], sync: false })
      return
    case 'reopen':
      return
  }
}

t.test('any sequence of steps leaves the log that an array would hold', async t => {
  const runs = { numRuns: 40 }
  const groups = fc.constantFrom({ groupEntriesMax: 3 }, { groupBytesMax: 150 }, {})
  const property = fc.asyncProperty(
    groups,
    fc.array(step, { minLength: 1, maxLength: 25 }),
    async (groups, steps) => {
      const directory = await temporaryDirectory(t)
      const model = new Model()
      let opened = await openLog(directory, groups)
      try {
        let term = 0
        for (const step of [...steps, { type: 'reopen' } as const]) {
          term += 1
          await take(step, term, model, opened.store)
          if (step.type !== 'reopen') continue
          await opened.store.close()
          opened = await openLog(directory, groups)
          deepStrictEqual(opened.loaded, model.loaded())
        }
      } finally {
        await opened.store.close()
      }
    },
  )
  await fc.assert(property, runs)
})
