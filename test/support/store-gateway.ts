// "A Raft of one without a log" over the real store, in memory: for surfaces that ask more of the state than FakeGateway has. Time is
// the test's.
import type {
  GatewayView,
  LeaderView,
  ReadContext,
  SubmitContext,
} from '../../src/gateway/index.js'
import { type Command, commandVersionOf, type Outcome } from '../../src/ledger/index.js'
import { encodeRequest, Store, type StoreView } from '../../src/store/index.js'

const START_MS = Date.UTC(2025, 10, 12, 10, 0, 0)
const OWN_ORIGIN = { actor: 'system', clientAddress: null, userAgent: null }
const membership = {
  voters: [1, 2, 3],
  votersOutgoing: [],
  learners: [],
  learnersNext: [],
  autoLeave: false,
}
const quiet = () => {}

export class StoreGateway implements GatewayView {
  /** Entry time of the next command. */
  timeMs = START_MS
  /** Thrown by every submit and read while set. */
  failure: Error | null = null
  /** Awaited before each command that a request submits. */
  beforeSubmit: () => Promise<void> = () => Promise.resolve()
  /** What requests submitted, newest last. */
  readonly submitsAsked: { readonly command: Command; readonly context: SubmitContext }[] = []
  #sequence = 0
  #decided: Outcome | null = null

  private constructor(readonly store: StoreView & Pick<Store, 'apply' | 'close'>) {
    store.onApplied(requests => {
      this.#decided = requests.at(-1)?.outcome ?? null
    })
    const members = [{ nodeId: 1, raftAddress: 'a:1', apiAddress: 'a:2', dataUuid: 'd-1' }]
    this.apply({ type: 'genesis', clusterId: 100, clusterUuid: 'c-1', members })
  }

  /** @param directory an empty one; absent: in memory */
  static async open(directory = ':memory:'): Promise<StoreGateway> {
    const options = { directory, cachePagesBytes: 4 << 20 }
    const log = { debug: quiet, info: quiet, warn: quiet, error: quiet }
    return new StoreGateway(
      await Store.open({ ...options, initialMembership: membership }, { log }),
    )
  }

  async submit(command: Command, context: SubmitContext): Promise<Outcome> {
    this.submitsAsked.push({ command, context })
    if (this.failure !== null) throw this.failure
    await this.beforeSubmit()
    return this.apply(command, context)
  }

  async read(_context: ReadContext): Promise<number> {
    if (this.failure !== null) throw this.failure
    return this.store.appliedIndex()
  }

  async leaderView(): Promise<LeaderView> {
    const progress = [{ nodeId: 1, state: 'replicate', match: 1, active: true }] as const
    const { voters, votersOutgoing, learners } = membership
    return { leaderId: 1, term: 1, lastIndex: 1, voters, votersOutgoing, learners, progress }
  }

  /** One entry of the log. */
  apply(command: Command, context?: SubmitContext): Outcome {
    const sequence = ++this.#sequence
    const data = encodeRequest({
      version: commandVersionOf(command),
      session: { nodeId: 1, start: 1 },
      sequence,
      awaitedFrom: sequence,
      origin: context?.origin ?? OWN_ORIGIN,
      principal: context?.principal ?? null,
      idempotency: context?.idempotency ?? null,
      command,
    })
    const index = this.store.appliedIndex() + 1
    const entry = { index, term: 1, kind: 'command', timeMs: this.timeMs, data } as const
    this.store.apply([{ ...entry, membership: null }])
    if (this.#decided === null) throw new Error('the store decided nothing')
    return this.#decided
  }
}
