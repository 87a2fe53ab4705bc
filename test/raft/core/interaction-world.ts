// Cores on a network that delivers only when a case says so: what etcd-io/raft's interaction harness is to its own nodes.
import type {
  Entry,
  MembershipChange,
  Message,
  ProposeChangeResult,
} from '../../../src/raft/core/index.js'
import { CoreNode, type Disk, emptyDisk, membershipOf } from './core-node.js'

/** How the nodes of a case are set up; the harness's defaults are a heartbeat tick and three election ticks. */
export type WorldNodeOptions = {
  readonly preVote: boolean
  readonly checkQuorum: boolean
  readonly async: boolean
  readonly inflight: number | undefined
}

export class WorldNode {
  readonly node: CoreNode
  /** Asynchronous storage: committed entries given out and not applied, a batch each. */
  readonly applying: (readonly Entry[])[] = []
  /** To be sent with the next Ready. */
  outbox: Message[] = []
  /** Asynchronous storage: a Ready came while a Write was in flight; our core has one at a time, etcd's a queue. */
  writeOwed = false
  /** Membership changes that were refused until an entry of the leader's term is committed. */
  readonly deferred: MembershipChange[] = []
  /** Highest commit index that answers to votes have told (decision 24). */
  learned = 0

  constructor(
    readonly nodeId: number,
    disk: Disk,
    readonly options: WorldNodeOptions,
  ) {
    const { inflight } = options
    // Timeouts are drawn as late as they may be, so that no case is ended by one that it does not name.
    const core = { electionTicks: 3, heartbeatTicks: 1, appendBytesMax: Number.MAX_SAFE_INTEGER }
    const window = inflight === undefined ? {} : { inflightMessagesMax: inflight }
    this.node = new CoreNode(nodeId, disk, { ...core, ...window }, () => 0.99)
  }
}

export class World {
  readonly nodes = new Map<number, WorldNode>()
  #inFlight: Message[] = []

  node(nodeId: number): WorldNode {
    const node = this.nodes.get(nodeId)
    if (node === undefined) throw new Error(`there is no node ${nodeId}`)
    return node
  }

  /** Nodes that start from a snapshot at `index`, or empty. Its term is 0 here: ours would take 1 for a term they were in. */
  add(
    count: number,
    start: { index: number; voters: number[]; learners: number[] },
    options: WorldNodeOptions,
  ): void {
    for (let added = 0; added < count; added++) {
      const nodeId = this.nodes.size + 1
      const { index, voters, learners } = start
      const disk = emptyDisk(membershipOf(voters, { learners }))
      disk.hardState = { term: 0, vote: 0, commit: index }
      disk.compacted = { index, term: 0, timeMs: 0 }
      disk.applied = { ...disk.applied, index }
      this.nodes.set(nodeId, new WorldNode(nodeId, disk, options))
    }
  }

  /**
   * Something happened to the node: what it wants sent is taken up, and goes with its next Ready. Each proposal and
   * message is a turn of its own, as in etcd, where our driver would take several together. In a case without PreVote,
   * which our core always asks, every pre-vote is granted here.
   */
  touched(node: WorldNode): void {
    const { messages } = node.node.take({ write: false, apply: false })
    for (const message of messages) {
      const granted = message.type === 'vote' && message.pre && !node.options.preVote
      if (!granted) node.outbox.push(message)
    }
    if (node.options.preVote) return
    for (const message of messages) if (message.type === 'vote' && message.pre) grant(message, node)
    if (node.node.core.hasReady({ write: false, apply: false })) this.touched(node)
  }

  hasReady({ node, outbox, options }: WorldNode): boolean {
    const write = node.write === null
    return (
      outbox.length > 0 || node.core.hasReady({ write, apply: true }) || (!options.async && !write)
    )
  }

  /** One Ready: sent, written and applied, or, with asynchronous storage, handed to its threads. */
  processReady(node: WorldNode): void {
    this.#inFlight.push(...node.outbox)
    node.outbox = []
    if (node.options.async) this.#handOver(node)
    else this.#inFlight.push(...node.node.take().messages, ...node.node.persist())
    this.touched(node)
    this.#proposeDeferred(node)
  }

  processAppend(node: WorldNode): void {
    this.#inFlight.push(...node.node.persist())
    if (node.writeOwed) {
      node.writeOwed = false
      node.outbox.push(...node.node.take({ write: true, apply: false }).messages)
    }
    this.touched(node)
    this.#proposeDeferred(node)
  }

  processApply(node: WorldNode): void {
    node.node.applyBatch(node.applying.shift() ?? [])
    this.touched(node)
    this.#proposeDeferred(node)
  }

  hasMessagesFor(nodeId: number): boolean {
    return this.#inFlight.some(message => message.to === nodeId)
  }

  /** Delivers what is on its way to the node, in order of sending, or loses it. */
  deliver(nodeId: number, lose: boolean): void {
    const due = this.#inFlight.filter(message => message.to === nodeId)
    this.#inFlight = this.#inFlight.filter(message => message.to !== nodeId)
    const node = this.nodes.get(nodeId)
    if (lose || node === undefined) return
    for (const message of due) {
      if (message.type === 'vote-response') node.learned = Math.max(node.learned, message.commit)
      node.node.core.step(asMeant(message, node))
      this.touched(node)
    }
  }

  /** @returns what the core answered; a change that comes too early is offered again after each Ready */
  proposeChange(node: WorldNode, change: MembershipChange): ProposeChangeResult {
    const result = node.node.core.proposeChange(change, 0)
    if (result === 'term-not-committed') node.deferred.push(change)
    this.touched(node)
    return result
  }

  #proposeDeferred(node: WorldNode): void {
    const change = node.deferred.shift()
    if (change !== undefined) this.proposeChange(node, change)
  }

  #handOver(node: WorldNode): void {
    const busy = node.node.write !== null
    const ready = node.node.takeUnapplied()
    if (busy) node.writeOwed = true
    if (ready.committed.length > 0) node.applying.push(ready.committed)
    this.#inFlight.push(...ready.messages)
  }
}

/** The asked node says yes: its answer is made up here. */
function grant({ from, to, term }: Message, { node }: WorldNode): void {
  const answer = { type: 'vote-response', pre: true, granted: true } as const
  node.core.step({ ...answer, from: to, to: from, term, commit: 0, commitTerm: 0 })
}

/** Only with CheckQuorum do etcd's nodes turn down votes while they hear a leader; ours always do, unless forced. */
function asMeant(message: Message, { options }: WorldNode): Message {
  return message.type === 'vote' && !options.checkQuorum ? { ...message, force: true } : message
}
