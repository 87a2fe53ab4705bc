// The fake network keeps the contract that the real one keeps.
import t from 'tap'
import { MemoryNetwork } from '../support/memory-transport.js'
import { SimClock, seededRandom } from '../support/sim-clock.js'
import { testTransport } from '../support/transport-suite.js'

testTransport(t, () => {
  const clock = new SimClock()
  const network = new MemoryNetwork({ random: seededRandom(1) })
  return {
    peers: [1, 2, 3].map(nodeId => ({ nodeId, raftAddress: `node-${nodeId}` })),
    create: nodeId => network.transport(nodeId, clock.node()),
    until: condition => clock.runUntil(condition),
  }
})
