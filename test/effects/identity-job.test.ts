// Keys, the first admin and what is over, on virtual time: nothing without an occasion, and a password never in the log.
import t, { type Test } from 'tap'
import { IdentityJob, identityJobDefaults } from '../../src/effects/index.js'
import { GatewayError } from '../../src/gateway/index.js'
import { type Command, commandVersionOf } from '../../src/ledger/index.js'
import { FakeGateway } from '../support/fake-gateway.js'
import { SimClock, settle } from '../support/sim-clock.js'

const SECOND_MS = 1000
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const LOOK_MS = identityJobDefaults.everyMs
const KEEP_MS = HOUR_MS + 60 * SECOND_MS
const FAILURES_KEPT_MS = 600_000
const CLEAR = 'c2VjcmV0'
/** As a node that has a cluster secret makes it. */
const SEALED = 'sealed.1.x.y'
const ROTATE = { type: 'signing-key.rotate', keepMs: KEEP_MS } as const
const FAILURE = {
  type: 'login.fail',
  userId: null,
  failuresKey: 'k',
  windowMs: 60_000,
  lockAfter: 10,
  lockMs: 1,
} as const

class Node {
  readonly clock = new SimClock()
  readonly logged: { readonly level: string; readonly fields: object; readonly message: string }[] =
    []
  readonly printed: string[] = []
  isLeader = false
  isFounded = true
  given: { password?: string; warning?: string; error?: string } = {}
  /** By their secrets. */
  keys: { made: string; opens: readonly string[]; bare: readonly string[] } = {
    made: CLEAR,
    opens: [CLEAR],
    bare: [],
  }
  #keys = 0
  #hashes = 0
  #listener: () => void = () => {}

  constructor(
    t: Test,
    readonly gateway: FakeGateway,
    readonly nodeId = 1,
  ) {
    const log = (level: string) => (fields: object, message: string) =>
      void this.logged.push({ level, fields, message })
    const job = new IdentityJob(
      {
        ...identityJobDefaults,
        rotationMs: 30 * DAY_MS,
        keepMs: KEEP_MS,
        failuresKeptMs: FAILURES_KEPT_MS,
      },
      {
        gateway,
        raft: {
          isLeader: () => this.isLeader,
          onStatus: listener => {
            this.#listener = listener
            return () => {}
          },
        },
        state: () => (this.isFounded ? gateway.store.reads.identities() : null),
        entryTimeMs: () => gateway.timeMs,
        keys: {
          make: () => ({ id: `key-${nodeId}-${++this.#keys}`, secret: this.keys.made }),
          canOpen: ({ secret }) => this.keys.opens.includes(secret),
          isBare: ({ secret }) => this.keys.bare.includes(secret),
        },
        firstPassword: () => this.#firstPassword(),
        hash: async password => `hash ${nodeId}.${++this.#hashes} of ${password.length}`,
        print: text => void this.printed.push(text),
        clock: this.clock.node(),
        log: { info: log('info'), warn: log('warn'), error: log('error') },
      },
    )
    t.teardown(() => job.close())
  }

  /** And whatever follows from it at once. */
  async lead(): Promise<void> {
    this.isLeader = true
    this.#listener()
    await settle()
    await this.clock.run(0)
  }

  get hashCount(): number {
    return this.#hashes
  }

  #firstPassword() {
    const { password, warning, error } = this.given
    if (error !== undefined) throw new Error(error)
    const generated = password === undefined
    return { password: password ?? `made-up-${this.nodeId}`, generated, warning: warning ?? null }
  }
}

function types(gateway: FakeGateway): readonly Command['type'][] {
  return gateway.submitsAsked.map(({ command }) => command.type)
}

/** A leader of a cluster that has its key and its admin. */
async function settled(t: Test): Promise<Node> {
  const node = new Node(t, new FakeGateway())
  node.given = { password: 'correct horse' }
  await node.lead()
  node.gateway.submitsAsked.length = 0
  node.gateway.readsAsked.length = 0
  return node
}

t.test(
  'a new leader makes the first key and the first admin at once, and then nothing',
  async t => {
    const gateway = new FakeGateway()
    const node = new Node(t, gateway)
    await node.clock.run(3 * LOOK_MS)
    t.strictSame(types(gateway), [], 'who follows makes nothing')
    await node.lead()
    await node.clock.run(1)
    t.strictSame(types(gateway), ['signing-key.rotate', 'user.bootstrap'])
    t.match(gateway.submitsAsked[0]?.command, { ...ROTATE, id: 'key-1-1', onlyFirst: true })
    t.equal(gateway.readsAsked[0]?.level, 'linearizable', 'it has looked at all that was decided')
    const identities = gateway.store.reads.identities()
    t.match(identities.users(), [{ username: 'admin', role: 'admin', isActive: true }])
    t.equal(identities.signingKeys().length, 1)
    await node.clock.run(10 * LOOK_MS)
    t.equal(gateway.submitsAsked.length, 2)
    t.equal(gateway.readsAsked.length, 1, 'a look at what is in order costs no read')
  },
)

