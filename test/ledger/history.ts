// Turns the steps of a random history into requests, aimed at what the ledger holds at that moment.
import { addressBits, type Command, formatCidr, type Request } from '../../src/ledger/index.js'
import { aimed, type Step } from './model-requests.js'
import { isLive } from './model-space.js'
import { HOUR_MS, network, numberPool, pool, type World } from './world.js'

const STARTING_POOLS: readonly Command[] = [
  pool('a', '10.0.0.0/26'),
  pool('b', '2001:db8::/124'),
  numberPool('n', { rangeStart: 1, rangeEnd: 12 }),
  numberPool('o', { rangeStart: 2, rangeEnd: 20 }),
]

export class History {
  private readonly requests: Request[] = []
  private start = 1
  private sequence = 0
  private awaitedFrom = 0

  /** @param send applies the request to the world; it is called once for each step that makes one. */
  constructor(
    private readonly world: World,
    private readonly send: (request: Request) => void,
  ) {}

  /** One network to begin with, or pools, then the steps. */
  play(steps: readonly Step[]): void {
    const start = steps.length % 2 === 0 ? [network('10.0.0.0/26')] : STARTING_POOLS
    for (const command of start) this.take({ do: 'request', command, key: null })
    for (const step of steps) this.take(step)
  }

  private take(step: Step): void {
    switch (step.do) {
      case 'request':
        this.request(this.aim(step.command), step.key)
        break
      case 'delegate':
        this.delegate(step.pick, step.longer)
        break
      case 'retry':
        this.again(step.pick, request => request)
        break
      case 'replay':
        this.again(step.pick, request => ({ ...request, ...this.stamp() }))
        break
      case 'settle':
        this.awaitedFrom = this.sequence + 1
        break
      case 'start':
        this.start += 1
        this.sequence = 0
        this.awaitedFrom = 0
        break
      case 'reopen':
        this.world.ledger = this.world.reopened()
        break
      case 'wait':
        this.world.timeMs += (step.halfHours * HOUR_MS) / 2
    }
  }

  /** Most often at something alive; at times at what is over. */
  private aim(command: Command): Command {
    const { rows } = this.world
    const allocations = rows.allocations()
    const live = allocations.filter(isLive)
    const targets = this.sequence % 8 === 0 || live.length === 0 ? allocations : live
    const { networks, numberPools } = rows.image()
    const [numbers, reservations] = [rows.numbers(), rows.reservations()]
    return aimed(command, { networks, allocations: targets, numberPools, numbers, reservations })
  }

  private delegate(pick: number, longer: number): void {
    const blocks = this.world.rows
      .allocations()
      .filter(claim => isLive(claim) && claim.kind === 'block')
    const block = blocks[pick % Math.max(blocks.length, 1)]
    if (block === undefined) return
    const { family, first } = block
    const prefixLength = Math.min((block.prefixLength ?? 0) + longer, addressBits(family))
    this.request(network(formatCidr({ family, first, prefixLength })), null)
  }

  private request(command: Command, key: number | null): void {
    const requestHash = JSON.stringify(command)
    const idempotency = key === null ? null : { scopeHash: `key ${key}`, requestHash }
    const actor = this.sequence % 3 === 0 ? 'bob' : 'alice'
    // Tags of many are given by whoever has signed in; one in four has not.
    const isUser = command.type === 'tags.apply' && this.sequence % 4 > 0
    const origin = { actor, clientAddress: null, userAgent: null, ...(isUser ? { userId: 7 } : {}) }
    this.make(this.world.request(command, { ...this.stamp(), origin, idempotency }))
  }

  private again(pick: number, change: (request: Request) => Request): void {
    const request = this.requests[pick % Math.max(this.requests.length, 1)]
    if (request !== undefined) this.make(change(request))
  }

  private make(request: Request): void {
    this.requests.push(request)
    this.send(request)
  }

  private stamp() {
    this.sequence += 1
    const { start, sequence, awaitedFrom } = this
    return { session: { nodeId: 2, start }, sequence, awaitedFrom }
  }
}
