// Makes the entries of a golden log command by command, as three nodes would append them, with nothing left to chance.
// A ledger decides each as it is written, so that the script can name what was made, and says itself what it expects.
import {
  type Alert,
  type Command,
  commandVersionOf,
  type IdempotencyKey,
  Ledger,
  type Outcome,
  type Permission,
  type Principal,
  type Refusal,
  type Result,
} from '../../src/ledger/index.js'
import type { ApplyEntry } from '../../src/raft/index.js'
import { decodeRequest, encodeRequest } from '../../src/store/index.js'
import { foundingCommand, learning, START_MS } from './golden-recorder.js'
import { MemoryRows } from './memory-rows.js'

/** Between two entries when nobody says otherwise. */
const STEP_MS = 1000

/** Who asks, and under which key. */
export type Said = {
  /** Of whoever has signed in. */
  readonly principal?: Principal | null
  /** Of whoever has not; the user's name, or `system`, if it is left out. */
  readonly actor?: string
  readonly idempotency?: IdempotencyKey | null
}

export class GoldenScript {
  readonly entries: ApplyEntry[] = []
  /** Of the next entry. */
  timeMs = START_MS
  #lastMs = START_MS
  #rows = new MemoryRows()
  #ledger = new Ledger(this.#rows)
  #starts = 1
  readonly #sequences = new Map<number, number>()

  /** The first entries of every cluster. */
  begin(): void {
    this.#push('empty', new Uint8Array())
    this.does(foundingCommand)
  }

  /** @returns the id of what the command made or changed, the first one of many. @throws when it is refused */
  made(command: Command, said: Said = {}): number {
    return idOf(this.does(command, said))
  }

  /** @throws when it is refused */
  does(command: Command, said: Said = {}): Result {
    const outcome = this.ask(command, said)
    if (outcome.ok) return outcome.result
    throw this.#surprise(command, outcome)
  }

  /** @throws unless it is refused like that */
  refused(code: Refusal['code'], command: Command, said: Said = {}): void {
    const outcome = this.ask(command, said)
    if (outcome.ok || outcome.refusal.code !== code) throw this.#surprise(command, outcome)
  }

  ask(command: Command, { principal = null, actor, idempotency = null }: Said = {}): Outcome {
    const nodeId = 1 + (this.entries.length % 3)
    const sequence = (this.#sequences.get(nodeId) ?? 0) + 1
    this.#sequences.set(nodeId, sequence)
    const name = principal === null ? 'system' : this.user(principal.userId)?.username
    const data = encodeRequest({
      version: commandVersionOf(command, principal),
      session: { nodeId, start: this.#starts },
      sequence,
      awaitedFrom: Math.max(0, sequence - 20),
      origin: { actor: actor ?? name ?? 'nobody', clientAddress: '192.0.2.1', userAgent: null },
      principal,
      idempotency,
      command,
    })
    return this.#execute(data)
  }

  /** The command of that log index comes once more, as a node's retry does. */
  comesAgain(index: number): Outcome {
    const entry = this.entries[index - 1]
    if (entry?.kind !== 'command') throw new Error(`entry ${index} is no command`)
    return this.#execute(entry.data)
  }

  /** The next entry comes so much later. */
  wait(ms: number): void {
    this.timeMs += ms
  }

  /** The next entry comes at exactly that time. */
  until(timeMs: number): void {
    if (timeMs < this.#lastMs) throw new Error('entry times never go back')
    this.timeMs = timeMs
  }

  /** Every node starts again, and another is learning. */
  restart(): void {
    this.#starts++
    this.#sequences.clear()
    this.#ledger = new Ledger(this.#rows)
    for (const _slice of this.#ledger.load(this.#rows.image())) void _slice
    this.#push('empty', new Uint8Array())
    this.#push('membership', new Uint8Array([1]), [3 + this.#starts])
  }

  user(id: number) {
    return this.#ledger.identities().user(id)
  }

  /** With an access token of now. */
  signedIn(userId: number, permission: Permission = 'read', tokenId = `jti-${userId}`): Said {
    const epoch = this.user(userId)?.epoch ?? 0
    return { principal: { kind: 'access', tokenId, epoch, userId, permission } }
  }

  /** The first that was raised of those that are open about a network or allocation. */
  openAlert(subject: { networkId: number } | { allocationId: number }): Alert | null {
    return this.#rows.openAlertsAbout(subject)[0] ?? null
  }

  #execute(data: Uint8Array): Outcome {
    const { timeMs } = this
    this.#push('command', data)
    const revision = this.entries.length
    return this.#ledger.execute(decodeRequest(data), { revision, timeMs })
  }

  #push(kind: ApplyEntry['kind'], data: Uint8Array, learners: number[] | null = null): void {
    const { timeMs } = this
    const membership = learners === null ? null : learning(learners)
    const index = this.entries.length + 1
    this.entries.push({ index, term: this.#starts, kind, timeMs, data, membership })
    this.#lastMs = timeMs
    this.timeMs = timeMs + STEP_MS
  }

  #surprise(command: Command, outcome: Outcome): Error {
    const said = outcome.ok ? outcome.result.type : JSON.stringify(outcome.refusal)
    return new Error(`Entry ${this.entries.length}, ${command.type}, was answered with ${said}.`)
  }
}

function idOf(result: Result): number {
  switch (result.type) {
    case 'network':
    case 'pool':
      return result.network.id
    case 'allocation':
    case 'block':
      return result.allocation.id
    case 'reservation':
      return result.reservation.id
    case 'user':
      return result.user.id
    case 'api-token':
      return result.token.id
    case 'tag':
      return result.tag.id
    case 'custom-field':
      return result.field.id
    case 'bulk':
      return result.allocations[0]?.id ?? 0
    case 'share':
      return result.share.id
    case 'filter':
      return result.filter.id
    case 'rule':
      return result.rule.id
    case 'webhook':
      return result.webhook.id
    case 'job':
      return result.job.id
    default:
      throw new Error(`a ${result.type} has no id`)
  }
}