t.test('a made-up password is printed once, and never logged', async t => {
  const node = new Node(t, new FakeGateway())
  await node.lead()
  await node.clock.run(10 * LOOK_MS)
  t.equal(node.printed.length, 1)
  t.match(node.printed[0], /sign in as admin with the password made-up-1\n.*shown this once/)
  t.match(node.logged, [{ level: 'info', message: 'the first admin was made' }])
  t.notMatch(JSON.stringify(node.logged), /made-up|hash/)
})

t.test('a password that was given is not printed', async t => {
  const node = await settled(t)
  t.strictSame(node.printed, [])
  t.match(node.logged, [{ level: 'info' }])
  t.notMatch(JSON.stringify(node.logged), /correct horse/)
})

t.test('a file that all can read is warned of', async t => {
  const node = new Node(t, new FakeGateway())
  node.given = { password: 'correct horse', warning: 'The file is open to every user.' }
  await node.lead()
  t.match(node.logged[0], { level: 'warn', message: 'The file is open to every user.' })
})

t.test('of two that lead one after the other, only the one whose user it is prints', async t => {
  const gateway = new FakeGateway()
  const [first, second] = [new Node(t, gateway, 1), new Node(t, gateway, 2)]
  gateway.failure = new GatewayError('timeout', 'unknown', 'no outcome in time')
  gateway.read = async () => 1
  await first.lead()
  await first.clock.run(2 * LOOK_MS)
  t.equal(first.hashCount, 0, 'no key, no admin yet')
  gateway.failure = null
  await first.clock.run(LOOK_MS)
  await second.lead()
  await second.clock.run(10 * LOOK_MS)
  t.equal(first.printed.length, 1)
  t.strictSame(second.printed, [])
  t.strictSame(
    [...first.logged, ...second.logged].map(({ level }) => level),
    ['info'],
  )
})

t.test('a user whose outcome was lost is seen in the state, also by who leads no more', async t => {
  const gateway = new FakeGateway()
  const node = new Node(t, gateway)
  const submit = gateway.submit.bind(gateway)
  gateway.submit = async (command, context) => {
    const outcome = await submit(command, context)
    if (command.type !== 'user.bootstrap') return outcome
    node.isLeader = false
    throw new GatewayError('timeout', 'unknown', 'no outcome in time')
  }
  await node.lead()
  t.equal(gateway.store.reads.identities().userCount, 1)
  t.strictSame(node.printed, [])
  await node.clock.run(LOOK_MS)
  t.match(node.printed, [/made-up-1/])
  await node.clock.run(10 * LOOK_MS)
  t.equal(node.printed.length, 1)
})

t.test('a proposal that was lost is made again with the same hash', async t => {
  const gateway = new FakeGateway()
  const node = new Node(t, gateway)
  const submit = gateway.submit.bind(gateway)
  let lost = 0
  gateway.submit = async (command, context) => {
    if (command.type === 'user.bootstrap' && lost++ < 3)
      throw new GatewayError('no-leader', 'known', 'no leader')
    return submit(command, context)
  }
  await node.lead()
  await node.clock.run(4 * LOOK_MS)
  t.equal(node.hashCount, 1)
  t.equal(node.printed.length, 1)
})

t.test('while members are too old, or nobody leads, it waits quietly', async t => {
  for (const code of ['version-gate', 'no-leader', 'not-understood'] as const) {
    const node = new Node(t, new FakeGateway())
    node.gateway.failure = new GatewayError(code, 'known', 'not now')
    await node.lead()
    await node.clock.run(3 * LOOK_MS)
    t.strictSame([node.logged, node.printed], [[], []], code)
    node.gateway.failure = null
    await node.clock.run(LOOK_MS)
    t.equal(node.printed.length, 1, code)
  }
})

t.test('a leader of a cluster that is not founded yet looks again soon', async t => {
  const node = new Node(t, new FakeGateway())
  node.isFounded = false
  await node.lead()
  await node.clock.run(SECOND_MS)
  t.strictSame(types(node.gateway), [])
  node.isFounded = true
  await node.clock.run(identityJobDefaults.foundingMs)
  t.equal(node.printed.length, 1)
})

t.test('a password that cannot be used is told once, and the key is made all the same', async t => {
  const node = new Node(t, new FakeGateway())
  node.given = { error: 'The file /x cannot be read (ENOENT).' }
  await node.lead()
  await node.clock.run(5 * LOOK_MS)
  t.strictSame(types(node.gateway), ['signing-key.rotate'])
  t.match(node.logged, [{ level: 'error', fields: { reason: /cannot be read/ } }])
  node.given = { password: 'correct horse' }
  await node.clock.run(LOOK_MS)
  t.equal(node.gateway.store.reads.identities().userCount, 1)
})

