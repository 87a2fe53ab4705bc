// A node of the index tree: up to 64 entries in one flat array, as in interval-node.ts. An entry is a key, a mark and,
// in a leaf, a rest; a branch has for each child its lowest key and what the marks below it come to.
import { compareKeys } from './entry.js'

/** Entries are made room for in steps of this many. */
const GROWTH_ENTRIES = 16

/** How the marks of a node become one: the greatest of them, or the union of their bits. */
export type Join = 'greatest' | 'union'

export type Layout = {
  readonly keyWords: number
  readonly markWords: number
  readonly restWords: number
  readonly join: Join
}

export function strideOf(layout: Layout): number {
  return layout.keyWords + layout.markWords + layout.restWords
}

export class IndexNode {
  count = 0
  words: Uint32Array

  /** @param children beside the entries of a branch, one each; null in a leaf. */
  constructor(
    readonly layout: Layout,
    readonly children: IndexNode[] | null,
  ) {
    this.words = new Uint32Array(0)
  }

  /** The last entry whose key <= `key`, or -1. */
  slotAtOrBefore(key: Uint32Array): number {
    const stride = strideOf(this.layout)
    let low = 0
    let high = this.count
    while (low < high) {
      const middle = (low + high) >>> 1
      if (compareKeys(this.words, middle * stride, key, 0, this.layout.keyWords) <= 0) {
        low = middle + 1
      } else high = middle
    }
    return low - 1
  }

  /** True when the entry's key is `key`. */
  hasKey(slot: number, key: Uint32Array): boolean {
    const at = slot * strideOf(this.layout)
    return slot >= 0 && compareKeys(this.words, at, key, 0, this.layout.keyWords) === 0
  }

  /** Where the mark of the entry begins. */
  markAt(slot: number): number {
    return slot * strideOf(this.layout) + this.layout.keyWords
  }

  /** A copy. */
  entryAt(slot: number): Uint32Array {
    const stride = strideOf(this.layout)
    return this.words.slice(slot * stride, (slot + 1) * stride)
  }

  write(slot: number, entry: Uint32Array): void {
    const stride = strideOf(this.layout)
    for (let i = 0, at = slot * stride; i < stride; i++, at++) this.words[at] = entry[i] as number
  }

  /** Writes the entry of child `slot` anew after `entry` came to the child: O(1). */
  summarizeGrown(slot: number, entry: Uint32Array): void {
    const { keyWords } = this.layout
    const at = slot * strideOf(this.layout)
    const below = this.children?.[slot]?.words as Uint32Array
    for (let i = 0; i < keyWords; i++) this.words[at + i] = below[i] as number
    joinMark(this.layout, this.words, at + keyWords, entry, keyWords)
  }

  /** Puts an entry before `slot`, and in a branch the child with it. */
  insert(slot: number, entry: Uint32Array, child?: IndexNode): void {
    const stride = strideOf(this.layout)
    this.#reserve(this.count + 1)
    this.words.copyWithin((slot + 1) * stride, slot * stride, this.count * stride)
    this.count++
    this.write(slot, entry)
    if (child !== undefined) this.children?.splice(slot, 0, child)
  }

  /** Takes an entry out, and in a branch the child with it. */
  remove(slot: number): void {
    const stride = strideOf(this.layout)
    this.words.copyWithin(slot * stride, (slot + 1) * stride, this.count * stride)
    this.children?.splice(slot, 1)
    this.count--
  }

  /** Moves the upper half of the entries into a new right sibling. */
  split(): IndexNode {
    const stride = strideOf(this.layout)
    const cut = this.count >>> 1
    const right = new IndexNode(this.layout, this.children?.splice(cut) ?? null)
    right.#reserve(this.count - cut)
    right.words.set(this.words.subarray(cut * stride, this.count * stride))
    right.count = this.count - cut
    this.words = this.words.slice(0, roomFor(cut) * stride)
    this.count = cut
    return right
  }

  /** Appends all entries of its right sibling, which is of no use afterwards. */
  absorb(right: IndexNode): void {
    const stride = strideOf(this.layout)
    this.#reserve(this.count + right.count)
    this.words.set(right.words.subarray(0, right.count * stride), this.count * stride)
    this.count += right.count
    if (right.children !== null) this.children?.push(...right.children)
  }

  /** The entry that sums this node up in its parent. */
  summary(): Uint32Array {
    const { keyWords } = this.layout
    const stride = strideOf(this.layout)
    const entry = this.words.slice(0, stride)
    for (let slot = 1, at = stride + keyWords; slot < this.count; slot++, at += stride) {
      joinMark(this.layout, entry, keyWords, this.words, at)
    }
    return entry
  }

  #reserve(entries: number): void {
    const stride = strideOf(this.layout)
    if (entries * stride <= this.words.length) return
    const { words } = this
    this.words = new Uint32Array(roomFor(entries) * stride)
    this.words.set(words)
  }
}

/** Makes the mark at a[i ..] the joint one of itself and of that at b[j ..]. */
function joinMark(layout: Layout, a: Uint32Array, i: number, b: Uint32Array, j: number): void {
  const { markWords, join } = layout
  if (join === 'greatest') {
    if (compareKeys(b, j, a, i, markWords) <= 0) return
    for (let k = 0; k < markWords; k++) a[i + k] = b[j + k] as number
    return
  }
  for (let k = 0; k < markWords; k++) a[i + k] = (a[i + k] as number) | (b[j + k] as number)
}

/** Entries to make room for when `entries` are needed. */
function roomFor(entries: number): number {
  if (entries <= 2) return 2
  return Math.ceil(entries / GROWTH_ENTRIES) * GROWTH_ENTRIES
}
