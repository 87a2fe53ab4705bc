// Every entry that any node applies in any of its lives, against the slow model of the ledger and against what the other
// nodes made of it. RAFT_NOTES §6.8: 4, 16, 17 and 19.
import { isDeepStrictEqual } from 'node:util'
import {
  type Allocation,
  type Command,
  DEFAULT_VRF_ID,
  formatAddress,
  type Member,
  type Outcome,
  type User,
} from '../../../src/ledger/index.js'
import type { ApplyEntry } from '../../../src/raft/index.js'
import { decodeRequest } from '../../../src/store/codec/request-codec.js'
import type { Reads } from '../../../src/store/index.js'
import { Model } from '../../ledger/model.js'
import type { ModelSpace } from '../../ledger/model-space.js'
import { check } from '../../raft/core/invariants.js'
import { checkConversions, spaceLines, spaceOf } from './space-watch.js'

type Applied = { readonly entry: ApplyEntry; readonly outcome: Outcome | null }

/** States and spaces are compared at the multiples of this. */
export const LOOK_EVERY = 25
/** How much history there is, what is seen of alerts and told of, what one has for oneself: that the nodes agree is enough. */
const notModelled: ReadonlySet<Command['type']> = new Set<Command['type']>([
  'prune',
  'alerts.review',
  'alert.mailed',
  'settings.update',
  'webhook.create',
  'deliveries.record',
  'share.create',
  'rule.create',
  'rules.review',
  'personal.tidy',
])
const all = { afterId: 0, limit: Number.MAX_SAFE_INTEGER }

export class LedgerWatch {
  readonly #model = new Model()
  /** By index, from 1 on. */
  readonly #applied: Applied[] = []
  /** Live claims as of each index; [0] is before the first. */
  readonly #claims: string[] = ['']
  readonly #hashes = new Map<number, string>()
  readonly #spaces = new Map<number, readonly string[]>()
  readonly #asked = new Map<Command['type'], number>()

