// When a load that must let others breathe has done enough for one turn.

/** Networks, claims or numbers handled between two yields. */
const SLICE_ITEMS = 1000

export class LoadSlice {
  private items = 0

  /** Counts one item. @returns true when it is time to yield. */
  isFull(): boolean {
    this.items = (this.items + 1) % SLICE_ITEMS
    return this.items === 0
  }
}
