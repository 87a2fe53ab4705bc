// What happened in one simulated world, in words, in the order of virtual time.

export type Trace = {
  /** @param who a node's number, or what else acts */
  add(who: number | string, what: string): void
}

const LINES_KEPT = 50_000

export class WorldTrace implements Trace {
  readonly lines: string[] = []

  constructor(readonly nowMs: () => number) {}

  add(who: number | string, what: string): void {
    if (this.lines.length >= LINES_KEPT) return
    const time = (this.nowMs() / 1000).toFixed(4).padStart(9)
    const actor = (typeof who === 'number' ? `node ${who}` : who).padEnd(9)
    this.lines.push(`${time} s  ${actor} ${what}`)
  }
}
