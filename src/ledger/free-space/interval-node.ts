// A node of the interval tree: up to 64 entries (entry.ts) in one flat array. Leaves and branches hold the same kind of
// entries, so that one search serves every level.
import { compareKeys, entryWords, type Interval, readKey } from './entry.js'

export const ENTRIES_MAX = 64
/** Fewer make a node seek company; far below half of the maximum, so that splits and merges never chase each other. */
export const ENTRIES_MIN = 16

/** V8 keeps typed arrays of up to 64 bytes inside the object: what most networks need is one small allocation. */
const SMALL_WORDS = 16
/** Entries are made room for in steps of this many: memory follows use closely, at a copy each 16 inserts. */
const GROWTH_ENTRIES = 16

export class IntervalNode {
  count = 0
  words: Uint32Array
  /** Beside the entries of a branch, one each; null in a leaf. */
  readonly children: IntervalNode[] | null
  /** Words in a key: 1 to 4. */
  readonly width: number

  constructor(width: number, children: IntervalNode[] | null) {
    this.width = width
    this.children = children
    this.words = new Uint32Array(capacity(1, entryWords(width)) * entryWords(width))
  }

  /** The last entry whose first <= key, or -1. @param key its `width` first words are compared. */
  slotAtOrBefore(key: Uint32Array): number {
    const stride = entryWords(this.width)
    let low = 0
    let high = this.count
    while (low < high) {
      const middle = (low + high) >>> 1
      if (compareKeys(this.words, middle * stride, key, 0, this.width) <= 0) low = middle + 1
      else high = middle
    }
    return low - 1
  }

  /** The first entry with a run of at least `run` (size - 1, in words), or -1. */
  slotWithRun(run: Uint32Array): number {
    const stride = entryWords(this.width)
    for (let slot = 0, at = this.width; slot < this.count; slot++, at += stride) {
      if (compareKeys(this.words, at, run, 0, this.width) >= 0) return slot
    }
    return -1
  }

  /** The first entry from slot `from` on with an aligned block of at least 2^sizeLog2, or -1. */
  slotWithBlock(sizeLog2: number, from = 0): number {
    const stride = entryWords(this.width)
    let at = from * stride + this.width * 2
    for (let slot = from; slot < this.count; slot++, at += stride) {
      if ((this.words[at] as number) >= sizeLog2) return slot
    }
    return -1
  }

  /** The last entry with an aligned block of at least 2^sizeLog2, or -1. */
  lastSlotWithBlock(sizeLog2: number): number {
    const stride = entryWords(this.width)
    let slot = this.count - 1
    while (slot >= 0 && (this.words[slot * stride + this.width * 2] as number) < sizeLog2) slot--
    return slot
  }

  /** Exponent of the largest aligned block in any entry; -1 when there are no entries. */
  largestBlock(): number {
    const stride = entryWords(this.width)
    let largest = -1
    for (let slot = 0, at = this.width * 2; slot < this.count; slot++, at += stride) {
      largest = Math.max(largest, this.words[at] as number)
    }
    return largest
  }

  firstAt(slot: number): bigint {
    return readKey(this.words, slot * entryWords(this.width), this.width)
  }

  /** Of a leaf. */
  intervalAt(slot: number): Interval {
    const at = slot * entryWords(this.width)
    const first = readKey(this.words, at, this.width)
    return { first, last: first + readKey(this.words, at + this.width, this.width) }
  }

  write(slot: number, entry: Uint32Array): void {
    const stride = entryWords(this.width)
    for (let i = 0, at = slot * stride; i < stride; i++, at++) this.words[at] = entry[i] as number
  }

  /** Makes room before `slot`; the caller fills it (and, in a branch, the child with it). */
  open(slot: number): void {
    const stride = entryWords(this.width)
    this.#reserve(this.count + 1)
    this.words.copyWithin((slot + 1) * stride, slot * stride, this.count * stride)
    this.count++
  }

