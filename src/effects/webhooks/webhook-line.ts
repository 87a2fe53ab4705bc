// One webhook on the leader: which events wait for it, in order, and what is under way. All of it is made from the state; what the state
// does not know yet is what was begun and is not recorded.
import {
  comparePositions,
  eventHeard,
  type HistoryPosition,
  PENDING_MAX,
  type PendingDelivery,
  type ToldEvent,
  type Webhook,
} from '../../ledger/index.js'

/** `attempt` 1: a first attempt; they begin one after another, in the order of Changes. */
export type Delivery = { readonly position: HistoryPosition; readonly attempt: number }

/** Now, by two clocks. */
export type LineTimes = {
  /** What the next entry would be stamped with. */
  readonly entryMs: number
  readonly monotonicMs: number
}

/** Events known ahead: two numbers each. With half of them the line wants no more. */
const KNOWN_MAX = 200

export class WebhookLine {
  readonly id: number
  /** The lead in which it was made from the state. */
  term = 0
  /** When another attempt may begin, by the monotonic clock: it has had its share of the hour. */
  waitsUntilMs = Number.NEGATIVE_INFINITY
  /** When `seen` was last reported, by the monotonic clock; null: nobody has looked yet. */
  reportedAtMs: number | null = null
  /** Its last attempt came to nothing, or took long. */
  leavesRoom = false
  /** With what applied index there was nothing more to look at. */
  readAllAtIndex = -1
  /** The turn in which Changes were last read for it. */
  readInTurn = 0
  #webhook: Webhook
  /** Every Change up to it was looked at; never before `seen`. */
  #readTo: HistoryPosition
  #known: HistoryPosition[] = []
  #pending: readonly PendingDelivery[] = []
  /** When this process learnt of each that waits, by the monotonic clock. */
  #learntMs = new Map<string, number>()
  /** Its user may not sign in: what happens is passed over. */
  #isMuted = false
  /** At most one of each at a time, until it is recorded. */
  #first: HistoryPosition | null = null
  #repeat: HistoryPosition | null = null
  /** The last event whose first attempt has ended, or that needs none. */
  #triedTo: HistoryPosition

  constructor(webhook: Webhook, pending: readonly PendingDelivery[], nowMs: number) {
    this.id = webhook.id
    this.#webhook = webhook
    this.#readTo = webhook.seen
    this.#triedTo = webhook.seen
    this.#learn(pending, nowMs)
  }

  get readTo(): HistoryPosition {
    return this.#readTo
  }

  get revision(): number {
    return this.#webhook.revision
  }

  get isBusy(): boolean {
    return this.underWay > 0
  }

