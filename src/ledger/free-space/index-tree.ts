// An ordered map in a B+-tree whose branches know what the marks below them come to: "the first entry whose mark has
// this" is found in O(log n). What keys and marks mean is the business of who uses it.
import { assert } from '../../lib/index.js'
import { compareKeys } from './entry.js'
import { IndexNode, type Layout } from './index-node.js'
import { ENTRIES_MAX, ENTRIES_MIN } from './interval-node.js'

/**
 * Whether the mark at words[at ..] is one that is looked for. It must hold of a joint mark exactly when it holds of one
 * of the marks that were joined: "at least m" of the greatest, "has bit b" of the union.
 */
export type MarkTest = (words: Uint32Array, at: number) => boolean

export const ANY_MARK: MarkTest = () => true

/** Entries and keys are arrays of 32-bit words, highest first; entries that are given back are copies. */
export class IndexTree {
  root: IndexNode
  /** Entries in the tree. */
  count = 0

  constructor(readonly layout: Layout) {
    this.root = new IndexNode(layout, null)
  }

  /** The entry that sums up all others: the lowest key and the joint mark; null when the tree is empty. */
  summary(): Uint32Array | null {
    return this.root.count === 0 ? null : this.root.summary()
  }

  /** The entry with that key, else the nearest before it, else null. */
  atOrBefore(key: Uint32Array): Uint32Array | null {
    let node = this.root
    for (;;) {
      const slot = node.slotAtOrBefore(key)
      if (slot < 0) return null
      const child = node.children?.[slot]
      if (child === undefined) return node.entryAt(slot)
      node = child
    }
  }

  /** The lowest entry that passes. */
  first(test: MarkTest): Uint32Array | null {
    return firstFrom(this.root, 0, test)
  }

  /** The lowest entry above `key` that passes. */
  firstAfter(key: Uint32Array, test: MarkTest): Uint32Array | null {
    return firstAfter(this.root, key, test)
  }

  /** The highest entry below `key` that passes. */
  lastBefore(key: Uint32Array, test: MarkTest): Uint32Array | null {
    return lastBefore(this.root, key, test)
  }

  /** Of the entries from <= key <= to one with the greatest mark; only where marks are joined so. */
  greatestWithin(from: Uint32Array, to: Uint32Array): Uint32Array | null {
    const place = greatestWithin(this.root, from, to)
    return place === null ? null : place.node.entryAt(place.slot)
  }

  /** Puts the entry in the place of the one with the same key, or among the others. */
  set(entry: Uint32Array): void {
    const sibling = this.#setBelow(this.root, entry)
    if (sibling === null) return
    const root = new IndexNode(this.layout, [])
    root.insert(0, this.root.summary(), this.root)
    root.insert(1, sibling.summary(), sibling)
    this.root = root
  }

  /** Takes out the entry with that key, which must be there (asserted). */
  delete(key: Uint32Array): void {
    deleteBelow(this.root, key)
    const onlyChild = this.root.count === 1 ? this.root.children?.[0] : undefined
    if (onlyChild !== undefined) this.root = onlyChild
    this.count--
  }

  /** @returns the right half of `node` if it had to split. */
  #setBelow(node: IndexNode, entry: Uint32Array): IndexNode | null {
    const slot = node.slotAtOrBefore(entry)
    if (node.children !== null) {
      const at = Math.max(slot, 0)
      const child = node.children[at] as IndexNode
      const before = this.count
      const sibling = this.#setBelow(child, entry)
      // An entry in the place of another may have the lesser mark, and a split node has lost half.
      const onlyGrown = this.count > before && sibling === null
      if (onlyGrown) node.summarizeGrown(at, entry)
      else node.write(at, child.summary())
      if (sibling !== null) node.insert(at + 1, sibling.summary(), sibling)
    } else if (node.hasKey(slot, entry)) node.write(slot, entry)
    else {
      node.insert(slot + 1, entry)
      this.count++
    }
    return node.count > ENTRIES_MAX ? node.split() : null
  }
}

