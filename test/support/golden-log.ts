// A recorded log and what it must replay to. First line: the expectation; then one entry a line.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { isSingleAddress, type Reservation } from '../../src/ledger/index.js'
import type { ApplyEntry, Membership } from '../../src/raft/index.js'
import { Store } from '../../src/store/index.js'

export type GoldenExpectation = {
  readonly appliedIndex: number
  /** SHA-256 over the outcomes in log order as JSON, bigints as text, without later fields that are not set. */
  readonly outcomes: string
  /** Of the last Change: everything that history says. */
  readonly chainHead: string
  readonly stateHash: string
}

export type GoldenLog = {
  readonly expected: GoldenExpectation
  readonly entries: readonly ApplyEntry[]
}

const membership: Membership = {
  voters: [1, 2, 3],
  votersOutgoing: [],
  learners: [],
  learnersNext: [],
  autoLeave: false,
}

/** Fixtures are not built: seen from dist they are among the sources. */
export function goldenLogPath(number: number): string {
  const url = new URL(`../fixtures/golden-log-${number}.jsonl`, import.meta.url)
  return fileURLToPath(url).replace(/([\\/])dist[\\/](test[\\/]fixtures)/, '$1$2')
}

/** 1 is from before there were pools, 2 is about them, 3 about members, users and what offices keep, 4 about regions and one's own. */
export const goldenLogs = [1, 2, 3, 4] as const

export function readGoldenLog(number = 1): GoldenLog {
  return parseGoldenLog(readFileSync(goldenLogPath(number), 'utf8'))
}

export function formatGoldenLog({ expected, entries }: GoldenLog): string {
  const lines = entries.map(({ index, term, kind, timeMs, data, membership }) => {
    const text = Buffer.from(data).toString('base64')
    return JSON.stringify([index, term, kind, timeMs, text, membership])
  })
  return `${[JSON.stringify(expected), ...lines].join('\n')}\n`
}

function parseGoldenLog(text: string): GoldenLog {
  const [first, ...lines] = text.trimEnd().split('\n')
  const entries = lines.map((line): ApplyEntry => {
    const [index, term, kind, timeMs, data, membership] = JSON.parse(line)
    return { index, term, kind, timeMs, data: Buffer.from(data, 'base64'), membership }
  })
  return { expected: JSON.parse(first ?? ''), entries }
}

/** @param batchEntries how many entries are applied in one transaction. */
export async function replayGoldenLog(
  entries: readonly ApplyEntry[],
  batchEntries: number,
): Promise<{ readonly found: GoldenExpectation; readonly codes: ReadonlyMap<string, number> }> {
  const quiet = () => {}
  const store = await Store.open(
    { directory: ':memory:', cachePagesBytes: 8 << 20, initialMembership: membership },
    { log: { debug: quiet, info: quiet, warn: quiet, error: quiet } },
  )
  const outcomes = createHash('sha256')
  const codes = new Map<string, number>()
  store.onApplied(requests => {
    for (const request of requests) {
      const { outcome } = request
      const code = outcome.ok ? outcome.result.type : outcome.refusal.code
      codes.set(code, (codes.get(code) ?? 0) + 1)
      outcomes.update(JSON.stringify(request, asRecorded))
    }
  })
  for (let at = 0; at < entries.length; at += batchEntries) {
    store.apply(entries.slice(at, at + batchEntries))
  }
  const { hash: stateHash } = await store.scans.stateHash(new AbortController().signal)
  const found = {
    appliedIndex: store.appliedIndex(),
    outcomes: outcomes.digest('hex'),
    chainHead: Buffer.from(store.reads.chainHead().hash).toString('hex'),
    stateHash,
  }
  await store.close()
  return { found, codes }
}

/** What a reservation of an address alone has said since CIDRs can be reserved. */
function isOfAddress(reservation: Reservation, name: string): boolean {
  if (name === 'isHidden') return !reservation.isHidden
  return name === 'prefixLength' && isSingleAddress(reservation)
}

/** Fields that entities got after the first log was recorded. Whoever does not set them answers as before. */
const laterFields = new Set([
  ...['pool', 'blockId', 'owner', 'subnet', 'details'],
  ...['region', 'host', 'madeNetworkId'],
])

function asRecorded(this: object, name: string, value: unknown): unknown {
  if (value === null && laterFields.has(name)) return undefined
  if ('holderId' in this && isOfAddress(this as Reservation, name)) return undefined
  return typeof value === 'bigint' ? `${value}n` : value
}
