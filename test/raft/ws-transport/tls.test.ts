// The peer link inside TLS: both sides show a certificate of the same authority, or nothing is said at all.
import t from 'tap'
import { newAuthority } from './certificates.js'
import { commits, heartbeat, isConnected, startNode, startPair, until } from './link-support.js'

const issue = newAuthority('the authority of this cluster')
const issueElsewhere = newAuthority('another authority')

t.test('nodes with certificates of one authority talk', async t => {
  const one = await startNode(t, { nodeId: 1, tls: issue() })
  const two = await startNode(t, { nodeId: 2, tls: issue() })
  one.meet(two)
  two.meet(one)
  await until(() => isConnected(one, 2) && isConnected(two, 1))
  one.transport.send(2, [heartbeat(1, 2, 1)])
  one.transport.sendApplication(2, new Uint8Array(300_000))
  await until(() => two.frames.length === 1)
  t.same(commits(two), [1])
  await two.transport.close()
  await until(() => !isConnected(one, 2))
})

t.test(
  'another authority’s certificate is no way in, and the secret does not make up for it',
  async t => {
    const one = await startNode(t, { nodeId: 1, tls: issue() })
    const two = await startNode(t, { nodeId: 2, tls: { ...issueElsewhere(), ca: issue().ca } })
    const three = await startNode(t, { nodeId: 3, tls: issue() })
    two.meet(one)
    one.meet(two)
    await until(() => one.lines.some(line => line.message === 'peer failed the TLS handshake'))
    three.meet(one)
    await until(() => isConnected(three, 1) && one.accepted.length > 0)
    t.same(one.events, [])
    t.same(two.events, [])
    t.same(new Set(one.accepted.map(peer => peer.nodeId)), new Set([3]))
  },
)

t.test('a node without TLS and one with it do not talk', async t => {
  const one = await startNode(t, { nodeId: 1, tls: issue() })
  const plain = await startNode(t, { nodeId: 2 })
  const three = await startNode(t, { nodeId: 3, tls: issue() })
  plain.meet(one)
  one.meet(plain)
  three.meet(one)
  await until(() => isConnected(three, 1))
  t.same(plain.events, [])
  t.same(plain.accepted, [])
})

t.test('silence inside TLS has a deadline too', async t => {
  const { connect } = await import('node:tls')
  const one = await startNode(t, { nodeId: 1, tls: issue(), limits: { handshakeMs: 1_000 } })
  const { cert, key, ca } = issue()
  const socket = connect({ host: '127.0.0.1', port: one.port(), cert, key, ca })
  socket.on('error', () => {})
  await new Promise(resolve => socket.once('close', resolve))
  t.equal(one.transport.counters.strangersClosed, 1)
})

t.test('the same secret without TLS still works', async t => {
  const [one, two] = await startPair(t)
  t.ok(isConnected(one, 2) && isConnected(two, 1))
})
