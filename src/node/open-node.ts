// The composition root: opens every part in order, wires them, and closes them in reverse.
import type { Config, HostPort } from '../config/index.js'
import { createHttpServer, type HttpServer } from '../http/index.js'
import { deferred, programVersion } from '../lib/index.js'
import { createLogger } from '../observe/index.js'
import { type BootstrapMember, systemClock } from '../raft/index.js'
import { Closing } from './closing.js'
import { handOver } from './hand-over.js'
import { checkFirstPassword, firstPasswordOf, openIdentity } from './identity.js'
import { startJobs } from './jobs.js'
import {
  describeWait,
  type Joining,
  prepareJoining,
  refusedForGood,
  unlessAborted,
} from './joining.js'
import { type NodeState, openLog, openState } from './memory.js'
import type { Opened, RunningMember, Surroundings } from './opened.js'
import { httpOptions } from './options.js'
import { readinessChecks } from './readiness.js'
import { startMember } from './running-member.js'
import { openWaitingRoom } from './waiting-room.js'

export type IpamNode = {
  /** The first HTTP address, with the port that the system chose. */
  readonly httpAddress: HostPort
  /** Resolves when the node cannot go on: a broken disk or a bug. It has stopped acknowledging by then. */
  readonly failed: Promise<Error>
  /** `stopping` hands leadership over and finishes requests; `failed` ends at once. */
  close(reason: 'stopping' | 'failed'): Promise<void>
}

/** @throws one sentence for the operator. */
export async function openNode(config: Config, surroundings: Surroundings): Promise<IpamNode> {
  checkFirstPassword(firstPasswordOf(config, surroundings.environment))
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
    const identity = await openIdentity(config)
    const members = await join(joining, closing, surroundings.abort)
    const state = await openState(config, nodeLog, members, { log, closing, fail })
    closing.add('address book', joining.useState(state.store))
    const failed = failure.promise
    const parts = { nodeLog, joining, members, state, identity, room }
    return await run({ config, surroundings, log, closing, ...parts, fail, failed })
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

async function run(opened: Opened): Promise<IpamNode> {
  const { config, log, closing, state, failed, surroundings } = opened
  const member = startMember(opened)
  startJobs(opened, member)
  let unavailable: string | null = null
  const http = createHttp(opened, member, () => unavailable)
  await unlessAborted(unlessFailed(founded(state.store), failed), surroundings.abort)
  await opened.room.close()
  const [first] = await http.listen()
  closing.add('http', () => http.close())
  return {
    httpAddress: { host: first?.address ?? '', port: first?.port ?? 0 },
    failed,
    async close(reason) {
      unavailable = reason
      if (reason === 'failed') member.gateway.close()
      else {
        http.drain()
        const handedOver = handOver(config, { raft: member.driver, clock: systemClock })
        await Promise.all([handedOver, passed(config.drainMs, failed)])
      }
      await closing.run(log)
    },
  }
}

/** Not listening yet. @param unavailable why this node is to be given no more requests; null = it may be */
function createHttp(
  { config, log, joining, members, state: { store }, identity }: Opened,
  { driver, gateway, comparison, registry }: RunningMember,
  unavailable: () => string | null,
): HttpServer {
  return createHttpServer(httpOptions(config), {
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
      unavailable: () => unavailable() ?? joining.removed() ?? comparison.diverged(),
    }),
    log,
    clock: systemClock,
    identity,
    registry,
    version: programVersion,
  })
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
