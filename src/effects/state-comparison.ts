// Equal applied index, equal state (LEDGER.md, invariant 4): now and then the leader has every node hash its state at one
// index. A node that differs from a majority is told so; without a majority nobody knows who is right, and people are.
import { Packr } from 'msgpackr'

export type StateComparisonOptions = {
  readonly nodeId: number
  /** Of the state file: hashes of different schemas say nothing of one another. */
  readonly schema: number
  readonly everyMs: number
  /** Nodes that have not answered by then are left out this time. */
  readonly answerMs: number
}

export const stateComparisonDefaults = { answerMs: 180_000 } as const

export type StateComparisonDependencies = {
  readonly raft: {
    status(): {
      readonly role: string
      readonly lastIndex: number
      readonly membership: {
        readonly voters: readonly number[]
        readonly learners: readonly number[]
      }
    }
    sendApplication(to: number, frame: Uint8Array): void
  }
  /** The state's hash at exactly this index, once it is applied; null when that was not seen. */
  readonly hashAt: (index: number) => Promise<string | null>
  readonly clock: { after(delayMs: number, callback: () => void): () => void }
  readonly log: {
    info(fields: object, message: string): void
    warn(fields: object, message: string): void
    error(fields: object, message: string): void
  }
  readonly metrics: {
    compared(index: number): void
    mismatch(): void
  }
  /** This node's state differs from that of a majority. Called once. */
  readonly onDiverged: (index: number) => void
}

const packr = new Packr({ useRecords: false })
/** Beside the gateway's frames, which count from 1. */
const ASK = 10
const ANSWER = 11
const VERDICT = 12

type Round = {
  readonly index: number
  readonly asked: readonly number[]
  readonly voters: number
  /** Node id → its hash, behind the schema that it is of; null = it has none to give. */
  readonly answers: Map<number, string | null>
  readonly end: () => void
}

export class StateComparison {
  readonly #options: StateComparisonOptions
  readonly #dependencies: StateComparisonDependencies
  #round: Round | null = null
  #cancel: () => void
  #diverged = false

  constructor(options: StateComparisonOptions, dependencies: StateComparisonDependencies) {
    this.#options = options
    this.#dependencies = dependencies
    this.#cancel = this.#schedule()
  }

  /** @returns false when the frame is another room's affair. */
  onFrame(from: number, bytes: Uint8Array): boolean {
    const frame = decode(bytes)
    if (frame === null) return false
    const [type, index, body] = frame
    if (type === ASK) void this.#answer(from, index)
    else if (type === ANSWER) this.#onAnswer(from, index, typeof body === 'string' ? body : null)
    else this.#onVerdict(from, index, Array.isArray(body) ? (body as unknown[]) : [])
    return true
  }

  close(): void {
    this.#cancel()
    this.#round?.end()
    this.#round = null
  }

