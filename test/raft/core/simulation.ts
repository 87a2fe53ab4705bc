// A cluster of cores in a hostile world drawn from one seed: messages are late, lost, doubled and out of order, nodes
// crash and forget what was not synced, and all the while clients write, read, transfer and change the membership.
import type { MemberChange, Message } from '../../../src/raft/core/index.js'
import { seededRandom } from '../../support/seeded-random.js'
import { bytesOf } from './core-cluster.js'
import { CoreNode, type CoreNodeOptions, type Disk, emptyDisk, membershipOf } from './core-node.js'
import { check, Invariants } from './invariants.js'

export type SimulationOptions = {
  readonly seed: number
  readonly steps: number
  /** Whether nodes join, are promoted, demoted and removed. */
  readonly changeMembership: boolean
}

const messagesMax = 200

export class Simulation {
  readonly nodes = new Map<number, CoreNode>()
  readonly random: () => number
  readonly invariants: Invariants
  /** Context of a read → commit index known somewhere as it was asked. */
  readonly #asked = new Map<number, number>()
  readonly #founders: number[]
  #messages: Message[] = []
  #cut = new Set<number>()
  #nextContext = 1
  #nextCommand = 1
  /** How cruel this seed is; 0 while the world heals. */
  #dropRate: number
  #duplicateRate: number
  #crashRate: number

  constructor(readonly options: SimulationOptions) {
    const random = seededRandom(options.seed)
    this.random = random
    this.#dropRate = random() < 0.3 ? 0 : random() * 0.3
    this.#duplicateRate = random() * 0.2
    this.#crashRate = random() < 0.3 ? 0 : random() * 0.01
    const voterCount = options.changeMembership ? 3 : this.#pick([3, 3, 4, 5])
    this.#founders = Array.from({ length: voterCount }, (_, at) => at + 1)
    for (const id of this.#founders) this.#add(id, this.#foundingDisk())
    if (options.changeMembership) {
      for (const id of [4, 5]) this.#add(id, emptyDisk(membershipOf([])))
    }
    this.invariants = new Invariants(this.nodes, !options.changeMembership)
    this.invariants.committedIndex = 1
  }

  /** @throws Error when an invariant breaks, or when the healed cluster does not get on */
  run(): void {
    for (let step = 0; step < this.options.steps; step++) this.#step()
    this.#heal()
  }

  /** Founders start behind a first snapshot, so that whoever joins later needs one. */
  #foundingDisk(): Disk {
    const mark = { index: 1, term: 1, timeMs: 0 }
    return {
      hardState: { term: 1, vote: 0, commit: 1 },
      compacted: mark,
      entries: [],
      applied: { ...mark, membership: membershipOf(this.#founders) },
    }
  }

  #add(id: number, disk: Disk): void {
    const options: CoreNodeOptions = {
      electionTicks: 8,
      appendBytesMax: this.#pick([1, 100, 10_000]),
      inflightMessagesMax: this.#pick([1, 3, 100]),
      inflightBytesMax: this.#pick([50, 10_000]),
      applyBytesMax: this.#pick([1, 10_000]),
      uncommittedBytesMax: 500,
      pendingReadsMax: 5,
    }
    this.nodes.set(id, new CoreNode(id, disk, options, this.random))
  }

  #step(): void {
    const node = this.#pick([...this.nodes.values()])
    const dice = this.random()
    if (dice < 0.42) this.#deliver()
    else if (dice < 0.72) this.#take(node)
    else if (dice < 0.84) this.#send(node.persist())
    else if (dice < 0.9) node.core.tick()
    else if (dice < 0.98) this.#client(node)
    else this.#disturb(node)
    this.invariants.afterStep(node)
  }

