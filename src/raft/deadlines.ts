// Callers that wait until a deadline: the earliest is remembered, so that most looks at the clock cost nothing.

export type Waiting = { readonly deadlineMs: number; readonly reject: (error: Error) => void }

export class Deadlines {
  #earliestMs = Number.POSITIVE_INFINITY

  note(deadlineMs: number): void {
    this.#earliestMs = Math.min(this.#earliestMs, deadlineMs)
  }

  /** Whether some deadline may have passed; if so every waiting caller is noted again after those past were removed. */
  due(nowMs: number): boolean {
    return nowMs >= this.#earliestMs
  }

  restart(): void {
    this.#earliestMs = Number.POSITIVE_INFINITY
  }

  /** Rejects and removes who waited too long. @returns those who still wait, in the same order. */
  expire<T extends Waiting>(waiting: readonly T[], nowMs: number, error: () => Error): T[] {
    return waiting.filter(waiter => {
      const late = nowMs >= waiter.deadlineMs
      if (late) waiter.reject(error())
      else this.note(waiter.deadlineMs)
      return !late
    })
  }
}
