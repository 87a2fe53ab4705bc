// The leader's care for the members: it looks at address book and configuration now and then, and takes the next step.
import { describeRisk, type GatewayView } from '../gateway/index.js'
import type { Member, MemberCommand, Origin } from '../ledger/index.js'
import { type MemberChange, type MemberStep, type MetNode, nextMemberStep } from './member-steps.js'

export type MemberJobOptions = {
  /** Between two looks, ms. */
  readonly everyMs: number
  /** A learner is promoted when it has been close behind at every look for so long, ms. */
  readonly stableMs: number
  /** Entries behind the leader's last that still are close. */
  readonly lagMax: number
}

export const memberJobDefaults = { everyMs: 100, stableMs: 2_000, lagMax: 2_000 } as const

/** The part of RaftStatus that the job looks at. */
export type MemberJobStatus = {
  readonly nodeId: number
  readonly role: string
  readonly lastIndex: number
  readonly membership: {
    readonly voters: readonly number[]
    readonly votersOutgoing: readonly number[]
    readonly learners: readonly number[]
  }
  readonly progress: readonly {
    readonly nodeId: number
    readonly match: number
    readonly active: boolean
  }[]
}

export type MemberJobDependencies = {
  readonly gateway: Pick<GatewayView, 'submit'>
  readonly raft: {
    status(): MemberJobStatus
    changeMembership(
      change: {
        readonly transition: 'auto'
        readonly changes: readonly MemberChange[]
        readonly context: Uint8Array
      },
      deadlineMs: number,
    ): Promise<void>
    transferLeadership(target: number): void
  }
  /** null before the cluster's first command. */
  readonly book: () => readonly Member[] | null
  readonly met: () => readonly MetNode[]
  readonly clock: {
    monotonicMs(): number
    after(delayMs: number, callback: () => void): () => void
  }
  readonly log: {
    info(fields: object, message: string): void
    warn(fields: object, message: string): void
  }
}

const STEP_TIMEOUT_MS = 10_000
const origin: Origin = { actor: 'system', clientAddress: null, userAgent: null }
const noContext = new Uint8Array(0)

export class MemberJob {
  readonly #options: MemberJobOptions
  readonly #dependencies: MemberJobDependencies
  /** Since when each learner has been close behind, monotonic ms. */
  readonly #closeSince = new Map<number, number>()
  #transfersTried = 0
  /** What was last said of a step that is held. */
  #heldTold = ''
  #cancel: () => void
  #closed = false

  constructor(options: MemberJobOptions, dependencies: MemberJobDependencies) {
    this.#options = options
    this.#dependencies = dependencies
    this.#cancel = this.#later()
  }

  close(): void {
    this.#closed = true
    this.#cancel()
  }

  #later(): () => void {
    const { clock } = this.#dependencies
    return clock.after(this.#options.everyMs, () => void this.#look())
  }

  async #look(): Promise<void> {
    try {
      const step = this.#next()
      if (step !== null) await this.#take(step)
    } catch (error) {
      const fields = { error: String(error) }
      this.#dependencies.log.warn(fields, 'a change of members did not succeed and is tried again')
    }
    if (!this.#closed) this.#cancel = this.#later()
  }

  #next(): MemberStep | null {
    const { raft, book, met } = this.#dependencies
    const status = raft.status()
    if (status.role !== 'leader') {
      this.#closeSince.clear()
      this.#transfersTried = 0
      return null
    }
    const members = book()
    if (members === null) return null
    const { voters, votersOutgoing, learners } = status.membership
    const active = new Set(status.progress.flatMap(peer => (peer.active ? [peer.nodeId] : [])))
    active.add(status.nodeId)
    return nextMemberStep({
      nodeId: status.nodeId,
      book: members,
      voters,
      votersOutgoing,
      learners,
      active,
      ready: this.#ready(status),
      met: met(),
      transfersTried: this.#transfersTried,
    })
  }

  #ready({ lastIndex, progress, membership }: MemberJobStatus): ReadonlySet<number> {
    const { lagMax, stableMs } = this.#options
    const nowMs = this.#dependencies.clock.monotonicMs()
    const ready = new Set<number>()
    for (const { nodeId, match, active } of progress) {
      const close = active && match > 0 && lastIndex - match <= lagMax
      if (!close || !membership.learners.includes(nodeId)) {
        this.#closeSince.delete(nodeId)
        continue
      }
      const sinceMs = this.#closeSince.get(nodeId) ?? nowMs
      this.#closeSince.set(nodeId, sinceMs)
      if (nowMs - sinceMs >= stableMs) ready.add(nodeId)
    }
    return ready
  }

  async #take(step: MemberStep): Promise<void> {
    const { raft, clock, log } = this.#dependencies
    if (step.type !== 'hold') this.#heldTold = ''
    switch (step.type) {
      case 'update':
        return this.#submit({ type: 'member.update', nodeId: step.nodeId, set: step.set })
      case 'forget':
        return this.#submit({ type: 'member.forget', nodeId: step.nodeId })
      case 'change': {
        log.info({ changes: step.changes }, 'the members of the cluster change')
        const change = { transition: 'auto', changes: step.changes, context: noContext } as const
        return raft.changeMembership(change, clock.monotonicMs() + STEP_TIMEOUT_MS)
      }
      case 'hold':
        return this.#tellHeld(step.nodeId, describeRisk(step.risk))
      case 'transfer': {
        const [target] = step.to.slice(this.#transfersTried % step.to.length)
        this.#transfersTried += 1
        log.info({ target }, 'this node is to leave, and hands leadership over first')
        if (target !== undefined) raft.transferLeadership(target)
        // As long as a transfer is tried, before the next one is.
        await new Promise<void>(resolve => clock.after(TRANSFER_MS, resolve))
      }
    }
  }

  #tellHeld(nodeId: number, reason: string): void {
    const told = `${nodeId}: ${reason}`
    if (told === this.#heldTold) return
    this.#heldTold = told
    this.#dependencies.log.warn({ nodeId, reason }, 'a removal is held; it can be taken back')
  }

  async #submit(command: MemberCommand): Promise<void> {
    const { gateway, log } = this.#dependencies
    const context = { origin, idempotency: null, timeoutMs: STEP_TIMEOUT_MS }
    const outcome = await gateway.submit(command, context)
    if (!outcome.ok) log.warn({ command, refusal: outcome.refusal }, 'the address book refused')
  }
}

const TRANSFER_MS = 1_000
