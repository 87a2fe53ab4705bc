// Commands that the leader cannot read, of a newer or a broken peer: they never come into the log (decision 31).
import t from 'tap'
import { encodeForwardFrame } from '../../src/gateway/forward-frame.js'
import { allocate, allocationOf, GatewayCluster, watch } from '../support/gateway-cluster.js'

const foreign: readonly { readonly what: string; readonly bytes: Uint8Array }[] = [
  { what: 'nothing', bytes: new Uint8Array(0) },
  { what: 'a format to come', bytes: Uint8Array.of(99, 1, 2, 3) },
  { what: 'a known format, damaged', bytes: Uint8Array.of(1, 0xdd, 0xff) },
]

t.test('bytes that no node could apply stop none', async t => {
  const cluster = new GatewayCluster()
  const { networkId } = await cluster.begin()
  const leader = await cluster.leader()
  const [follower] = cluster.followersOf(leader)
  if (follower === undefined) throw new Error('three nodes have a follower')
  const { lastIndex } = leader.driver.status()
  for (const { what, bytes } of foreign) {
    const commands = [{ sequence: 7, bytes }]
    const frame = encodeForwardFrame({ type: 'forward', start: 1, commands })
    follower.driver.sendApplication(leader.nodeId, frame)
    await cluster.clock.run(100)
    t.equal(leader.driver.status().lastIndex, lastIndex, what)
  }
  t.ok(leader.record.logged('a forwarded command cannot be read here and is refused'))
  allocationOf(await cluster.outcome(follower.submit(allocate(networkId, 'after'))))
  for (const { record } of cluster.nodes) t.same(record.fatal, [])
})

t.test('who handed it over is told that nothing happened', async t => {
  const cluster = new GatewayCluster()
  const { networkId } = await cluster.begin()
  const leader = await cluster.leader()
  const [follower] = cluster.followersOf(leader)
  if (follower === undefined) throw new Error('three nodes have a follower')
  let sequence = -1
  cluster.network.onSendApplication = (_from, to) => {
    if (to === leader.nodeId) sequence += 1
  }
  cluster.network.cut(follower.nodeId, leader.nodeId)
  const watched = watch(follower.submit(allocate(networkId, 'newer')))
  await cluster.clock.run(20)
  t.equal(sequence, 0, 'it was handed over, and lost')
  const refusal = { type: 'refused', start: 1, reason: 'unreadable', sequences: [1] } as const
  follower.gateway.onFrame(leader.nodeId, encodeForwardFrame(refusal))
  await cluster.clock.run(50)
  t.match(watched.ending, { error: { code: 'not-understood', outcome: 'known' } })
})
