import t from 'tap'
import { strideOf } from '../../../src/ledger/free-space/index-node.js'
import { ANY_MARK, IndexTree } from '../../../src/ledger/free-space/index-tree.js'
import { checkIndexTree } from './check-index-tree.js'
import { numbers } from './numbers.js'

const KEYS = 5000
const CHECK_EVERY = 500
const COMPARE_EVERY = 50

/** A tree whose keys and marks have two words each, as the model has them in one number. */
function open(join: 'greatest' | 'union') {
  const tree = new IndexTree({ keyWords: 2, markWords: 2, restWords: 1, join })
  const entry = (key: number, mark = 0) => {
    const words = new Uint32Array(strideOf(tree.layout))
    words.set([key >> 6, key & 63, mark >> 6, mark & 63, key])
    return words
  }
  return { tree, entry }
}

const keyOf = (entry: Uint32Array | null) =>
  entry === null ? null : (entry[0] as number) * 64 + (entry[1] as number)
const markAt = (words: Uint32Array, at: number) =>
  (words[at] as number) * 64 + (words[at + 1] as number)

type Model = { key: number; mark: number }[]

/** What the tree says beside what a walk over all entries says; null when they agree everywhere. */
function difference(
  { tree, entry }: ReturnType<typeof open>,
  model: Model,
  random: (below: number) => number,
): string | null {
  const [a, b] = [random(KEYS), random(KEYS)].sort((x, y) => x - y) as [number, number]
  const least = random(4096)
  const atLeast = (words: Uint32Array, at: number) => markAt(words, at) >= least
  const within = model.filter(({ key }) => a <= key && key <= b).map(({ mark }) => mark)
  const greatest = tree.greatestWithin(entry(a), entry(b))
  const answers: Record<string, [unknown, unknown]> = {
    count: [tree.count, model.length],
    atOrBefore: [keyOf(tree.atOrBefore(entry(a))), model.findLast(({ key }) => key <= a)?.key],
    after: [keyOf(tree.firstAfter(entry(a), ANY_MARK)), model.find(({ key }) => key > a)?.key],
    first: [keyOf(tree.first(atLeast)), model.find(({ mark }) => mark >= least)?.key],
    firstAfter: [
      keyOf(tree.firstAfter(entry(a), atLeast)),
      model.find(({ key, mark }) => key > a && mark >= least)?.key,
    ],
    lastBefore: [
      keyOf(tree.lastBefore(entry(a), atLeast)),
      model.findLast(({ key, mark }) => key < a && mark >= least)?.key,
    ],
    greatestWithin: [
      greatest === null ? null : markAt(greatest, 2),
      within.length === 0 ? null : Math.max(...within),
    ],
  }
  for (const [name, [found, wanted]] of Object.entries(answers)) {
    if (found !== (wanted ?? null)) return `${name}(${a}, ${b}, ${least}): ${found}, not ${wanted}`
  }
  return null
}

/** Keys in the orders that fill and empty a tree differently. */
const orders: Record<string, (i: number, random: (below: number) => number) => number> = {
  ascending: i => i,
  descending: i => KEYS - 1 - i,
  'by a stride': i => (i * 5741) % KEYS,
  'at random': (_, random) => random(KEYS),
}

t.test('entries come and go, and the tree answers as a walk over all of them', async t => {
  const pair = open('greatest')
  const { tree, entry } = pair
  const random = numbers(11)
  let model: Model = []
  let highest = 0
  for (const [name, order] of Object.entries(orders)) {
    const compare = (what: string) => {
      const wrong = difference(pair, model, random)
      if (wrong !== null) t.fail(`${name}, ${what}: ${wrong}`)
    }
    for (let i = 0; i < KEYS; i++) {
      const key = order(i, random)
      const mark = random(4096)
      const at = model.findIndex(other => other.key >= key)
      const present = model[at]?.key === key
      // Every fourth that is there already gets another mark instead of going.
      if (present && random(4) > 0) {
        tree.delete(entry(key))
        model.splice(at, 1)
      } else {
        tree.set(entry(key, mark))
        model.splice(at < 0 ? model.length : at, present ? 1 : 0, { key, mark })
      }
      if (i % COMPARE_EVERY === 0) compare(`step ${i}`)
      if (i % CHECK_EVERY === 0) highest = Math.max(highest, checkIndexTree(tree))
    }
    for (let i = 0; i < 100; i++) compare('at the end')
  }
  t.ok(highest >= 3, `the tree was ${highest} levels high`)
  for (const { key } of model) tree.delete(entry(key))
  model = []
  t.equal(tree.count, 0)
  t.equal(tree.summary(), null)
  t.equal(difference(pair, model, random), null)
  checkIndexTree(tree)
})

t.test('a union has the bits of all marks below it', async t => {
  const { tree, entry } = open('union')
  const random = numbers(5)
  const marks = new Map<number, number>()
  for (let i = 0; i < 5000; i++) {
    const key = random(1000)
    if (marks.delete(key)) tree.delete(entry(key))
    else {
      const mark = 1 << random(12)
      marks.set(key, mark)
      tree.set(entry(key, mark))
    }
    if (i % 50 > 0) continue
    checkIndexTree(tree)
    for (let bit = 0; bit < 12; bit++) {
      const has = (words: Uint32Array, at: number) => (markAt(words, at) & (1 << bit)) !== 0
      const keys = [...marks].filter(([, mark]) => mark === 1 << bit).map(([key]) => key)
      const wanted = keys.length === 0 ? null : Math.min(...keys)
      if (keyOf(tree.first(has)) !== wanted) t.fail(`bit ${bit} at step ${i}`)
    }
  }
})

t.test('a node that lost nearly all shares with a neighbour that is full', async t => {
  const { tree, entry } = open('greatest')
  const random = numbers(3)
  for (let round = 0; round < 20; round++) {
    // Full nodes are those before a split: keys that come in between at random give them in every size.
    for (let i = 0; i < 3000; i++) tree.set(entry(random(4000), random(4096)))
    checkIndexTree(tree)
    for (let run = 0; run < 20; run++) {
      const start = random(4000)
      for (let key = start; key < start + 60; key++) {
        if (keyOf(tree.atOrBefore(entry(key))) === key) tree.delete(entry(key))
      }
      checkIndexTree(tree)
    }
  }
  t.ok(tree.count > 0)
})

t.test('what is not there cannot be deleted', async t => {
  const { tree, entry } = open('greatest')
  t.throws(() => tree.delete(entry(1)), /is not there/)
  tree.set(entry(3))
  t.throws(() => tree.delete(entry(2)), /is not there/)
  t.throws(() => tree.delete(entry(4)), /is not there/)
  t.equal(tree.count, 1)
})
