// The best of many, without sorting them all: as much work for each as one step of a list may take.

/** Below 0: the first one is better. */
export type Compare<Item> = (one: Item, other: Item) => number

/** Of one time by id. */
export function newestFirst<Item extends { readonly id: number }>(
  timeOf: (item: Item) => number,
): Compare<Item> {
  return (one, other) => timeOf(other) - timeOf(one) || other.id - one.id
}

/** Keeps the best `limit` of what it is given. */
export class Best<Item> {
  /** A heap: no item is better than those at 2n + 1 and 2n + 2. */
  readonly #heap: Item[] = []
  readonly #compare: Compare<Item>
  #count = 0

  constructor(
    readonly limit: number,
    compare: Compare<Item>,
  ) {
    this.#compare = compare
  }

  /** How many it was given. */
  get count(): number {
    return this.#count
  }

  /** In no order. */
  get kept(): readonly Item[] {
    return this.#heap
  }

  add(item: Item): void {
    this.#count += 1
    const heap = this.#heap
    if (heap.length < this.limit) {
      heap.push(item)
      this.#rise(heap.length - 1)
    } else if (heap[0] !== undefined && this.#compare(item, heap[0]) < 0) {
      heap[0] = item
      this.#sink(0)
    }
  }

  /** Without the first `skip` of them, best first. It is empty afterwards. */
  take(skip: number): Item[] {
    const taken: Item[] = []
    while (this.#heap.length > skip) taken.push(this.#worst())
    this.#heap.length = 0
    return taken.reverse()
  }

  #worst(): Item {
    const heap = this.#heap
    const [worst, last] = [heap[0], heap.pop()]
    if (worst === undefined || last === undefined) throw new Error('There is nothing to take.')
    if (heap.length > 0) {
      heap[0] = last
      this.#sink(0)
    }
    return worst
  }

  #rise(from: number): void {
    let at = from
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!this.#isWorseAt(at, parent)) return
      this.#swap(at, parent)
      at = parent
    }
  }

  #sink(from: number): void {
    let at = from
    while (true) {
      const left = 2 * at + 1
      let worst = at
      if (this.#isWorseAt(left, worst)) worst = left
      if (this.#isWorseAt(left + 1, worst)) worst = left + 1
      if (worst === at) return
      this.#swap(at, worst)
      at = worst
    }
  }

  #isWorseAt(at: number, than: number): boolean {
    const [one, other] = [this.#heap[at], this.#heap[than]]
    return one !== undefined && other !== undefined && this.#compare(other, one) < 0
  }

  #swap(one: number, other: number): void {
    const [first, second] = [this.#heap[one], this.#heap[other]]
    if (first === undefined || second === undefined) return
    this.#heap[one] = second
    this.#heap[other] = first
  }
}