  #schedule(): () => void {
    return this.#dependencies.clock.after(this.#options.everyMs, () => {
      this.#cancel = this.#schedule()
      this.#begin()
    })
  }

  /**
   * The index is the end of the leader's log: what is committed behind it reaches every node after this question, since
   * a link keeps the order.
   */
  #begin(): void {
    const { raft, clock } = this.#dependencies
    const { role, lastIndex: index, membership } = raft.status()
    if (role !== 'leader' || this.#round !== null) return
    const { voters, learners } = membership
    const asked = [...voters, ...learners]
    if (asked.length < 2) return
    const { answerMs, everyMs } = this.#options
    // A question or an answer may be lost with a link: the next round asks again.
    const end = clock.after(Math.min(answerMs, everyMs), () => this.#judge())
    this.#round = { index, asked, voters: voters.length, answers: new Map(), end }
    const frame = packr.pack([ASK, index, null])
    for (const nodeId of asked)
      if (nodeId !== this.#options.nodeId) raft.sendApplication(nodeId, frame)
    void this.#answer(this.#options.nodeId, index)
  }

  async #answer(to: number, index: number): Promise<void> {
    const { nodeId } = this.#options
    const { hashAt, raft, log } = this.#dependencies
    let hash: string | null = null
    try {
      const found = await hashAt(index)
      hash = found === null ? null : `${this.#options.schema}:${found}`
    } catch (error) {
      log.warn({ index, error: String(error) }, 'the state could not be hashed for a comparison')
    }
    if (to === nodeId) this.#onAnswer(nodeId, index, hash)
    else raft.sendApplication(to, packr.pack([ANSWER, index, hash]))
  }

  #onAnswer(from: number, index: number, hash: string | null): void {
    const round = this.#round
    if (round?.index !== index || !round.asked.includes(from)) return
    round.answers.set(from, hash)
    if (round.answers.size === round.asked.length) this.#judge()
  }

  #judge(): void {
    const round = this.#round
    if (round === null) return
    round.end()
    this.#round = null
    const groups = new Map<string, number[]>()
    for (const [nodeId, hash] of round.answers) {
      if (hash !== null) groups.set(hash, [...(groups.get(hash) ?? []), nodeId])
    }
    const nodes = [...groups.values()]
    if (nodes.flat().length < 2) return
    const { index } = round
    const diverged = divergedFrom(groups, round.voters)
    if (differ(groups)) this.#tell(index, groups, diverged)
    const { raft } = this.#dependencies
    const verdict = packr.pack([VERDICT, index, diverged])
    for (const nodeId of nodes.flat())
      if (nodeId !== this.#options.nodeId) raft.sendApplication(nodeId, verdict)
    this.#onVerdict(this.#options.nodeId, index, diverged)
  }

  #tell(index: number, groups: ReadonlyMap<string, readonly number[]>, diverged: number[]): void {
    const { log, metrics } = this.#dependencies
    metrics.mismatch()
    const hashes = Object.fromEntries(
      [...groups].map(([hash, nodes]) => [nodes.map(id => `node ${id}`).join(', '), hash]),
    )
    log.error(
      { index, hashes, diverged },
      diverged.length > 0
        ? 'states differ at one index: those that differ from the majority stop serving; replace them (ipam cluster replace)'
        : 'states differ at one index, and no majority agrees: stop the nodes one by one, ipam check each, and replace what is not sound',
    )
  }

  #onVerdict(from: number, index: number, diverged: readonly unknown[]): void {
    const { nodeId } = this.#options
    const { metrics, log, onDiverged } = this.#dependencies
    metrics.compared(index)
    if (!diverged.includes(nodeId) || this.#diverged) return
    this.#diverged = true
    if (from !== nodeId) metrics.mismatch()
    log.error({ index }, `${divergedReason(index)}; replace this node: ipam cluster replace`)
    onDiverged(index)
  }
}

/** Nodes whose state differs from one that more than half of the voters have, in the same schema. */
function divergedFrom(groups: ReadonlyMap<string, readonly number[]>, voters: number): number[] {
  const majority = [...groups].find(([, group]) => group.length > voters / 2)
  if (majority === undefined) return []
  const [right] = majority
  const others = [...groups].filter(
    ([hash]) => hash !== right && schemaOf(hash) === schemaOf(right),
  )
  return others.flatMap(([, group]) => group)
}

/** During an upgrade states of two schemas stand side by side, which is no difference. */
function differ(groups: ReadonlyMap<string, readonly number[]>): boolean {
  return new Set([...groups.keys()].map(schemaOf)).size < groups.size
}

function schemaOf(hash: string): string {
  return hash.slice(0, hash.indexOf(':'))
}

/** As a clause. */
export function divergedReason(index: number): string {
  return `the state of this node differs from that of the majority at entry ${index}`
}

function decode(bytes: Uint8Array): readonly [type: number, index: number, body: unknown] | null {
  let value: unknown
  try {
    value = packr.unpack(bytes)
  } catch {
    return null
  }
  if (!Array.isArray(value) || value.length !== 3) return null
  const [type, index, body] = value as unknown[]
  if (type !== ASK && type !== ANSWER && type !== VERDICT) return null
  if (typeof index !== 'number' || !Number.isSafeInteger(index) || index < 0) return null
  return [type, index, body]
}