function deleteBelow(node: IndexNode, key: Uint32Array): void {
  const slot = node.slotAtOrBefore(key)
  const child = node.children?.[slot]
  if (child === undefined) {
    assert(node.hasKey(slot, key), 'an index entry is deleted that is not there')
    node.remove(slot)
    return
  }
  deleteBelow(child, key)
  if (child.count >= ENTRIES_MIN) node.write(slot, child.summary())
  else rebalance(node, Math.max(slot - 1, 0))
}

/** Makes one node of the children at `slot` and after it, or two of equal size when they are too many for one. */
function rebalance(parent: IndexNode, slot: number): void {
  const children = parent.children as IndexNode[]
  const left = children[slot] as IndexNode
  left.absorb(children[slot + 1] as IndexNode)
  parent.remove(slot + 1)
  if (left.count > ENTRIES_MAX) {
    const right = left.split()
    parent.insert(slot + 1, right.summary(), right)
  }
  parent.write(slot, left.summary())
}

function firstFrom(node: IndexNode, from: number, test: MarkTest): Uint32Array | null {
  for (let slot = from; slot < node.count; slot++) {
    if (!test(node.words, node.markAt(slot))) continue
    const child = node.children?.[slot]
    return child === undefined ? node.entryAt(slot) : firstFrom(child, 0, test)
  }
  return null
}

function firstAfter(node: IndexNode, key: Uint32Array, test: MarkTest): Uint32Array | null {
  const slot = node.slotAtOrBefore(key)
  const child = node.children?.[slot]
  if (child !== undefined && test(node.words, node.markAt(slot))) {
    const found = firstAfter(child, key, test)
    if (found !== null) return found
  }
  return firstFrom(node, slot + 1, test)
}

function lastBefore(node: IndexNode, key: Uint32Array, test: MarkTest): Uint32Array | null {
  for (let slot = node.slotAtOrBefore(key); slot >= 0; slot--) {
    if (!test(node.words, node.markAt(slot))) continue
    const child = node.children?.[slot]
    if (child === undefined) {
      if (!node.hasKey(slot, key)) return node.entryAt(slot)
      continue
    }
    const found = lastBefore(child, key, test)
    if (found !== null) return found
  }
  return null
}

type Place = { readonly node: IndexNode; readonly slot: number }

/** @param from, to null: no bound on that side. Only two children a level are looked into with a bound. */
function greatestWithin(
  node: IndexNode,
  from: Uint32Array | null,
  to: Uint32Array | null,
): Place | null {
  const start = from === null ? -1 : node.slotAtOrBefore(from)
  const high = to === null ? node.count - 1 : node.slotAtOrBefore(to)
  if (node.children === null) {
    const whole = from === null || !node.hasKey(start, from) ? start + 1 : start
    return greatestOf(node, whole, high)
  }
  const low = Math.max(start, 0)
  const inner = greatestOf(node, from === null ? low : low + 1, to === null ? high : high - 1)
  const child = (slot: number) => node.children?.[slot] as IndexNode
  let best = inner === null ? null : greatestWithin(child(inner.slot), null, null)
  if (from !== null && low <= high) {
    best = greater(best, greatestWithin(child(low), from, low === high ? to : null))
  }
  if (to !== null && (from === null ? low <= high : low < high)) {
    best = greater(best, greatestWithin(child(high), null, to))
  }
  return best
}

function greatestOf(node: IndexNode, low: number, high: number): Place | null {
  let best: Place | null = null
  for (let slot = low; slot <= high; slot++) best = greater(best, { node, slot })
  return best
}

function greater(a: Place | null, b: Place | null): Place | null {
  if (a === null || b === null) return a ?? b
  const { markWords } = a.node.layout
  const difference = compareKeys(
    a.node.words,
    a.node.markAt(a.slot),
    b.node.words,
    b.node.markAt(b.slot),
    markWords,
  )
  return difference < 0 ? b : a
}
