// The parts that make a node a member: Raft's driver, the door to it, the comparison of states; and what they tell of
// themselves.
import { Gateway } from '../gateway/index.js'
import { createRegistry } from '../observe/index.js'
import { RaftNode } from '../raft/core/index.js'
import {
  DurableSnapshotStore,
  RaftDriver,
  type SnapshotPorts,
  systemClock,
  WsSnapshotStreams,
  WsTransport,
} from '../raft/index.js'
import { startComparison } from './comparison.js'
import { proposeGenesis } from './genesis.js'
import { addNodeGauges, raftMetrics } from './node-metrics.js'
import type { Opened, RunningMember } from './opened.js'
import { coreOptions, driverOptions, gatewayOptions } from './options.js'
import { addPeerMetrics } from './peer-metrics.js'
import { versionLimit } from './versions.js'

/** From here on it votes, and leads if it is elected. */
export function startMember(opened: Opened): RunningMember {
  const { config, log, closing, nodeLog, members, state, fail } = opened
  const registry = createRegistry()
  // Frames arrive once the driver runs; by then all three are there.
  const driver = createDriver(opened, registry, (from, frame) => {
    if (!comparison.onFrame(from, frame)) gateway.onFrame(from, frame)
  })
  closing.add('raft', () => driver.stop())
  const gateway = createGateway(opened, driver)
  closing.add('gateway', () => gateway.close())
  const { store } = state
  const { directory } = nodeLog
  const compared = { raft: driver, store, gateway, directory, registry, log, fail }
  const comparison = startComparison(config, compared)
  closing.add('comparison of states', () => comparison.close())
  const member = { driver, gateway, comparison, registry }
  addGauges(opened, member)
  driver.start()
  const { clusterId } = config
  const founding = { clusterId, members: () => members, raft: driver, store, gateway, log }
  closing.add('genesis', proposeGenesis(founding))
  return member
}

function createDriver(
  opened: Opened,
  registry: RunningMember['registry'],
  onApplication: (from: number, frame: Uint8Array) => void,
): RaftDriver {
  const { config, log, joining, state, fail } = opened
  const { store, logStore, loaded } = state
  const core = new RaftNode(
    coreOptions(config, true),
    { ...loaded, applied: store.applied },
    Math.random,
  )
  return new RaftDriver(driverOptions(config), {
    core,
    logStore,
    transport: joining.transport,
    stateMachine: store,
    clock: systemClock,
    random: Math.random,
    log,
    metrics: raftMetrics(registry),
    ...snapshotPorts(opened),
    onApplication,
    onFatal: fail,
  })
}

/** A node without peers exchanges no snapshots; its log is cut below what is durable in its state. */
function snapshotPorts({ joining: { transport }, state, nodeLog }: Opened): {
  readonly snapshots?: SnapshotPorts
} {
  if (!(transport instanceof WsTransport)) return {}
  return {
    snapshots: {
      store: new DurableSnapshotStore(state.store, nodeLog.directory),
      streams: new WsSnapshotStreams(transport, systemClock),
    },
  }
}

function createGateway(opened: Opened, driver: RaftDriver): Gateway {
  const { config, log, nodeLog, joining, members } = opened
  const { store } = opened.state
  return new Gateway(gatewayOptions(config, nodeLog.directory.identity.startCount), {
    raft: driver,
    store,
    clock: systemClock,
    log,
    versionLimit: () => {
      const cluster = store.reads.cluster()
      const { nodeId, membership } = driver.status()
      const [book, version] = [cluster?.members ?? members, cluster?.commandVersion ?? 1]
      return versionLimit({ nodeId, membership, book, heard: joining.heard(), cluster: version })
    },
  })
}

function addGauges(
  { state: { store }, joining: { transport } }: Opened,
  { driver, gateway, registry }: RunningMember,
): void {
  addNodeGauges(registry, { raft: driver, store, pendingCount: () => gateway.pendingCount() })
  const traffic = () => (transport instanceof WsTransport ? transport.traffic : [])
  addPeerMetrics(registry, { raft: driver, traffic, clock: systemClock })
}
