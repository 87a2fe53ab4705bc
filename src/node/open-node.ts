// The composition root: opens every part in order, wires them, and closes them in reverse.
import {
  nativeArgon2,
  PasswordHasher,
  passwordHasherDefaults,
  systemRandom,
  VerifiedTokens,
} from '../auth/index.js'
import type { Config, HostPort } from '../config/index.js'
import { LeaderJobs, leaderJobsDefaults, MemberJob, memberJobDefaults } from '../effects/index.js'
import { Gateway } from '../gateway/index.js'
import { createHttpServer, type HttpServer, type IdentityTools } from '../http/index.js'
import { deferred, programVersion } from '../lib/index.js'
import { createLogger, createRegistry } from '../observe/index.js'
import { RaftNode } from '../raft/core/index.js'
import {
  type BootstrapMember,
  DurableSnapshotStore,
  type Log,
  RaftDriver,
  type SnapshotPorts,
  systemClock,
  WsSnapshotStreams,
  WsTransport,
} from '../raft/index.js'
import { Closing } from './closing.js'
import { startComparison } from './comparison.js'
import { proposeGenesis } from './genesis.js'
import { handOver } from './hand-over.js'
import {
  describeWait,
  type Joining,
  prepareJoining,
  refusedForGood,
  unlessAborted,
} from './joining.js'
import { type NodeLog, type NodeState, openLog, openState } from './memory.js'
import { addNodeGauges, raftMetrics } from './node-metrics.js'
import { coreOptions, driverOptions, gatewayOptions, httpOptions } from './options.js'
import { addPeerMetrics } from './peer-metrics.js'
import { readinessChecks } from './readiness.js'
import { versionLimit } from './versions.js'
import { openWaitingRoom, type WaitingRoom } from './waiting-room.js'

export type IpamNode = {
  /** The first HTTP address, with the port that the system chose. */
  readonly httpAddress: HostPort
  /** Resolves when the node cannot go on: a broken disk or a bug. It has stopped acknowledging by then. */
  readonly failed: Promise<Error>
  /** `stopping` hands leadership over and finishes requests; `failed` ends at once. */
  close(reason: 'stopping' | 'failed'): Promise<void>
}

/** @param abort ends the wait for a cluster that has not begun. @throws one sentence for the operator. */
export async function openNode(config: Config, abort: AbortSignal): Promise<IpamNode> {
  const log = createLogger({ level: config.logLevel, nodeId: config.nodeId })
  const closing = new Closing()
  const failure = deferred<Error>()
  const fail = failure.resolve
  try {
    const nodeLog = await openLog(config, log, closing)
    const joining = prepareJoining(config, nodeLog, {
      clock: systemClock,
      random: Math.random,
      log,
    })
    const room = await openWaitingRoom(config.listen, () => describeWait(joining.beginning))
    closing.add('waiting room', () => room.close())
    const members = await join(joining, closing, abort)
    const state = await openState(config, nodeLog, members, { log, closing, fail })
    closing.add('address book', joining.useState(state.store))
    const failed = failure.promise
    const opened = { config, log, closing, nodeLog, joining, members, state, room, fail, failed }
    return await run({ ...opened, abort })
  } catch (error) {
    await closing.run(log)
    throw error
  }
}

async function join(
  { transport, beginning }: Joining,
  closing: Closing,
  abort: AbortSignal,
): Promise<readonly BootstrapMember[]> {
  transport.handlers = { onMessages: () => {}, onApplication: () => {}, onPeer: () => {} }
  await transport.start()
  closing.add('peer link', () => transport.close())
  beginning.start()
  return unlessAborted(Promise.race([beginning.begun, refusedForGood(beginning)]), abort)
}

type Opened = {
  readonly config: Config
  readonly log: Log
  readonly closing: Closing
  readonly nodeLog: NodeLog
  readonly joining: Joining
  readonly members: readonly BootstrapMember[]
  readonly state: NodeState
  readonly room: WaitingRoom
  /** Says that the node cannot go on; the first word counts. */
  readonly fail: (error: Error) => void
  readonly failed: Promise<Error>
  readonly abort: AbortSignal
}

