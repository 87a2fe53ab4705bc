// Nodes of different program versions: what an older one cannot apply does not come into the log (decision 44).
import t from 'tap'
import { encodeForwardFrame } from '../../src/gateway/forward-frame.js'
import { COMMAND_VERSION, type Command, commandVersionOf } from '../../src/ledger/index.js'
import { pack } from '../../src/store/codec/packed.js'
import { encodeRequest } from '../../src/store/index.js'
import { allocate, allocationOf, GatewayCluster } from '../support/gateway-cluster.js'

/** Known from version 2 on. */
const NEWER: Command = { type: 'effects.switch', on: false }

async function begun() {
  const cluster = new GatewayCluster()
  const { networkId } = await cluster.begin()
  const leader = await cluster.leader()
  const [follower] = cluster.followersOf(leader)
  if (follower === undefined) throw new Error('three nodes have a follower')
  return { cluster, networkId, leader, follower }
}

t.test('a command that not every member can apply is refused, on whatever node', async t => {
  const { cluster, networkId, leader, follower } = await begun()
  t.equal(commandVersionOf(NEWER), 2)
  for (const node of cluster.nodes) node.versionLimit = 1
  const { lastIndex } = leader.driver.status()
  const refused = { code: 'version-gate', outcome: 'known', message: /upgrade/ }
  for (const node of [leader, follower])
    await t.rejects(cluster.outcome(node.submit(NEWER)), refused, `node ${node.nodeId}`)
  t.equal(leader.driver.status().lastIndex, lastIndex, 'and is not in the log')
  allocationOf(await cluster.outcome(follower.submit(allocate(networkId, 'others go on'))))
  t.equal(follower.store.reads.cluster()?.commandVersion, undefined)

  for (const node of cluster.nodes) node.versionLimit = COMMAND_VERSION
  t.ok((await cluster.outcome(follower.submit(NEWER))).ok, 'once all of them can it is taken')
  await cluster.level()
  for (const { store } of cluster.nodes)
    t.equal(store.reads.cluster()?.commandVersion, 2, 'and the state says so, on every node')
  const hashes = await Promise.all(cluster.nodes.map(node => node.stateHash()))
  t.equal(new Set(hashes).size, 1)
})

t.test('a newer peer hands over what nobody here knows: refused, and nobody stops', async t => {
  const { cluster, networkId, leader, follower } = await begun()
  const command = allocate(networkId, 'of tomorrow')
  const origin = { actor: 'alice', clientAddress: null, userAgent: null }
  const session = { nodeId: follower.nodeId, start: 1 }
  const known = { version: 1, session, sequence: 90, awaitedFrom: 90, origin, command }
  const bytes = encodeRequest({ ...known, principal: null, idempotency: null })
  // The version is the first field of the request, after the format and the head of the list.
  const newer = Uint8Array.from(bytes)
  t.equal(newer[2], pack(1)[0])
  newer[2] = COMMAND_VERSION + 1
  const { lastIndex } = leader.driver.status()
  const commands = [{ sequence: 90, bytes: newer }]
  const frame = encodeForwardFrame({ type: 'forward', start: 1, commands })
  follower.driver.sendApplication(leader.nodeId, frame)
  await cluster.clock.run(200)
  t.equal(leader.driver.status().lastIndex, lastIndex)
  const [line] = leader.record.lines.filter(({ message }) => message.startsWith('a forwarded'))
  t.match(line?.fields, { from: follower.nodeId, reason: /command version \d.* upgrade this node/ })
  for (const { record } of cluster.nodes) t.same(record.fatal, [])
})