t.test('a key signs for its time, and verifies a little longer than a token lives', async t => {
  const node = await settled(t)
  const { gateway, clock } = node
  gateway.timeMs += 30 * DAY_MS - 1
  await clock.run(2 * LOOK_MS)
  t.strictSame(types(gateway), [])
  gateway.timeMs += 1
  await clock.run(2 * LOOK_MS)
  t.match(gateway.submitsAsked, [{ command: { ...ROTATE, id: 'key-1-2', onlyFirst: false } }])
  const keys = gateway.store.reads.identities().signingKeys()
  t.match(keys, [
    { id: 'key-1-1', retiresMs: gateway.timeMs + KEEP_MS },
    { id: 'key-1-2', retiresMs: null },
  ])
  gateway.timeMs += KEEP_MS
  await clock.run(2 * LOOK_MS)
  t.strictSame(types(gateway), ['signing-key.rotate', 'identity.tidy'])
  t.match(gateway.store.reads.identities().signingKeys(), [{ id: 'key-1-2' }])
})

t.test('a key in clear is replaced once when there is a secret to seal it with', async t => {
  const node = await settled(t)
  const { gateway, clock } = node
  node.keys = { made: SEALED, opens: [CLEAR, SEALED], bare: [CLEAR] }
  await clock.run(5 * LOOK_MS)
  t.match(gateway.submitsAsked, [{ command: { ...ROTATE, secret: SEALED, onlyFirst: false } }])
  t.equal(gateway.submitsAsked.length, 1)
  t.match(gateway.store.reads.identities().signingKeys(), [
    { secret: CLEAR, retiresMs: gateway.timeMs + KEEP_MS },
    { secret: SEALED, retiresMs: null },
  ])
  t.ok(node.logged.every(({ level }) => level === 'info'))
})

t.test('a key that the secret does not open is replaced once, and that is told', async t => {
  const node = await settled(t)
  const { gateway, clock } = node
  node.keys = { made: SEALED, opens: [SEALED], bare: [] }
  await clock.run(5 * LOOK_MS)
  t.equal(gateway.submitsAsked.length, 1)
  t.match(gateway.store.reads.identities().signingKeys().at(-1), { secret: SEALED })
  t.match(node.logged.slice(1), [{ level: 'warn', message: /does not open.*sign.* in anew/ }])
})

t.test(
  'while a member cannot use sealed keys, the one in clear stays and all else goes on',
  async t => {
    const node = await settled(t)
    const { gateway, clock } = node
    const submit = gateway.submit.bind(gateway)
    let isOld = true
    gateway.submit = async (command, context) => {
      if (isOld && commandVersionOf(command) > 4)
        throw new GatewayError('version-gate', 'known', 'not now')
      return submit(command, context)
    }
    node.keys = { made: SEALED, opens: [CLEAR, SEALED], bare: [CLEAR] }
    gateway.apply(FAILURE)
    gateway.timeMs += FAILURES_KEPT_MS + 1
    await clock.run(2 * LOOK_MS)
    t.strictSame(types(gateway), ['identity.tidy'])
    isOld = false
    await clock.run(2 * LOOK_MS)
    t.strictSame(types(gateway), ['identity.tidy', 'signing-key.rotate'])
    t.ok(node.logged.every(({ level }) => level === 'info'))
  },
)

t.test('what is over goes, whichever kind it is, and nothing is proposed before', async t => {
  const node = await settled(t)
  const { gateway, clock } = node
  const timeMs = gateway.timeMs
  gateway.apply({ type: 'access-token.revoke', tokenId: 'j', expiresMs: timeMs + HOUR_MS })
  gateway.apply(FAILURE)
  await clock.run(2 * LOOK_MS)
  t.strictSame(types(gateway), [])

  gateway.timeMs = timeMs + FAILURES_KEPT_MS + 1
  await clock.run(2 * LOOK_MS)
  t.match(gateway.submitsAsked, [
    { command: { type: 'identity.tidy', failuresBeforeMs: timeMs + 1 } },
  ])
  const identities = gateway.store.reads.identities()
  t.equal(identities.loginFailures('k'), null)
  t.equal(identities.isRevoked('j'), true)

  gateway.timeMs = timeMs + HOUR_MS
  await clock.run(2 * LOOK_MS)
  t.equal(identities.isRevoked('j'), false)
  t.equal(gateway.submitsAsked.length, 2)

  const token = { hash: 'h', hint: 'ipam_abcd', addresses: [], description: null }
  gateway.apply({ type: 'api-token.create', userId: 1, ...token, ttlMs: HOUR_MS })
  gateway.timeMs += HOUR_MS
  await clock.run(2 * LOOK_MS)
  t.equal(identities.apiTokenByHash('h'), null)
  t.equal(gateway.submitsAsked.length, 3)
})

t.test('much that is over goes in slices, one a look', async t => {
  const node = await settled(t)
  const { gateway, clock } = node
  for (let at = 0; at < 600; at += 1)
    gateway.apply({ type: 'access-token.revoke', tokenId: `j${at}`, expiresMs: gateway.timeMs + 1 })
  gateway.timeMs += 1
  await clock.run(5 * LOOK_MS)
  t.strictSame(types(gateway), ['identity.tidy', 'identity.tidy', 'identity.tidy'])
})
