// The newest of many, without sorting them all: as much work for each as one step of the list may take.

export type Dated = { readonly id: number; readonly timeMs: number }

/** Keeps the newest `limit` of what it is given: by time, and of one time by id. */
export class Newest<Item extends Dated> {
  /** A heap: no item is newer than those at 2n + 1 and 2n + 2. */
  readonly #heap: Item[] = []
  #count = 0

  constructor(readonly limit: number) {}

  /** How many it was given. */
  get count(): number {
    return this.#count
  }

  add(item: Item): void {
    this.#count += 1
    const heap = this.#heap
    if (heap.length < this.limit) {
      heap.push(item)
      this.#rise(heap.length - 1)
    } else if (heap[0] !== undefined && isNewer(item, heap[0])) {
      heap[0] = item
      this.#sink(0)
    }
  }

  /** Without the first `skip` of them, newest first. It is empty afterwards. */
  take(skip: number): Item[] {
    const taken: Item[] = []
    while (this.#heap.length > skip) taken.push(this.#oldest())
    this.#heap.length = 0
    return taken.reverse()
  }

  #oldest(): Item {
    const heap = this.#heap
    const [oldest, last] = [heap[0], heap.pop()]
    if (oldest === undefined || last === undefined) throw new Error('There is nothing to take.')
    if (heap.length > 0) {
      heap[0] = last
      this.#sink(0)
    }
    return oldest
  }

  #rise(from: number): void {
    let at = from
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!this.#isOlderAt(at, parent)) return
      this.#swap(at, parent)
      at = parent
    }
  }

  #sink(from: number): void {
    let at = from
    while (true) {
      const left = 2 * at + 1
      let oldest = at
      if (this.#isOlderAt(left, oldest)) oldest = left
      if (this.#isOlderAt(left + 1, oldest)) oldest = left + 1
      if (oldest === at) return
      this.#swap(at, oldest)
      at = oldest
    }
  }

  #isOlderAt(at: number, than: number): boolean {
    const [one, other] = [this.#heap[at], this.#heap[than]]
    return one !== undefined && other !== undefined && isNewer(other, one)
  }

  #swap(one: number, other: number): void {
    const [first, second] = [this.#heap[one], this.#heap[other]]
    if (first === undefined || second === undefined) return
    this.#heap[one] = second
    this.#heap[other] = first
  }
}

function isNewer(one: Dated, other: Dated): boolean {
  return one.timeMs === other.timeMs ? one.id > other.id : one.timeMs > other.timeMs
}