  get underWay(): number {
    return Number(this.#first !== null) + Number(this.#repeat !== null)
  }

  get wantsMore(): boolean {
    return this.#known.length <= KNOWN_MAX / 2
  }

  /** What may be reported as seen: everything up to it was looked at, and each event of it tried. */
  get seen(): HistoryPosition {
    const isAllTried = this.#known.length === 0 && this.#first === null
    return isAllTried ? this.#readTo : this.#triedTo
  }

  /** How far `seen` is ahead of what the state knows, in revisions. */
  get unreported(): number {
    return this.seen.revision - this.#webhook.seen.revision
  }

  /** As in the state from now on: it was recorded, or somebody changed it. */
  refresh(webhook: Webhook, pending: readonly PendingDelivery[], nowMs: number): void {
    const tellsOfOthers = webhook.events.join() !== this.#webhook.events.join()
    this.#webhook = webhook
    this.#learn(pending, nowMs)
    this.#triedTo = later(this.#triedTo, webhook.seen)
    this.#readTo = tellsOfOthers
      ? later(this.#triedTo, this.#first ?? this.#triedTo)
      : later(this.#readTo, webhook.seen)
    const { seen } = webhook
    this.#known = tellsOfOthers ? [] : this.#known.filter(at => comparePositions(at, seen) > 0)
    if (tellsOfOthers) this.readAllAtIndex = -1
  }

  /** As in a new lead: nothing holds that the state does not say, but for what is still under way. */
  restart(webhook: Webhook, pending: readonly PendingDelivery[], nowMs: number): void {
    this.#webhook = webhook
    this.#learn(pending, nowMs)
    this.#readTo = webhook.seen
    this.#triedTo = webhook.seen
    this.#known = []
    this.readAllAtIndex = -1
  }

  #learn(pending: readonly PendingDelivery[], nowMs: number): void {
    const known = this.#learntMs
    this.#pending = pending
    this.#learntMs = new Map(pending.map(each => [keyOf(each), known.get(keyOf(each)) ?? nowMs]))
  }

  /** While it is muted it moves on with what happens, and begins nothing: what was not told by then never is. */
  mute(isMuted: boolean): void {
    this.#isMuted = isMuted
    if (isMuted) this.#known = []
  }

  /** Looks at the next Change. @param events that it is @returns false when it has no room and stays where it is */
  look(position: HistoryPosition, events: readonly ToldEvent[]): boolean {
    if (comparePositions(position, this.#readTo) <= 0) return true
    if (!this.#isMuted && eventHeard(events, this.#webhook.events) !== null) {
      if (this.#known.length === KNOWN_MAX) return false
      this.#known.push(position)
    }
    this.#readTo = position
    return true
  }

  /**
   * What is to be begun now; what was tried before goes first. When that is due stands in the state; but a clock that was turned back would
   * keep it waiting, so that it is due as well when it was waited for here. @param retryMs until the second attempt
   */
  next(times: LineTimes, retryMs: number): Delivery | null {
    return this.#isMuted ? null : (this.#nextRepeat(times, retryMs) ?? this.#nextFirst())
  }

  #nextRepeat({ entryMs, monotonicMs }: LineTimes, retryMs: number): Delivery | null {
    if (this.#repeat !== null) return null
    const isWaitedFor = (pending: PendingDelivery) => {
      const learntMs = this.#learntMs.get(keyOf(pending)) ?? monotonicMs
      return learntMs + waitMs(retryMs, pending.attempts) <= monotonicMs
    }
    const [due] = this.#pending
      .filter(pending => pending.dueMs <= entryMs || isWaitedFor(pending))
      .sort((one, other) => one.dueMs - other.dueMs)
    return due === undefined ? null : { position: due.position, attempt: due.attempts + 1 }
  }

  #nextFirst(): Delivery | null {
    if (this.#first !== null || this.#pending.length >= PENDING_MAX) return null
    const [position] = this.#known
    return position === undefined ? null : { position, attempt: 1 }
  }

  begin({ position, attempt }: Delivery): void {
    if (attempt > 1) {
      this.#repeat = position
      return
    }
    this.#first = position
    this.#known.shift()
  }

  /** It has ended, and is to be reported; the next one begins when that is recorded. @returns what is seen now */
  end({ position, attempt }: Delivery): HistoryPosition {
    if (attempt === 1) {
      this.#triedTo = later(this.#triedTo, position)
      if (this.#known.length === 0) return later(this.#readTo, position)
    }
    return this.seen
  }

  /** It is in the state, which is read anew: see `refresh`. Also of what was broken off and has come to nothing. */
  free({ attempt }: Pick<Delivery, 'attempt'>): void {
    if (attempt > 1) this.#repeat = null
    else this.#first = null
  }

  /** There is nothing to be told there any more. */
  skip(): void {
    const [position] = this.#known
    if (position === undefined) return
    this.#known.shift()
    this.#triedTo = later(this.#triedTo, position)
  }
}

/** @param attempts that came to nothing @returns how long until the next one */
export function waitMs(retryMs: number, attempts: number): number {
  return retryMs * 2 ** (attempts - 1)
}

function keyOf({ position: { revision, n }, attempts }: PendingDelivery): string {
  return `${revision}.${n}.${attempts}`
}

function later(one: HistoryPosition, other: HistoryPosition): HistoryPosition {
  return comparePositions(one, other) < 0 ? other : one
}