async function run(opened: Opened): Promise<IpamNode> {
  const { config, log, closing, nodeLog, joining, members, state, fail, failed } = opened
  const { store, logStore, loaded } = state
  const registry = createRegistry()
  const core = new RaftNode(
    coreOptions(config, true),
    { ...loaded, applied: store.applied },
    Math.random,
  )
  const driver = new RaftDriver(driverOptions(config), {
    core,
    logStore,
    transport: joining.transport,
    stateMachine: store,
    clock: systemClock,
    random: Math.random,
    log,
    metrics: raftMetrics(registry),
    ...snapshotPorts(opened),
    onApplication: (from, frame) => {
      if (!comparison.onFrame(from, frame)) gateway.onFrame(from, frame)
    },
    onFatal: fail,
  })
  closing.add('raft', () => driver.stop())
  const gateway = new Gateway(gatewayOptions(config, nodeLog.directory.identity.startCount), {
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
  closing.add('gateway', () => gateway.close())
  const { directory } = nodeLog
  const compared = { raft: driver, store, gateway, directory, registry, log, fail }
  const comparison = startComparison(config, compared)
  closing.add('comparison of states', () => comparison.close())
  addNodeGauges(registry, { raft: driver, store, pendingCount: () => gateway.pendingCount() })
  const { transport } = joining
  const traffic = () => (transport instanceof WsTransport ? transport.traffic : [])
  addPeerMetrics(registry, { raft: driver, traffic, clock: systemClock })
  driver.start()
  const stopGenesis = proposeGenesis({
    clusterId: config.clusterId,
    members: () => members,
    raft: driver,
    store,
    gateway,
    log,
  })
  closing.add('genesis', stopGenesis)
  closing.add('cluster identity', bindDirectory(opened))
  const jobs = startLeaderJobs(opened, gateway, driver)
  closing.add('jobs of the leader', () => jobs.close())
  const memberJob = startMemberJob(opened, gateway, driver)
  closing.add('care for the members', () => memberJob.close())
  closing.add('word of removal', heedRemoval(opened, gateway, driver))
  let unavailable: string | null = null
  const http: HttpServer = createHttpServer(httpOptions(config), {
    gateway,
    store,
    raft: driver,
    cluster: {
      mode: config.peerListen.length === 0 ? 'standalone' : 'cluster',
      nodeId: config.nodeId,
      clusterId: config.clusterId,
      addressBook: () => store.reads.cluster()?.members ?? members,
      programOf: nodeId => joining.heard().get(nodeId) ?? null,
      removed: () => joining.removed() !== null,
    },
    checks: readinessChecks({
      raft: driver,
      store,
      clock: systemClock,
      unavailable: () => unavailable ?? joining.removed() ?? comparison.diverged(),
    }),
    log,
    clock: systemClock,
    identity: await identityTools(),
    registry,
    version: programVersion,
  })
  await unlessAborted(unlessFailed(founded(store), failed), opened.abort)
  await opened.room.close()
  const [first] = await http.listen()
  closing.add('http', () => http.close())
  return {
    httpAddress: { host: first?.address ?? '', port: first?.port ?? 0 },
    failed,
    async close(reason) {
      unavailable = reason
      if (reason === 'failed') gateway.close()
      else {
        http.drain()
        const handedOver = handOver(config, { raft: driver, clock: systemClock })
        await Promise.all([handedOver, passed(config.drainMs, failed)])
      }
      await closing.run(log)
    },
  }
}

async function identityTools(): Promise<IdentityTools> {
  const random = systemRandom
  const hashing = { argon2: nativeArgon2, timer: systemClock, random }
  const hasher = await PasswordHasher.open(passwordHasherDefaults, hashing)
  return { verified: new VerifiedTokens(), hasher, random }
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

/** Resolves once the cluster's first command is applied here: before it there is nothing to ask or change. */
function founded(store: NodeState['store']): Promise<void> {
  return new Promise(resolve => {
    const look = (): void => {
      if (store.reads.cluster() === null) return
      unsubscribe()
      resolve()
    }
    const unsubscribe = store.onApplied(look)
    look()
  })
}

/** @throws why the node cannot go on, when that comes before what it waits for. */
async function unlessFailed<T>(wait: Promise<T>, failed: Promise<Error>): Promise<T> {
  const broken = failed.then(cause => {
    const message = `this node has stopped before its cluster was founded: ${cause.message}`
    throw new Error(message, { cause })
  })
  return Promise.race([wait, broken])
}

/** Balancers notice meanwhile that this node is not ready, and this one serves on; a node that fails waits for nobody. */
function passed(delayMs: number, failed: Promise<Error>): Promise<unknown> {
  const delay = deferred<void>()
  const cancel = systemClock.after(delayMs, () => delay.resolve())
  return Promise.race([delay.promise, failed.then(cancel)])
}

/** Binds the data directory to the cluster as soon as the state knows its UUID. */
function bindDirectory({ state, nodeLog: { directory }, joining, fail }: Opened): () => void {
  const { store } = state
  const bind = (): void => {
    const clusterUuid = store.reads.cluster()?.clusterUuid
    if (clusterUuid === undefined || directory.identity.clusterUuid === clusterUuid) return
    unsubscribe()
    joining.transport.announce()
    directory.recordCluster(clusterUuid).catch(fail)
  }
  const unsubscribe = store.onApplied(bind)
  bind()
  return unsubscribe
}

function startLeaderJobs(
  { config, state: { store }, log }: Opened,
  gateway: Gateway,
  driver: RaftDriver,
): LeaderJobs {
  return new LeaderJobs(
    {
      ...leaderJobsDefaults,
      history: { keptMs: config.historyRetentionMs, rowsMax: config.historyRowsMax },
      idempotency: { keptMs: config.idempotencyRetentionMs, rowsMax: config.idempotencyKeysMax },
    },
    {
      gateway,
      isLeader: () => driver.status().role === 'leader',
      effectsOff: () => store.reads.cluster()?.effects === 'off',
      nextDueMs: () => store.reads.nextDueMs(),
      deletionsWait: () => store.reads.deletionsWait(),
      kept: () => store.reads.kept(),
      entryTimeMs: () => driver.entryTimeMs(),
      clock: systemClock,
      log,
    },
  )
}

function startMemberJob(
  { state: { store }, joining, log }: Opened,
  gateway: Gateway,
  driver: RaftDriver,
): MemberJob {
  return new MemberJob(memberJobDefaults, {
    gateway,
    raft: driver,
    book: () => store.reads.cluster()?.members ?? null,
    met: joining.met,
    clock: systemClock,
    log,
  })
}

/** A removed node is quiet, and says so to whoever asks it. Returns a function that stops listening. */
function heedRemoval(
  { state: { store }, joining, log }: Opened,
  gateway: Gateway,
  driver: RaftDriver,
): () => void {
  let told = false
  const look = (): void => {
    const reason = joining.removed()
    if (reason === null || told) return
    told = true
    log.warn({ reason }, 'this node is no member any more; it can be stopped and its data deleted')
    gateway.setAvailability('removed')
    driver.retire()
  }
  const stop = [joining.beginning.onChange(look), store.onApplied(look)]
  look()
  return () => {
    for (const unsubscribe of stop) unsubscribe()
  }
}
