// The WebSocket transport keeps the contract that every transport keeps.
import t from 'tap'
import { testTransport } from '../../support/transport-suite.js'
import { freePort, HOST, makeNode, until } from './link-support.js'

testTransport(t, async () => {
  const ports = [await freePort(), await freePort(), await freePort()]
  return {
    peers: ports.map((port, place) => ({ nodeId: place + 1, raftAddress: `${HOST}:${port}` })),
    create: nodeId => makeNode({ nodeId, port: ports[nodeId - 1] ?? 0 }).transport,
    until,
  }
})