  /** The address book as of the newest applied entry. */
  get book(): readonly Member[] {
    return [...(this.#model.members.book?.values() ?? [])]
  }

  /** Idempotency keys of everything that was applied. */
  readonly keys = new Set<string>()

  /** Networks and allocations as of the newest applied entry; not to be changed. */
  get space(): ModelSpace {
    return this.#model.space
  }

  /** As of the newest applied entry. */
  get users(): readonly User[] {
    return this.#model.users.users
  }

  /** Ids that are used up. */
  get removed(): ReadonlySet<number> {
    return this.#model.members.removed
  }

  /** Highest index that any node has applied. */
  get index(): number {
    return this.#applied.length
  }

  /** @param outcome null for entries that are no commands. @throws when it is not what it must be */
  applied(nodeId: number, entry: ApplyEntry, outcome: Outcome | null): void {
    const known = this.#applied[entry.index - 1]
    if (known === undefined) {
      check(entry.index === this.index + 1, `node ${nodeId} applies ${entry.index} too early`)
      this.#applied.push({ entry, outcome })
      this.#decide(entry, outcome)
      return
    }
    check(known.entry.term === entry.term, `node ${nodeId} applies another entry ${entry.index}`)
    check(
      isDeepStrictEqual(known.outcome, outcome),
      `node ${nodeId} decided ${entry.index} otherwise: ${text(outcome)}, not ${text(known.outcome)}`,
    )
  }

  /** @throws when nobody has applied that far: a snapshot is of what was committed */
  installed(nodeId: number, index: number): void {
    check(index <= this.index, `node ${nodeId} installs a state of ${index}, which nobody applied`)
  }

  /** @throws when another node, or this one in another life, had another state at that index */
  hashed(nodeId: number, index: number, hash: string): void {
    const known = this.#hashes.get(index) ?? hash
    check(known === hash, `the state of node ${nodeId} at ${index} is not that of the others`)
    this.#hashes.set(index, hash)
  }

  /** A client was told so. @throws unless it was decided so */
  answered(outcome: Outcome): void {
    const decided = this.#applied[outcome.revision - 1]?.outcome
    check(
      isDeepStrictEqual(decided, outcome),
      `a client was answered ${text(outcome)}, and ${text(decided)} was decided there`,
    )
  }

  /** A node's live claims were read as of that index. @throws unless the model had the same */
  read(nodeId: number, index: number, claims: readonly Allocation[]): void {
    const expected = this.#claims[index]
    const found = claimsText(claims)
    check(found === expected, `node ${nodeId} shows ${found} at ${index}, not ${expected}`)
  }

  /** @throws when addresses are not whose they are in the model at that index, or two have one */
  sees(nodeId: number, index: number, reads: Reads): void {
    const isNewest = index === this.index
    const expected = this.#spaces.get(index) ?? (isNewest ? spaceLines(this.space) : null)
    if (expected === null) return
    const found = spaceOf(reads)
    const count = Math.max(found.length, expected.length)
    for (let at = 0; at < count; at += 1)
      check(
        found[at] === expected[at],
        `node ${nodeId} has at ${index} ${found[at]}, not ${expected[at]}`,
      )
  }

  /** What was ever acknowledged, in every particular. @throws when a node that is level has anything else */
  hasAll(nodeId: number, reads: Reads): void {
    const { networks, allocations, reservations } = this.space
    const { jobs } = this.#model.tags
    const { countries } = this.#model.countries
    const found = {
      networks: reads.networkPage(DEFAULT_VRF_ID, all),
      allocations: reads.allocationPage({ networkId: null, ended: true }, all),
      reservations: reservations.map(({ id }) => reads.reservation(id)),
      users: reads.identities().users(),
      countries: reads.regions.countries(),
      jobs: jobs.map(({ id }) => reads.jobs.job(id)),
    }
    const expected = { networks, allocations, reservations, users: this.users, countries, jobs }
    for (const [what, rows] of Object.entries(expected))
      check(
        isDeepStrictEqual(found[what as keyof typeof found], rows),
        `the ${what} of node ${nodeId} are not those of the model`,
      )
    checkConversions(reservations, found.allocations)
  }

  /** What became of reservations, by status; users, gateways, and what the leader asked about alerts. */
  tally(): Readonly<Record<string, number>> {
    const sums: Record<string, number> = {
      users: this.users.length,
      gateways: this.space.networks.filter(({ subnet }) => subnet?.gateway != null).length,
      'reviews of alerts': this.#asked.get('alerts.review') ?? 0,
      'alerts mailed': this.#asked.get('alert.mailed') ?? 0,
      'regions retired': this.#asked.get('region.retire') ?? 0,
      regions: this.space.networks.filter(({ region }) => region !== null).length,
      'tag jobs': this.#model.tags.jobs.length,
    }
    for (const { status } of this.space.reservations)
      sums[`reservations ${status}`] = (sums[`reservations ${status}`] ?? 0) + 1
    return sums
  }

  #decide(entry: ApplyEntry, outcome: Outcome | null): void {
    const request = entry.kind === 'command' ? decodeRequest(entry.data) : null
    if (request !== null && request.idempotency !== null)
      this.keys.add(request.idempotency.scopeHash)
    const type = request?.command.type
    if (type !== undefined) this.#asked.set(type, (this.#asked.get(type) ?? 0) + 1)
    if (request !== null) {
      const told = notModelled.has(request.command.type) ? outcome : null
      const expected = this.#model.execute(request, entry.index, entry.timeMs, told)
      check(
        isDeepStrictEqual(expected, outcome),
        `entry ${entry.index} was decided ${text(outcome)}, not ${text(expected)}`,
      )
    }
    const live = this.#model.space.allocations.filter(({ status }) => status === 'allocated')
    this.#claims.push(claimsText(live))
    if (entry.index % LOOK_EVERY === 0) this.#spaces.set(entry.index, spaceLines(this.space))
  }
}

function claimsText(claims: readonly Allocation[]): string {
  return claims
    .map(({ id, family, first, hostname }) => `${formatAddress(family, first)}=${id}:${hostname}`)
    .sort()
    .join(' ')
}

function text(outcome: Outcome | null | undefined): string {
  if (outcome === undefined || outcome === null) return 'nothing'
  const { revision, originalRevision } = outcome
  const what = outcome.ok ? resultText(outcome.result) : outcome.refusal.code
  return `${what} (revision ${revision}, first ${originalRevision})`
}

function resultText(result: Extract<Outcome, { ok: true }>['result']): string {
  if (result.type !== 'allocation') return result.type
  const { id, family, first, hostname, status } = result.allocation
  return `${formatAddress(family, first)}=${id}:${hostname} ${status}`
}
