// What one network should do when its requests come one after another: the lowest free address, and no address twice.
import { addressOf, type NetworkRange, type Operation } from './operation.js'

/** Takes back the last effect. */
export type Undo = () => void
const nothing: Undo = () => {}

export class AddressModel {
  readonly #first: bigint
  readonly #last: bigint
  /** Who holds an address; null: an allocation whose id no client was told. */
  readonly #holders = new Map<bigint, string | null>()
  /** Address of each active allocation with an id. */
  readonly #active = new Map<string, bigint>()
  readonly #ended = new Map<string, bigint>()
  /** Below it no address is free. */
  #lowest: bigint

  constructor(range: NetworkRange) {
    this.#first = addressOf(range.first)
    this.#last = addressOf(range.last)
    this.#lowest = this.#first
  }

  /** The lowest free address; null when all are taken. */
  lowestFree(): bigint | null {
    while (this.#holders.has(this.#lowest)) this.#lowest++
    return this.#lowest > this.#last ? null : this.#lowest
  }

  /** Free addresses below `address`, lowest first, at most `max`. */
  freeBelow(address: bigint, max: number): bigint[] {
    const free: bigint[] = []
    let at = this.lowestFree() ?? address
    for (; at < address && free.length < max; at++) if (!this.#holders.has(at)) free.push(at)
    return free
  }

  /** Where an active allocation lies; null when it is not active. */
  addressOf(id: string): bigint | null {
    return this.#active.get(id) ?? null
  }

  holds(address: bigint): boolean {
    return this.#holders.has(address)
  }

  /** Carries the operation out and compares what it answers. @returns null when that is not what the client was told */
  apply(operation: Operation): Undo | null {
    switch (operation.op) {
      case 'allocate':
        return this.#allocate(operation)
      case 'release':
        return this.#release(operation)
      case 'read':
        return this.#reads(operation) ? nothing : null
      case 'list':
        return this.#lists(operation) ? nothing : null
    }
  }

  /** An allocation that nobody heard of takes this address, which is free. */
  take(address: bigint, id: string | null): Undo {
    const lowest = this.#lowest
    this.#holders.set(address, id)
    if (id !== null) this.#active.set(id, address)
    return () => {
      this.#holders.delete(address)
      if (id !== null) this.#active.delete(id)
      this.#lowest = lowest
    }
  }

  #allocate(operation: Operation & { op: 'allocate' }): Undo | null {
    const address = this.lowestFree()
    if (operation.outcome === 'refused') return address === null ? nothing : null
    if (address === null) return null
    if (operation.outcome === 'unknown') return this.take(address, null)
    const { answer } = operation
    const right = answer !== undefined && addressOf(answer.ip) === address
    return right && !this.#isKnown(answer.id) ? this.take(address, answer.id) : null
  }

  /** An unknown release that would find nothing to release is as good as never made. */
  #release({ id, outcome }: Operation & { op: 'release' }): Undo | null {
    const address = this.#active.get(id)
    if (outcome === 'refused') return address === undefined ? nothing : null
    if (address === undefined) return null
    const lowest = this.#lowest
    this.#active.delete(id)
    this.#ended.set(id, address)
    this.#holders.delete(address)
    if (address < this.#lowest) this.#lowest = address
    return () => {
      this.#active.set(id, address)
      this.#ended.delete(id)
      this.#holders.set(address, id)
      this.#lowest = lowest
    }
  }

  #reads({ id, answer, outcome }: Operation & { op: 'read' }): boolean {
    if (outcome === 'unknown') return true
    if (answer === null || answer === undefined) return !this.#isKnown(id)
    return answer.active ? this.#active.has(id) : this.#ended.has(id)
  }

  #lists({ answer, outcome }: Operation & { op: 'list' }): boolean {
    if (outcome === 'unknown') return true
    if (answer === undefined || answer.length !== this.#holders.size) return false
    return answer.every(({ id, ip }) => {
      const holder = this.#holders.get(addressOf(ip))
      return holder === id || (holder === null && !this.#isKnown(id))
    })
  }

  #isKnown(id: string): boolean {
    return this.#active.has(id) || this.#ended.has(id)
  }
}
