// Peers that know the secret and then misbehave: the handshake by hand on a bare WebSocket.
import type { Test } from 'tap'
import { WebSocket, WebSocketServer } from 'ws'
import {
  AcceptorHandshake,
  DialerHandshake,
  type Handshake,
} from '../../../src/raft/ws-transport/handshake.js'
import type { PeerPolicy } from '../../../src/raft/ws-transport/peer-policy.js'
import { deriveLinkKey } from '../../../src/raft/ws-transport/proof.js'
import { HOST, identityOf, SECRET, type TestNode } from './link-support.js'

function contextOf(nodeId: number) {
  const policy: PeerPolicy = {
    self: () => identityOf(nodeId),
    judge: () => null,
    accepted: () => {},
    refused: () => {},
    lost: () => {},
  }
  return { key: deriveLinkKey(SECRET), policy }
}

function run(socket: WebSocket, handshake: Handshake): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.on('error', reject)
    socket.on('message', (data: Buffer) => {
      const step = handshake.receive(data.toString())
      if (step.send !== null) socket.send(step.send)
      if (step.type === 'refused') reject(new Error(step.refusal.message))
      if (step.type !== 'done') return
      socket.removeAllListeners('message')
      resolve()
    })
  })
}

/** Dials `node` as node `nodeId` and comes back with the authenticated socket. */
export async function dialRaw(t: Test, node: TestNode, nodeId: number): Promise<WebSocket> {
  const socket = new WebSocket(`ws://${HOST}:${node.port()}/`, { perMessageDeflate: false })
  t.teardown(() => socket.terminate())
  const target = { expected: node.nodeId, channel: 'messages' }
  await run(socket, new DialerHandshake(contextOf(nodeId), target))
  return socket
}

/** Listens as node `nodeId`; each authenticated connection is handed over. */
export async function listenRaw(
  t: Test,
  nodeId: number,
  onPeer: (socket: WebSocket) => void,
): Promise<number> {
  const server = new WebSocketServer({ host: HOST, port: 0, perMessageDeflate: false })
  t.teardown(() => {
    for (const client of server.clients) client.terminate()
    server.close()
  })
  server.on('connection', socket => {
    const handshake = new AcceptorHandshake(contextOf(nodeId))
    socket.send(handshake.challenge)
    run(socket, handshake).then(
      () => onPeer(socket),
      () => socket.terminate(),
    )
  })
  await new Promise(resolve => server.once('listening', resolve))
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}
