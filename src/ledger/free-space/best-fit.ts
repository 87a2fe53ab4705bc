// `best`: the smallest maximal aligned block that is large enough, so that large ones stay whole for who needs them.
import { assert } from '../../lib/index.js'
import type { AddressRange } from '../address/range.js'
import { splitWords } from '../address/words.js'
import { maximalBlockStart, maximalBlocks } from './block-arithmetic.js'
import type { BlockChoice } from './block-choice.js'
import { readKey } from './entry.js'
import { allIntervals } from './free-intervals.js'
import type { FreeSpace } from './free-space.js'
import { strideOf } from './index-node.js'
import { IndexTree } from './index-tree.js'
import { keysOf } from './keys.js'

/**
 * One entry for each free interval: its first address, and as mark the sizes of its maximal aligned blocks, one bit
 * each. A mark has a word more than a key, since a space of 2^128 has blocks of 129 sizes.
 */
export class BestFit implements BlockChoice {
  readonly strategy = 'best'
  readonly #space: FreeSpace
  readonly #origin: bigint
  readonly #width: number
  readonly #index: IndexTree

  constructor(space: FreeSpace) {
    const { width, origin } = keysOf(space.range)
    this.#space = space
    this.#origin = origin
    this.#width = width
    this.#index = new IndexTree({
      keyWords: width,
      markWords: width + 1,
      restWords: 0,
      join: 'union',
    })
    for (const interval of allIntervals(space)) this.#set(interval)
    space.observe({
      taken: (part, around) => this.#taken(part, around),
      freed: (part, around) => this.#freed(part, around),
    })
  }

  choose(sizeLog2: number): bigint | null {
    assert(sizeLog2 >= 0, 'a block has at least one address')
    const sizes = this.#index.summary()
    const exponent = sizes === null ? -1 : this.#lowestSize(sizes, sizeLog2)
    if (exponent < 0) return null
    const word = this.#wordOf(exponent)
    const bit = 1 << (exponent % 32)
    const entry = this.#index.first((words, at) => ((words[at + word] as number) & bit) !== 0)
    if (entry === null) return null
    const interval = this.#space.intervalAround(readKey(entry, 0, this.#width) + this.#origin)
    return interval === null ? null : this.#startIn(interval, exponent)
  }

  ended(): () => void {
    return () => {}
  }

  close(): void {
    this.#space.observe(null)
  }

  #startIn({ first, last }: AddressRange, exponent: number): bigint {
    const offsets = { first: first - this.#origin, last: last - this.#origin }
    return maximalBlockStart(offsets, exponent) + this.#origin
  }

  /** The lowest size from 2^sizeLog2 on whose bit is set in the mark of `entry`; -1 when there is none. */
  #lowestSize(entry: Uint32Array, sizeLog2: number): number {
    for (let exponent = sizeLog2; exponent <= this.#width * 32; exponent++) {
      const word = entry[this.#width + this.#wordOf(exponent)] as number
      if ((word & (1 << (exponent % 32))) !== 0) return exponent
    }
    return -1
  }

  /** Marks have their highest word first. */
  #wordOf(exponent: number): number {
    return this.#width - (exponent >>> 5)
  }

  #taken(part: AddressRange, around: AddressRange): void {
    if (around.first < part.first) this.#set({ first: around.first, last: part.first - 1n })
    else this.#delete(around.first)
    if (part.last < around.last) this.#set({ first: part.last + 1n, last: around.last })
  }

  #freed(part: AddressRange, around: AddressRange): void {
    if (part.last < around.last) this.#delete(part.last + 1n)
    this.#set(around)
  }

  #set(interval: AddressRange): void {
    const { first, last } = interval
    const entry = this.#key(first)
    const sizes = maximalBlocks({ first: first - this.#origin, last: last - this.#origin })
    entry[this.#width] = Number(sizes >> BigInt(this.#width * 32))
    splitWords(sizes, entry, this.#width + 1, this.#width)
    this.#index.set(entry)
  }

  #delete(first: bigint): void {
    this.#index.delete(this.#key(first))
  }

  #key(first: bigint): Uint32Array {
    const key = new Uint32Array(strideOf(this.#index.layout))
    splitWords(first - this.#origin, key, 0, this.#width)
    return key
  }
}
