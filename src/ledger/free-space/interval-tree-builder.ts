// Builds an interval tree from its intervals in order, in linear time and without a search: leaves first, then one
// level of branches after another.
import { encodeEntry, entryWords, type Interval, KEY_WORDS_MAX } from './entry.js'
import { ENTRIES_MAX, IntervalNode } from './interval-node.js'
import { IntervalTree } from './interval-tree.js'

/** Entries given to a node: room is left, so that the first changes split nothing. */
const FILL_ENTRIES = (ENTRIES_MAX * 3) / 4

/** Scratch of append. */
const entry = new Uint32Array(entryWords(KEY_WORDS_MAX))

export class IntervalTreeBuilder {
  readonly #width: number
  readonly #leaves: IntervalNode[]
  #count = 0

  constructor(width: number) {
    this.#width = width
    this.#leaves = [new IntervalNode(width, null)]
  }

  /** @param interval behind all added so far. */
  append(interval: Interval): void {
    let leaf = this.#leaves.at(-1) as IntervalNode
    if (leaf.count === FILL_ENTRIES) {
      leaf = new IntervalNode(this.#width, null)
      this.#leaves.push(leaf)
    }
    encodeEntry(entry, interval, this.#width)
    leaf.append(entry)
    this.#count++
  }

  finish(): IntervalTree {
    evenOutEnd(this.#leaves)
    const tree = new IntervalTree(this.#width)
    let level = this.#leaves
    while (level.length > 1) level = branchesOver(level, this.#width)
    tree.root = level[0] as IntervalNode
    tree.count = this.#count
    return tree
  }
}

/** The last leaf may have got too few: it shares with the one before. */
function evenOutEnd(leaves: IntervalNode[]): void {
  const end = leaves.pop()
  const before = leaves.at(-1)
  if (end === undefined) return
  if (before === undefined) {
    leaves.push(end)
    return
  }
  before.absorb(end)
  leaves.push(before.split(before.count >>> 1))
}

/** One level of branches over `level`, each with nearly the same number of children. */
function branchesOver(level: readonly IntervalNode[], width: number): IntervalNode[] {
  const branchCount = Math.ceil(level.length / FILL_ENTRIES)
  return Array.from({ length: branchCount }, (_, i) => {
    const from = Math.floor((i * level.length) / branchCount)
    const to = Math.floor(((i + 1) * level.length) / branchCount)
    const branch = new IntervalNode(width, [])
    for (let j = from; j < to; j++) branch.adopt(j - from, level[j] as IntervalNode)
    return branch
  })
}
