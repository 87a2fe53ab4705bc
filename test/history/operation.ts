// A recorded history: what clients asked, when, and what they were told; one JSON object a line.
import { readFileSync } from 'node:fs'
import { parseAddress } from '../../src/ledger/index.js'

/** Addresses that may be given out in a network, lowest first; it is empty when the history begins. */
export type NetworkRange = {
  readonly network: string
  readonly first: string
  readonly last: string
}

export type Listed = { readonly id: string; readonly ip: string }

type Asked =
  | { readonly op: 'allocate'; readonly answer?: Listed }
  | { readonly op: 'release'; readonly id: string }
  /** `answer` null: there is no such allocation. */
  | {
      readonly op: 'read'
      readonly id: string
      readonly answer?: { readonly active: boolean } | null
    }
  /** Every active allocation of the network. */
  | { readonly op: 'list'; readonly answer?: readonly Listed[] }

/**
 * One request, all its attempts with the same Idempotency-Key together. `refused`: the ledger said no (for an
 * allocation: the network is full; for a release: the allocation is not active). `unknown`: it may have happened, and
 * may still happen.
 */
export type Operation = Asked & {
  readonly network: string
  readonly client: number
  /** Before the first attempt was sent, ms of a clock that all clients share. */
  readonly from: number
  /** After the answer had come; null when the outcome is unknown. */
  readonly to: number | null
  readonly outcome: 'ok' | 'refused' | 'unknown'
  /** Log index at which it was decided: IPAM-Original-Revision, else IPAM-Revision; for reads the latter. */
  readonly revision?: number
}

export type History = {
  readonly networks: readonly NetworkRange[]
  readonly operations: readonly Operation[]
}

/** What is wrong with a history, in sentences; none = nothing is. `undecided`: too large a search. */
export type Verdict = { readonly faults: readonly string[]; readonly undecided: boolean }

export function parseHistory(text: string): History {
  const networks: NetworkRange[] = []
  const operations: Operation[] = []
  for (const [at, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const record: unknown = JSON.parse(line)
    if (isNetwork(record)) networks.push(record)
    else if (isOperation(record)) operations.push(record)
    else
      throw new Error(`line ${at + 1} is neither a network nor an operation: ${line.slice(0, 80)}`)
  }
  return { networks, operations }
}

export function readHistory(file: string): History {
  return parseHistory(readFileSync(file, 'utf8'))
}

export function formatHistory({ networks, operations }: History): string {
  return [...networks, ...operations].map(record => `${JSON.stringify(record)}\n`).join('')
}

/** @throws when the text is no address */
export function addressOf(text: string): bigint {
  const parsed = parseAddress(text)
  if (parsed === null) throw new Error(`${text} is no address`)
  return parsed.value
}

export function describe(operation: Operation): string {
  const { op, client, from, to, outcome, revision } = operation
  const about = op === 'release' || op === 'read' ? ` ${operation.id}` : ''
  const answer = op === 'release' ? '' : ` ${JSON.stringify(operation.answer)?.slice(0, 120)}`
  const at = revision === undefined ? '' : ` at revision ${revision}`
  return `client ${client} ${op}${about}: ${outcome}${answer}${at} [${from}, ${to ?? '∞'}]`
}

function isNetwork(record: unknown): record is NetworkRange {
  const fields = record as Partial<NetworkRange> | null
  return typeof fields?.first === 'string' && typeof fields.last === 'string'
}

function isOperation(record: unknown): record is Operation {
  const fields = record as Partial<Operation> | null
  const known = ['allocate', 'release', 'read', 'list'].includes(fields?.op ?? '')
  const ended = fields?.outcome === 'unknown' || typeof fields?.to === 'number'
  return known && ended && typeof fields?.from === 'number' && typeof fields.network === 'string'
}
