// Disjoint intervals of integers in a B+-tree whose branches know the longest run and the largest aligned block below
// them. It only keeps order and maxima; what is free, and that neighbours are joined, is the business of FreeSpace.
import { splitWords } from '../address/words.js'
import { encodeEntry, entryWords, type Interval, KEY_WORDS_MAX } from './entry.js'
import { ENTRIES_MAX, ENTRIES_MIN, IntervalNode } from './interval-node.js'

/** Scratch of one operation at a time: operations are synchronous and none calls another while it needs these. */
const key = new Uint32Array(KEY_WORDS_MAX)
const entry = new Uint32Array(entryWords(KEY_WORDS_MAX))

export class IntervalTree {
  root: IntervalNode
  /** Intervals in the tree. */
  count = 0

  /** @param width 32-bit words that any integer in it fits in, 1 to 4. */
  constructor(readonly width: number) {
    this.root = new IntervalNode(width, null)
  }

  /** The lowest integer in the tree: O(1), the root knows it. */
  lowest(): bigint | null {
    return this.root.count === 0 ? null : this.root.firstAt(0)
  }

  /** The lowest interval with a run of at least `size`, 1 <= size <= 2^(32 width). */
  lowestWithRun(size: bigint): Interval | null {
    splitWords(size - 1n, key, 0, this.width)
    return this.#descend(node => node.slotWithRun(key))
  }

  /** The lowest interval with an aligned block of at least 2^sizeLog2 in it. */
  lowestWithBlock(sizeLog2: number): Interval | null {
    return this.#descend(node => node.slotWithBlock(sizeLog2))
  }

  /** The same among intervals that begin above `at`. */
  lowestWithBlockAfter(sizeLog2: number, at: bigint): Interval | null {
    splitWords(at, key, 0, this.width)
    return lowestBlockBelow(this.root, sizeLog2)
  }

  /** The highest interval with an aligned block of at least 2^sizeLog2 in it. */
  highestWithBlock(sizeLog2: number): Interval | null {
    return this.#descend(node => node.lastSlotWithBlock(sizeLog2))
  }

  /** Exponent of the largest aligned block in any interval; -1 when there is none. The root knows it. */
  largestBlock(): number {
    return this.root.largestBlock()
  }

  /** The interval that contains `at`, else the nearest before it. */
  atOrBefore(at: bigint): Interval | null {
    splitWords(at, key, 0, this.width)
    return this.#descend(node => node.slotAtOrBefore(key))
  }

  /** The lowest `first` above `at`, or null. */
  firstAfter(at: bigint): bigint | null {
    splitWords(at, key, 0, this.width)
    let holder: IntervalNode | null = null
    let holderSlot = 0
    for (let node: IntervalNode | undefined = this.root; node !== undefined; ) {
      const slot = node.slotAtOrBefore(key)
      if (slot + 1 < node.count) {
        holder = node
        holderSlot = slot + 1
      }
      node = node.children?.[slot]
    }
    return holder === null ? null : holder.firstAt(holderSlot)
  }

  /** At most `limit` intervals in order, from the one that contains `from` or is the nearest before it. */
  collect(from: bigint, limit: number): Interval[] {
    const found: Interval[] = []
    splitWords(from, key, 0, this.width)
    collectBelow(this.root, found, limit)
    return found
  }

  /** Adds an interval that overlaps none. */
  insert(interval: Interval): void {
    encodeEntry(entry, interval, this.width)
    const sibling = insertBelow(this.root)
    if (sibling !== null) this.#grow(sibling)
    this.count++
  }

  /** Cuts the interval at `first` down to a part of itself. */
  shrink(first: bigint, part: Interval): void {
    splitWords(first, key, 0, this.width)
    encodeEntry(entry, part, this.width)
    replaceBelow(this.root, false)
  }

  /** Puts one that contains it, and overlaps no other, in the place of the interval at `first`. */
  extend(first: bigint, wider: Interval): void {
    splitWords(first, key, 0, this.width)
    encodeEntry(entry, wider, this.width)
    replaceBelow(this.root, true)
  }

