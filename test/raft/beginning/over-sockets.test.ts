// Whole beginnings over real sockets: three transports, their policies, and data that survives or does not.
import t, { type Test } from 'tap'
import { ClusterBeginning } from '../../../src/raft/beginning/cluster-beginning.js'
import { type AddressBook, createPeerPolicy } from '../../../src/raft/beginning/cluster-policy.js'
import type { BootstrapMember } from '../../../src/raft/data-directory/identity.js'
import { systemClock } from '../../../src/raft/system-clock.js'
import type { ListedNode } from '../../../src/raft/ws-transport/identity.js'
import { WsTransport } from '../../../src/raft/ws-transport/ws-transport.js'
import {
  freePort,
  HOST,
  keptLog,
  type LogLine,
  SECRET,
  until,
} from '../ws-transport/link-support.js'

type Disk = { dataUuid: string; recorded: readonly BootstrapMember[] | null }
type Running = {
  readonly beginning: ClusterBeginning
  readonly transport: WsTransport
  readonly lines: LogLine[]
}

async function start(
  t: Test,
  self: ListedNode,
  listed: readonly ListedNode[],
  disk: Disk,
  members: AddressBook['members'] = () => null,
): Promise<Running> {
  const { log, lines } = keptLog()
  const own = { ...self, dataUuid: disk.dataUuid, logEmpty: true, beginning: disk.recorded }
  const record = async (members: readonly BootstrapMember[]) => {
    disk.recorded = members
  }
  const beginning = new ClusterBeginning({ listed, join: listed.length === 0 }, own, {
    record,
    log,
  })
  const policy = createPeerPolicy(
    { clusterId: 100, program: '1.0.0', commandVersion: 2 },
    beginning,
    {
      members,
      isRemoved: () => false,
      clusterUuid: () => null,
      commandVersion: () => 1,
    },
  )
  const port = Number(self.raftAddress.split(':')[1])
  const options = { nodeId: self.nodeId, listen: [{ host: HOST, port }], secret: SECRET }
  const transport = new WsTransport(options, {
    policy,
    clock: systemClock,
    random: Math.random,
    log,
  })
  transport.handlers = { onMessages: () => {}, onApplication: () => {}, onPeer: () => {} }
  beginning.onChange(() => {
    transport.setPeers(beginning.peers())
    transport.announce()
  })
  t.teardown(() => transport.close())
  await transport.start()
  beginning.start()
  return { beginning, transport, lines }
}

async function newList(): Promise<ListedNode[]> {
  const ports = [await freePort(), await freePort(), await freePort()]
  return ports.map((port, place) => ({
    nodeId: place + 1,
    raftAddress: `${HOST}:${port}`,
    apiAddress: `${HOST}:${8081 + place}`,
  }))
}

function newDisk(dataUuid: string): Disk {
  return { dataUuid, recorded: null }
}

function isMember(node: Running): boolean {
  return node.beginning.state().type === 'member'
}

t.test('two of three wait for the third, and then all begin with the same list', async t => {
  const list = await newList()
  const [first, second, third] = list as [ListedNode, ListedNode, ListedNode]
  const disks = ['a', 'b', 'c'].map(newDisk) as [Disk, Disk, Disk]
  const one = await start(t, first, list, disks[0])
  const two = await start(t, second, list, disks[1])
  const waitsForThird = (node: Running) => {
    const state = node.beginning.state()
    return state.type === 'gathering' && state.missing.join() === '3'
  }
  await until(() => waitsForThird(one) && waitsForThird(two))
  const three = await start(t, third, list, disks[2])
  await until(() => [one, two, three].every(isMember))
  t.same(
    disks[0].recorded?.map(member => member.dataUuid),
    ['a', 'b', 'c'],
  )
  t.same(disks[1].recorded, disks[0].recorded)
  t.same(disks[2].recorded, disks[0].recorded)
})

t.test(
  'lists that differ are named on every node that sees them, and corrected they begin',
  async t => {
    const list = await newList()
    const [first, second, third] = list as [ListedNode, ListedNode, ListedNode]
    const disks = ['a', 'b', 'c'].map(newDisk) as [Disk, Disk, Disk]
    const wrong = list.map(node =>
      node.nodeId === 3 ? { ...node, apiAddress: 'elsewhere:1' } : node,
    )
    const one = await start(t, first, list, disks[0])
    const two = await start(t, second, wrong, disks[1])
    const three = await start(t, third, list, disks[2])
    const warned = (node: Running) =>
      node.lines.some(
        line => line.level === 'warn' && /elsewhere:1/.test(JSON.stringify(line.fields)),
      )
    await until(() => [one, two, three].every(warned))
    t.same([one, two, three].filter(isMember), [])
    await two.transport.close()
    const corrected = await start(t, second, list, disks[1])
    await until(() => [one, corrected, three].every(isMember))
    t.same(disks[1].recorded, disks[0].recorded)
  },
)

t.test(
  'a wiped node is refused by the cluster, is told the remedy, and the others go on',
  async t => {
    const list = await newList()
    const [first, second, third] = list as [ListedNode, ListedNode, ListedNode]
    const disks = ['a', 'b', 'c'].map(newDisk) as [Disk, Disk, Disk]
    const one = await start(t, first, list, disks[0])
    const two = await start(t, second, list, disks[1])
    const three = await start(t, third, list, disks[2])
    await until(() => [one, two, three].every(isMember))
    await three.transport.close()
    const wiped = newDisk('a new disk'.replaceAll(' ', '-'))
    const again = await start(t, third, list, wiped)
    await until(() => again.beginning.refusal() !== null)
    const state = again.beginning.state()
    t.equal(state.type, 'waiting')
    if (state.type === 'waiting') t.match(state.reason, /another data directory.*under a new id/)
    t.equal(wiped.recorded, null)
    t.ok(one.lines.some(line => /other-data/.test(JSON.stringify(line.fields))))
    await again.transport.close()
    const back = await start(t, third, list, disks[2])
    await until(() => back.transport.links.every(link => link.outgoing && link.incoming))
    t.ok(isMember(back), 'the old disk is welcome')
  },
)

t.test('a joiner is refused until it is added, and then keeps how the cluster began', async t => {
  const list = await newList()
  const [first, second] = list as [ListedNode, ListedNode, ListedNode]
  const book = [{ nodeId: 1, dataUuid: 'a' as string | null }]
  const disk = newDisk('b')
  const one = await start(t, first, [first], newDisk('a'), () => book)
  const joiner = await start(t, second, [], disk)
  await until(() => isMember(one))
  t.equal(joiner.beginning.state().type, 'waiting')
  one.transport.setPeers([second])
  await until(() => one.lines.some(line => /unknown-node/.test(JSON.stringify(line.fields))))
  t.equal(joiner.beginning.state().type, 'waiting')
  book.push({ nodeId: 2, dataUuid: null })
  await until(() => isMember(joiner))
  t.match(disk.recorded, [{ nodeId: 1, dataUuid: 'a' }])
  await until(() => joiner.transport.links.some(link => link.nodeId === 1 && link.outgoing))
  t.pass('and it holds a link to who found it')
})
