// Virtual time for whole clusters in one process: what runs next is decided by the event list alone.
import type { Clock } from '../../src/raft/ports.js'

/** Order of one turn of an event loop: timers, then what arrived, then `soon`. */
const PHASE = { timer: 0, arrival: 1, soon: 2 } as const

type Phase = (typeof PHASE)[keyof typeof PHASE]
type SimEvent = {
  readonly atMs: number
  readonly phase: Phase
  readonly sequence: number
  readonly owner: SimNode | null
  callback: (() => void) | null
}

/** Wall clock at the beginning of every simulation: 2026-01-01. */
export const SIM_EPOCH_MS = 1_767_225_600_000

export class SimClock {
  nowMs = 0
  #sequence = 0
  readonly #heap: SimEvent[] = []

  /** One process's view of time. @param wallOffsetMs how far its wall clock is off. */
  node(wallOffsetMs = 0): SimNode {
    return new SimNode(this, wallOffsetMs)
  }

  /** @param owner the event waits while it is paused and is dropped once it is dead. */
  schedule(delayMs: number, phase: Phase, owner: SimNode | null, callback: () => void): SimEvent {
    const event: SimEvent = {
      atMs: this.nowMs + Math.max(0, delayMs),
      phase,
      sequence: ++this.#sequence,
      owner,
      callback,
    }
    this.#push(event)
    return event
  }

  /** Something that belongs to no process: a fault, a check. */
  at(delayMs: number, callback: () => void): void {
    this.schedule(delayMs, PHASE.timer, null, callback)
  }

  /** Lets `durationMs` of virtual time pass. */
  async run(durationMs: number): Promise<void> {
    const endMs = this.nowMs + durationMs
    for (let next = this.#heap[0]; next !== undefined && next.atMs <= endMs; next = this.#heap[0])
      await this.step()
    this.nowMs = endMs
  }

  /** Runs until the condition holds. @throws when it does not within `limitMs` of virtual time. */
  async runUntil(condition: () => boolean, limitMs = 60_000): Promise<void> {
    const endMs = this.nowMs + limitMs
    await settle()
    while (!condition()) {
      const next = this.#heap[0]
      if (next === undefined || next.atMs > endMs)
        throw new Error(`what was awaited did not happen within ${limitMs} virtual ms`)
      await this.step()
    }
  }

  /** Runs the next event and all promises that follow from it. */
  async step(): Promise<void> {
    const event = this.#pop()
    if (event === undefined || event.callback === null || event.owner?.dead) return
    this.nowMs = event.atMs
    if (event.owner?.holdBack(event)) return
    event.callback()
    await settle()
  }

  #push(event: SimEvent): void {
    const heap = this.#heap
    let place = heap.push(event) - 1
    while (place > 0) {
      const parent = (place - 1) >> 1
      const above = heap[parent]
      if (above === undefined || !before(event, above)) break
      heap[place] = above
      place = parent
    }
    heap[place] = event
  }

  #pop(): SimEvent | undefined {
    const heap = this.#heap
    const top = heap[0]
    const last = heap.pop()
    if (top === undefined || last === undefined || heap.length === 0) return top
    let place = 0
    for (;;) {
      let child = 2 * place + 1
      const [left, right] = [heap[child], heap[child + 1]]
      if (left === undefined) break
      if (right !== undefined && before(right, left)) child += 1
      const below = right !== undefined && before(right, left) ? right : left
      if (!before(below, last)) break
      heap[place] = below
      place = child
    }
    heap[place] = last
    return top
  }
}

/** One process: it can be stopped as by SIGSTOP, and it can die. */
export class SimNode implements Clock {
  dead = false
  #paused = false
  readonly #held: SimEvent[] = []

  constructor(
    readonly clock: SimClock,
    public wallOffsetMs: number,
  ) {}

  monotonicMs(): number {
    return this.clock.nowMs
  }

  wallMs(): number {
    return SIM_EPOCH_MS + this.clock.nowMs + this.wallOffsetMs
  }

  after(delayMs: number, callback: () => void): () => void {
    const event = this.clock.schedule(delayMs, PHASE.timer, this, callback)
    return () => {
      event.callback = null
    }
  }

  soon(callback: () => void): void {
    this.clock.schedule(0, PHASE.soon, this, callback)
  }

  /** For the fake disk and network: something arrives at this process. */
  arrive(delayMs: number, callback: () => void): void {
    this.clock.schedule(delayMs, PHASE.arrival, this, callback)
  }

  /** As SIGSTOP: nothing runs, what arrives waits. */
  pause(): void {
    this.#paused = true
  }

  /** As SIGCONT: overdue timers first, then what arrived, then `soon`, as an event loop does. */
  resume(): void {
    this.#paused = false
    for (const { phase, callback } of this.#held.splice(0))
      if (callback !== null) this.clock.schedule(0, phase, this, callback)
  }

  /** As SIGKILL: nothing of this process ever runs again. */
  kill(): void {
    this.dead = true
    this.#held.length = 0
  }

  /** @returns whether the event has to wait, because the process is paused. */
  holdBack(event: SimEvent): boolean {
    if (this.#paused) this.#held.push(event)
    return this.#paused
  }
}

function before(one: SimEvent, other: SimEvent): boolean {
  if (one.atMs !== other.atMs) return one.atMs < other.atMs
  if (one.phase !== other.phase) return one.phase < other.phase
  return one.sequence < other.sequence
}

/** All promises that can go on have gone on. */
export function settle(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}

/** A small seeded generator (mulberry32), uniform in [0, 1). */
export function seededRandom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
