// Free space the obvious way, to compare with: one boolean for each address of a small range.

export type Range = { first: bigint; last: bigint }

export class FreeSpaceModel {
  readonly #free: boolean[]

  constructor(readonly range: Range) {
    this.#free = Array.from({ length: Number(range.last - range.first) + 1 }, () => true)
  }

  set(first: bigint, last: bigint, free: boolean): void {
    this.#free.fill(free, this.#index(first), this.#index(last) + 1)
  }

  isFree(first: bigint, last: bigint): boolean {
    return this.#inside(first, last) && this.#slice(first, last).every(free => free)
  }

  isTaken(first: bigint, last: bigint): boolean {
    return this.#inside(first, last) && this.#slice(first, last).every(free => !free)
  }

  freeCount(): bigint {
    return BigInt(this.#free.filter(free => free).length)
  }

  first(): bigint | null {
    return this.firstRun(1n)
  }

  firstRun(count: bigint): bigint | null {
    return this.intervals().find(({ first, last }) => last - first + 1n >= count)?.first ?? null
  }

  firstBlock(sizeLog2: number): bigint | null {
    return this.firstBlockFrom(0n, sizeLog2)
  }

  firstBlockFrom(from: bigint, sizeLog2: number): bigint | null {
    const size = 1n << BigInt(sizeLog2)
    for (const { first, last } of this.intervalsFrom(from, Number.POSITIVE_INFINITY)) {
      const start = first % size === 0n ? first : first - (first % size) + size
      if (start + size - 1n <= last) return start
    }
    return null
  }

  /** Starts of the free aligned blocks of that size, ascending. */
  blocks(sizeLog2: number): bigint[] {
    const size = 1n << BigInt(sizeLog2)
    const found: bigint[] = []
    const first = ((this.range.first + size - 1n) / size) * size
    for (let start = first; start + size - 1n <= this.range.last; start += size) {
      if (this.isFree(start, start + size - 1n)) found.push(start)
    }
    return found
  }

  /** Exponent of the largest free aligned block; -1 when full. */
  largestBlockLog2(): number {
    let largest = -1
    while (this.blocks(largest + 1).length > 0) largest++
    return largest
  }

  intervals(): Range[] {
    const found: Range[] = []
    for (const [i, free] of this.#free.entries()) {
      const address = this.range.first + BigInt(i)
      const open = found.at(-1)
      if (!free) continue
      if (open !== undefined && open.last + 1n === address) open.last = address
      else found.push({ first: address, last: address })
    }
    return found
  }

  intervalsFrom(from: bigint, limit: number): Range[] {
    return this.intervals()
      .filter(({ last }) => last >= from)
      .map(({ first, last }) => ({ first: first < from ? from : first, last }))
      .slice(0, limit)
  }

  #inside(first: bigint, last: bigint): boolean {
    return this.range.first <= first && last <= this.range.last
  }

  #slice(first: bigint, last: bigint): boolean[] {
    return this.#free.slice(this.#index(first), this.#index(last) + 1)
  }

  #index(address: bigint): number {
    return Number(address - this.range.first)
  }
}