  /** Takes the entry out, and the child of a branch with it. */
  close(slot: number): void {
    const stride = entryWords(this.width)
    this.words.copyWithin(slot * stride, (slot + 1) * stride, this.count * stride)
    this.children?.splice(slot, 1)
    this.count--
  }

  /** Puts a child before `slot`, with its summary. */
  adopt(slot: number, child: IntervalNode): void {
    this.open(slot)
    this.children?.splice(slot, 0, child)
    this.summarize(slot)
  }

  /** Moves the entries from `cut` on into a new right sibling. */
  split(cut: number): IntervalNode {
    const stride = entryWords(this.width)
    const right = new IntervalNode(this.width, this.children?.splice(cut) ?? null)
    right.#reserve(this.count - cut)
    for (let i = cut * stride, to = 0; i < this.count * stride; i++, to++) {
      right.words[to] = this.words[i] as number
    }
    right.count = this.count - cut
    this.count = cut
    this.words = this.words.slice(0, capacity(cut, stride) * stride)
    return right
  }

  /** Appends all entries of its right sibling, which is of no use afterwards. */
  absorb(right: IntervalNode): void {
    const stride = entryWords(this.width)
    this.#reserve(this.count + right.count)
    for (let i = 0, to = this.count * stride; i < right.count * stride; i++, to++) {
      this.words[to] = right.words[i] as number
    }
    this.count += right.count
    if (right.children !== null) this.children?.push(...right.children)
  }

  /** Writes the entry of child `slot` anew from the child's entries. */
  summarize(slot: number): void {
    this.#summarize(slot, false)
  }

  /** The same after the child's intervals only shrank or went: what stands in the entry is then an upper bound. */
  summarizeShrunk(slot: number): void {
    this.#summarize(slot, true)
  }

  /** The same after `entry` came to the child, or took the place of a part of itself: O(1). */
  summarizeGrown(slot: number, entry: Uint32Array): void {
    const { words, width } = this
    const at = slot * entryWords(width)
    const child = this.#child(slot)
    for (let i = 0; i < width; i++) words[at + i] = child.words[i] as number
    if (compareKeys(entry, width, words, at + width, width) > 0) {
      for (let i = 0; i < width; i++) words[at + width + i] = entry[width + i] as number
    }
    const block = at + width * 2
    words[block] = Math.max(words[block] as number, entry[width * 2] as number)
  }

  /** @param bounded the scan may end once it has met the maxima that the entry holds. */
  #summarize(slot: number, bounded: boolean): void {
    const { words, width } = this
    const stride = entryWords(width)
    const at = slot * stride
    const { words: below, count } = this.#child(slot)
    let longest = width
    let block = 0
    for (let i = 0, run = width; i < count; i++, run += stride) {
      if (compareKeys(below, run, below, longest, width) > 0) longest = run
      block = Math.max(block, below[run + width] as number)
      if (bounded && block === words[at + width * 2]) {
        if (compareKeys(below, longest, words, at + width, width) === 0) break
      }
    }
    for (let i = 0; i < width; i++) {
      words[at + i] = below[i] as number
      words[at + width + i] = below[longest + i] as number
    }
    words[at + width * 2] = block
  }

  /** Puts an entry behind all others, in a leaf. */
  append(entry: Uint32Array): void {
    this.open(this.count)
    this.write(this.count - 1, entry)
  }

  #child(slot: number): IntervalNode {
    return this.children?.[slot] as IntervalNode
  }

  #reserve(entries: number): void {
    const stride = entryWords(this.width)
    if (entries * stride <= this.words.length) return
    const { words } = this
    this.words = new Uint32Array(capacity(entries, stride) * stride)
    this.words.set(words)
  }
}

/** Entries to make room for when `entries` are needed. */
function capacity(entries: number, stride: number): number {
  const small = Math.floor(SMALL_WORDS / stride)
  if (entries <= small) return small
  if (entries <= GROWTH_ENTRIES / 2) return GROWTH_ENTRIES / 2
  return Math.ceil(entries / GROWTH_ENTRIES) * GROWTH_ENTRIES
}
