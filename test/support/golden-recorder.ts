// Makes the entries of a golden log: commands as three nodes would append them, with retries, keys and restarts, all by
// seeded chance. And keeps the log: the entries once and for ever, the expectation until the schema changes.
import { existsSync, writeFileSync } from 'node:fs'
import { type Command, commandVersionOf } from '../../src/ledger/index.js'
import type { ApplyEntry, Membership } from '../../src/raft/index.js'
import { encodeRequest } from '../../src/store/index.js'
import { formatGoldenLog, goldenLogPath, readGoldenLog, replayGoldenLog } from './golden-log.js'
import { seededRandom } from './seeded-random.js'

export const START_MS = 1_800_000_000_000

export const foundingCommand: Command = {
  type: 'genesis',
  clusterId: 100,
  clusterUuid: '00000000-0000-4000-8000-000000000001',
  members: [1, 2, 3].map(nodeId => ({
    nodeId,
    raftAddress: `[::1]:500${nodeId}`,
    apiAddress: `[::1]:808${nodeId}`,
    dataUuid: `d-${nodeId}`,
  })),
}

/** Of the three nodes, with others that are learning. */
export function learning(learners: readonly number[]): Membership {
  return { voters: [1, 2, 3], votersOutgoing: [], learners, learnersNext: [], autoLeave: false }
}

export class GoldenRecorder {
  readonly entries: ApplyEntry[] = []
  readonly startMs = START_MS
  /** Of the last entry. */
  timeMs = START_MS
  readonly #random: () => number
  readonly #sequences = new Map<number, number>()
  #starts = 1

  constructor(seed: number) {
    this.#random = seededRandom(seed)
  }

  /** A whole number from 0 on. */
  below(end: number): number {
    return Math.floor(this.#random() * end)
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T
  }

  maybe<T>(value: T): T | null {
    return this.below(3) === 0 ? value : null
  }

  /** The first entries of every cluster. */
  begin(): void {
    this.push('empty', new Uint8Array())
    this.add(foundingCommand)
  }

  add(command: Command, key: string | null = null): void {
    const nodeId = 1 + this.below(3)
    // One request in fifty is a retry of an old one.
    const next = (this.#sequences.get(nodeId) ?? 0) + 1
    const sequence = this.below(50) === 0 ? Math.max(1, next - 1 - this.below(30)) : next
    if (sequence === next) this.#sequences.set(nodeId, next)
    const data = encodeRequest({
      version: commandVersionOf(command),
      session: { nodeId, start: this.#starts },
      sequence,
      awaitedFrom: Math.max(0, next - 20),
      origin: {
        actor: this.pick(['alice', 'bob', 'system']),
        clientAddress: this.maybe('192.0.2.1'),
        userAgent: null,
      },
      principal: null,
      idempotency:
        key === null ? null : { scopeHash: key, requestHash: this.pick(['r1', 'r1', 'r2']) },
      command,
    })
    this.push('command', data)
  }

  /** Every node starts again, and another is learning. */
  restart(): void {
    this.#starts++
    this.#sequences.clear()
    this.push('empty', new Uint8Array())
    this.push('membership', new Uint8Array([1]), [3 + this.#starts])
  }

  push(kind: ApplyEntry['kind'], data: Uint8Array, learners: number[] | null = null): void {
    this.timeMs += this.below(20_000)
    const membership = learners === null ? null : learning(learners)
    const { timeMs } = this
    const index = this.entries.length + 1
    this.entries.push({ index, term: this.#starts, kind, timeMs, data, membership })
  }
}

/**
 * Writes the fixture of that number. When it is there, only its expectation is computed again, and only with REWRITE=1:
 * the entries stay what they were when they were recorded.
 */
export async function keepGoldenLog(
  number: number,
  record: () => readonly ApplyEntry[],
): Promise<void> {
  const path = goldenLogPath(number)
  const isThere = existsSync(path)
  if (isThere && process.env.REWRITE !== '1') throw new Error(`${path} is recorded already.`)
  const entries = isThere ? readGoldenLog(number).entries : record()
  const { found, codes } = await replayGoldenLog(entries, 64)
  writeFileSync(path, formatGoldenLog({ expected: found, entries }))
  console.log(found, Object.fromEntries([...codes].sort()))
}
