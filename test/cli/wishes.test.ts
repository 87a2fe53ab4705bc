// Changes of the members are seen through: past answers that are lost or late, leaders that change, and nodes that go.
import t, { type Test } from 'tap'
import { GatewayError } from '../../src/gateway/index.js'
import { type Harness, startHarness } from '../http/harness.js'
import { ipam } from '../support/command-line.js'
import { freePorts } from '../support/processes.js'

const NO_LEADER = new GatewayError('no-leader', 'known', 'the cluster has no leader')

async function begun(t: Test): Promise<Harness> {
  const harness = await startHarness(t)
  for (const nodeId of [2, 3]) addMember(harness, nodeId)
  return harness
}

function addMember({ gateway }: Harness, nodeId: number): void {
  const raftAddress = `n${nodeId}:5001`
  gateway.apply({ type: 'member.add', nodeId, raftAddress, apiAddress: '', replaces: null })
}

/** The leader has carried a removal out. */
function forget(harness: Harness, nodeId: number): void {
  const { raftStatus, gateway } = harness
  const voters = raftStatus.membership.voters.filter(id => id !== nodeId)
  harness.raftStatus = { ...raftStatus, membership: { ...raftStatus.membership, voters } }
  gateway.apply({ type: 'member.forget', nodeId })
}

/** Called soon after the status of that node was looked at for the first time. */
function afterLook({ gateway }: Harness, then: () => void): void {
  const { reads } = gateway.store
  const { chainHead } = reads
  const look = (): ReturnType<typeof chainHead> => {
    Object.assign(reads, { chainHead })
    setTimeout(then, 50)
    return chainHead()
  }
  Object.assign(reads, { chainHead: look })
}

const cluster = (servers: string, ...args: string[]) =>
  ipam(['cluster', ...args], { IPAM_SERVER: servers })
const removals = ({ gateway }: Harness) =>
  gateway.submitsAsked.filter(({ command }) => command.type === 'member.remove')

t.test('a removal that takes longer than a request is waited for', async t => {
  const harness = await begun(t)
  afterLook(harness, () => forget(harness, 3))
  const run = await cluster(harness.url, 'remove', '3')
  t.match(run, { code: 0, out: /Node 3 is removed/, err: 'node 3 is still leaving …\n' })
  t.equal(removals(harness).length, 1, 'once it is recorded it is not asked for again')
})

t.test('without a leader it is asked for again, under the same key', async t => {
  const harness = await begun(t)
  const { gateway } = harness
  gateway.failure = NO_LEADER
  setTimeout(() => {
    gateway.failure = null
  }, 800)
  const watch = setInterval(() => {
    if (gateway.ledger.cluster()?.members[2]?.leaving !== true) return
    clearInterval(watch)
    forget(harness, 3)
  }, 20)
  const run = await cluster(harness.url, 'remove', '3', '--force')
  t.match(run, { code: 0, err: /has no leader.* …\n/ })
  t.ok(removals(harness).length > 1)
  const keys = removals(harness).map(({ context }) => context.idempotency?.scopeHash)
  t.equal(new Set(keys).size, 1)
})

t.test('what an unanswered question brought about is no refusal', async t => {
  const harness = await begun(t)
  const { gateway } = harness
  const submit = gateway.submit.bind(gateway)
  gateway.submit = async (command, context) => {
    await submit(command, context)
    gateway.submit = submit
    // The old leader is gone, and the new one hears only itself yet.
    gateway.view = { ...gateway.view, progress: gateway.view.progress.slice(0, 1) }
    throw new GatewayError('timeout', 'unknown', 'no outcome was known before the deadline')
  }
  setTimeout(() => forget(harness, 3), 1_500)
  t.match(await cluster(harness.url, 'remove', '3'), { code: 0, out: /Node 3 is removed/ })
  gateway.view = { ...gateway.view, progress: [] }
  t.match(await cluster(harness.url, 'remove', '2'), { code: 1, err: /no majority.*\(409\)/ })
})

t.test('the node that goes may be the one that is asked', async t => {
  const harness = await begun(t)
  harness.gateway.failure = new GatewayError('removed', 'unknown', 'this node was removed')
  harness.removed = true
  t.match(await cluster(harness.url, 'remove', '1'), { code: 0, out: /Node 1 is removed/ })
  t.match(await cluster(harness.url, 'remove', '2'), {
    code: 1,
    err: /node 1 was removed from the cluster and knows nothing of it; name another --server/,
  })
  const other = await begun(t)
  const servers = `${harness.url},${other.url}`
  setTimeout(() => forget(other, 2), 1_500)
  t.match(await cluster(servers, 'remove', '2'), { code: 0, out: /Node 2 is removed/ })
})

t.test('a node whose state is older than the wish is not believed', async t => {
  const behind = await startHarness(t)
  const harness = await begun(t)
  afterLook(harness, () => void harness.server.close())
  t.match(await cluster(`${harness.url},${behind.url}`, 'remove', '3', '--timeout', '4'), {
    code: 4,
    out: '',
    err: /node 1 has not heard of it yet …\nerror: not done after 4 s .*cluster status\n$/,
  })
})

t.test('--timeout ends the watching and not the change; --no-wait only asks', async t => {
  const harness = await begun(t)
  const late = await cluster(harness.url, 'remove', '3', '--timeout', '0.5')
  t.match(late, { code: 4, err: /not done after 0.5 s \(node 3 is still leaving\); it goes on/ })
  t.equal(harness.gateway.ledger.cluster()?.members[2]?.leaving, true)
  t.match(await cluster(harness.url, 'remove', '3', '--no-wait'), { code: 0, out: /under way/ })
  forget(harness, 3)
  harness.gateway.failure = NO_LEADER
  t.match(await cluster(harness.url, 'transfer', '2', '--timeout', '1'), {
    code: 4,
    err: /nobody took it/,
  })
  t.match(await cluster(harness.url, 'remove', '2', '--timeout', 'x'), { code: 2 })
})

t.test('who was never answered by anybody is told at once', async t => {
  const [port] = await freePorts(1)
  t.match(await cluster(`http://127.0.0.1:${port}`, 'remove', '3'), { code: 3, err: /no server/ })
})

t.test('what holds a removal is told, and it can be taken back', async t => {
  const harness = await begun(t)
  const { gateway } = harness
  harness.raftStatus = { ...harness.raftStatus, leaderId: 1 }
  afterLook(harness, async () => {
    const { progress } = gateway.view
    const silent = progress.map(peer => (peer.nodeId === 2 ? { ...peer, active: false } : peer))
    gateway.view = { ...gateway.view, progress: silent }
    setTimeout(async () => {
      t.match(await cluster(harness.url, 'status'), { out: /leaving \(held: without it the vot/ })
      t.match(await cluster(harness.url, 'keep', '3'), { code: 0, out: 'Node 3 stays.\n' })
    }, 1_000)
  })
  t.match(await cluster(harness.url, 'remove', '3'), {
    code: 1,
    err: /node 3 is held: without it .* no majority \(ipam cluster keep 3 .*\) …\nerror: node 3 stays/,
  })
  t.match(await cluster(harness.url, 'keep', '3'), { code: 1, err: /Node 3 is not leaving/ })
})
