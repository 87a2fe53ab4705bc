// The numbers of one kind, format and administrator: a number taken in one pool of them is taken in all.
import { FreeSpace } from '../free-space/free-space.js'
import { type NumberFormat, numberLimits } from './number-format.js'
import { TakenNumbers } from './taken-numbers.js'

type NumberRange = { readonly rangeStart: number; readonly rangeEnd: number }

export class NumberSpace {
  /** Kept so: a number is free in `free` exactly when nobody holds it in `taken`. */
  private readonly free: FreeSpace
  private readonly taken = new TakenNumbers()
  /** How many pools it has; without pools and claims it is forgotten. */
  pools = 0

  constructor(format: NumberFormat) {
    const { first, last } = numberLimits(format)
    this.free = new FreeSpace({ first: BigInt(first), last: BigInt(last) })
  }

  get takenCount(): number {
    return this.taken.size
  }

  /** O(log n). null when none is free. */
  lowestFree({ rangeStart, rangeEnd }: NumberRange): number | null {
    const [free] = this.free.intervals(BigInt(rangeStart), 1)
    return free === undefined || free.first > BigInt(rangeEnd) ? null : Number(free.first)
  }

  /** Id of the pool that handed it out; null when it is free. */
  holder(number: number): number | null {
    return this.taken.holder(number)
  }

  /** How many numbers of the range are taken, by whatever pool. */
  takenIn({ rangeStart, rangeEnd }: NumberRange): number {
    return this.taken.between(rangeStart, rangeEnd)
  }

  take(number: number, poolId: number): void {
    this.free.take(BigInt(number), BigInt(number))
    this.taken.add(number, poolId)
  }

  release(number: number): void {
    this.free.release(BigInt(number), BigInt(number))
    this.taken.delete(number)
  }
}