  /** Takes the interval at `first` out. */
  remove(first: bigint): void {
    splitWords(first, key, 0, this.width)
    removeBelow(this.root)
    const onlyChild = this.root.count === 1 ? this.root.children?.[0] : undefined
    if (onlyChild !== undefined) this.root = onlyChild
    this.count--
  }

  #descend(search: (node: IntervalNode) => number): Interval | null {
    let node = this.root
    for (;;) {
      const slot = search(node)
      if (slot < 0) return null
      const child = node.children?.[slot]
      if (child === undefined) return node.intervalAt(slot)
      node = child
    }
  }

  #grow(sibling: IntervalNode): void {
    const root = new IntervalNode(this.width, [])
    root.adopt(0, this.root)
    root.adopt(1, sibling)
    this.root = root
  }
}

/** Puts `entry` where it belongs. @returns the right half of `node` if it had to split. */
function insertBelow(node: IntervalNode): IntervalNode | null {
  const slot = node.slotAtOrBefore(entry)
  if (node.children === null) {
    node.open(slot + 1)
    node.write(slot + 1, entry)
  } else {
    const at = Math.max(slot, 0)
    const sibling = insertBelow(node.children[at] as IntervalNode)
    if (sibling === null) node.summarizeGrown(at, entry)
    else {
      node.summarize(at)
      node.adopt(at + 1, sibling)
    }
  }
  return node.count > ENTRIES_MAX ? node.split(node.count >>> 1) : null
}

/** Writes `entry` over the interval that starts at `key`. @param grown it contains what it replaces, else the reverse. */
function replaceBelow(node: IntervalNode, grown: boolean): void {
  const slot = node.slotAtOrBefore(key)
  if (node.children === null) {
    node.write(slot, entry)
    return
  }
  replaceBelow(node.children[slot] as IntervalNode, grown)
  if (grown) node.summarizeGrown(slot, entry)
  else node.summarizeShrunk(slot)
}

/** Takes out the interval that starts at `key`. */
function removeBelow(node: IntervalNode): void {
  const slot = node.slotAtOrBefore(key)
  if (node.children === null) {
    node.close(slot)
    return
  }
  const child = node.children[slot] as IntervalNode
  removeBelow(child)
  if (child.count >= ENTRIES_MIN) node.summarizeShrunk(slot)
  else rebalance(node, Math.max(slot - 1, 0))
}

/** Makes one node of the children at `slot` and after it, or two of equal size when they are too many for one. */
function rebalance(parent: IntervalNode, slot: number): void {
  const children = parent.children as IntervalNode[]
  const left = children[slot] as IntervalNode
  left.absorb(children[slot + 1] as IntervalNode)
  parent.close(slot + 1)
  if (left.count > ENTRIES_MAX) parent.adopt(slot + 1, left.split(left.count >>> 1))
  parent.summarize(slot)
}

/** The lowest interval that begins above `key` and has a block of that size. */
function lowestBlockBelow(node: IntervalNode, sizeLog2: number): Interval | null {
  const from = node.slotAtOrBefore(key)
  const { children } = node
  if (children === null) {
    const slot = node.slotWithBlock(sizeLog2, from + 1)
    return slot < 0 ? null : node.intervalAt(slot)
  }
  // Only the child where the key is may have its blocks all below the key.
  for (let slot = node.slotWithBlock(sizeLog2, Math.max(from, 0)); slot >= 0; ) {
    const found = lowestBlockBelow(children[slot] as IntervalNode, sizeLog2)
    if (found !== null) return found
    slot = node.slotWithBlock(sizeLog2, slot + 1)
  }
  return null
}

function collectBelow(node: IntervalNode, found: Interval[], limit: number): void {
  for (let slot = Math.max(node.slotAtOrBefore(key), 0); slot < node.count; slot++) {
    if (found.length >= limit) return
    const child = node.children?.[slot]
    if (child === undefined) found.push(node.intervalAt(slot))
    else collectBelow(child, found, limit)
  }
}
