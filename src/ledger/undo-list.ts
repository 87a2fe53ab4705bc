// How what is kept in memory goes back when a bulk or a transaction is refused halfway: one list for all of it, since
// steps must be taken back in the reverse of the order in which they were made.
import { assert } from '../lib/index.js'

export class UndoList {
  /** null outside of an attempt. */
  private steps: (() => void)[] | null = null

  /** @param takeBack undoes a change that was just made, in the state that was there right after it. */
  push(takeBack: () => void): void {
    this.steps?.push(takeBack)
  }

  /** What was pushed in `run` is taken back when it returns false. */
  attempt(run: () => boolean): void {
    assert(this.steps === null, 'attempts do not nest')
    const steps: (() => void)[] = []
    this.steps = steps
    const kept = run()
    this.steps = null
    if (!kept) for (const takeBack of steps.reverse()) takeBack()
  }
}