  #take(node: CoreNode): void {
    const want = { write: this.random() < 0.8, apply: this.random() < 0.8 }
    const may = node.core.hasReady({ ...want, write: want.write && node.write === null })
    const ready = node.take(want)
    const has =
      ready.messages.length + ready.committed.length + ready.readStates.length > 0 ||
      ready.write !== null ||
      ready.status !== null
    check(has === may, `hasReady says ${may}, ready gives ${has}`)
    this.invariants.afterTake(node, ready)
    this.#send(ready.messages)
    this.#checkReads(node)
  }

  #send(messages: readonly Message[]): void {
    for (const message of messages) {
      this.invariants.beforeSend(message)
      if (this.random() < this.#dropRate) {
        this.#reportSnapshot(message, 'failed')
        continue
      }
      this.#messages.push(message)
      if (this.random() < this.#duplicateRate) this.#messages.push(message)
    }
    // A network holds only so much; the oldest are lost.
    const overdue = this.#messages.splice(0, Math.max(0, this.#messages.length - messagesMax))
    for (const message of overdue) this.#reportSnapshot(message, 'failed')
  }

  /** The driver's duty: how the bytes of an announced snapshot fared. */
  #reportSnapshot(message: Message, result: 'sent' | 'failed'): void {
    if (message.type !== 'snapshot') return
    this.nodes.get(message.from)?.core.snapshotReported(message.to, result)
  }

  /** Mostly the oldest first, but not always. */
  #deliver(): void {
    const span = this.random() < 0.7 ? 1 : this.#messages.length
    const at = Math.floor(this.random() * Math.min(span, this.#messages.length))
    const [message] = this.#messages.splice(at, 1)
    if (message === undefined) return
    const node = this.nodes.get(message.to)
    if (node === undefined || this.#cut.has(message.from) !== this.#cut.has(message.to)) {
      this.#reportSnapshot(message, 'failed')
      return
    }
    node.core.step(message)
    this.#reportSnapshot(message, 'sent')
    this.invariants.afterStep(node)
  }

  #client(node: CoreNode): void {
    const dice = this.random()
    if (dice < 0.5) {
      const count = 1 + Math.floor(this.random() * 3)
      const commands = Array.from({ length: count }, () => bytesOf(`c${this.#nextCommand++}`))
      const leaders = [...this.nodes.values()].filter(each => each.core.status().role === 'leader')
      const target = leaders.length > 0 ? this.#pick(leaders) : node
      target.core.propose(commands, Math.floor(this.random() * 1000))
    } else if (dice < 0.75) {
      const context = this.#nextContext++
      const commits = [...this.nodes.values()].map(each => each.core.status().commit)
      this.#asked.set(context, Math.max(...commits))
      node.core.readIndex(context, true)
    } else if (dice < 0.9) {
      node.checkpoint()
      node.compact(Math.floor(this.random() * (node.state.index + 1)))
    } else if (this.options.changeMembership) this.#changeMembership(node)
  }

  #changeMembership(node: CoreNode): void {
    const changes: MemberChange[] = []
    const count = this.#pick([0, 1, 1, 1, 2, 3])
    for (let at = 0; at < count; at++) {
      const type = this.#pick(['voter', 'voter', 'learner', 'remove'] as const)
      changes.push({ type, nodeId: 1 + Math.floor(this.random() * 5) })
    }
    const transition = this.#pick(['auto', 'auto', 'implicit', 'explicit'] as const)
    node.core.proposeChange({ transition, changes, context: bytesOf('x') }, 0)
  }

  #disturb(node: CoreNode): void {
    const dice = this.random()
    if (this.random() < this.#crashRate * 40) {
      node.crash()
    } else if (dice < 0.2) {
      this.#cut = new Set(this.random() < 0.5 ? [] : [node.nodeId])
    } else if (dice < 0.5) {
      node.core.campaign()
    } else if (dice < 0.7) {
      node.core.transferLeadership(this.#pick([...this.nodes.keys()]))
    } else if (dice < 0.9) {
      node.core.peerUnreachable(this.#pick([...this.nodes.keys()]))
    } else {
      const result = this.#pick(['sent', 'failed'] as const)
      node.core.snapshotReported(this.#pick([...this.nodes.keys()]), result)
    }
  }

  /** A read never gets an index below what was committed when it was asked. */
  #checkReads(node: CoreNode): void {
    for (const { context, index } of node.readStates) {
      const least = this.#asked.get(context)
      check(least !== undefined, `read ${context} is answered twice`)
      check(index === 0 || index >= (least ?? 0), `read ${context} got ${index}, after ${least}`)
      this.#asked.delete(context)
    }
    node.readStates = []
  }

  /** All faults end: the cluster must elect a leader, take a command, and bring every member level with it. */
  #heal(): void {
    this.#cut = new Set()
    this.#dropRate = 0
    this.#duplicateRate = 0
    for (let round = 0; round < 400; round++) {
      for (const node of this.nodes.values()) node.core.tick()
      this.#quiesce()
      const leader = [...this.nodes.values()].find(each => each.core.status().role === 'leader')
      if (leader === undefined) continue
      if (leader.core.status().membership.votersOutgoing.length > 0) this.#leaveJoint(leader)
      if (round < 200) continue
      leader.core.propose([bytesOf(`healed ${round}`)], 0)
      this.#quiesce()
      leader.core.tick()
      this.#quiesce()
      if (this.#isLevel(leader)) return
    }
    check(false, `the healed cluster does not get on: ${this.describe()}`)
  }

  #leaveJoint(leader: CoreNode): void {
    leader.core.proposeChange({ transition: 'auto', changes: [], context: bytesOf('') }, 0)
  }

  #quiesce(): void {
    for (let turn = 0; turn < 1000; turn++) {
      const busy = [...this.nodes.values()].filter(
        ({ core, write }) => write !== null || core.hasReady({ write: true, apply: true }),
      )
      if (busy.length === 0 && this.#messages.length === 0) return
      for (const node of busy) {
        this.#take(node)
        this.#send(node.persist())
      }
      while (this.#messages.length > 0) this.#deliver()
    }
    check(false, `the healed cluster does not come to rest: ${this.describe()}`)
  }

  #isLevel(leader: CoreNode): boolean {
    const { membership, commit, lastIndex } = leader.core.status()
    if (commit !== lastIndex) return false
    const members = [...membership.voters, ...membership.learners]
    return members.every(id => this.nodes.get(id)?.state.index === commit)
  }

  describe(): string {
    return [...this.nodes.values()].map(each => JSON.stringify(each.core.status())).join('\n')
  }

  #pick<T>(choices: readonly T[]): T {
    const choice = choices[Math.floor(this.random() * choices.length)]
    if (choice === undefined) throw new Error('nothing to choose from')
    return choice
  }
}
