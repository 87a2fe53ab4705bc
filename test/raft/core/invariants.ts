// What must hold after every step of a simulated cluster, whatever the network and the disks do (RAFT_NOTES §6.8).
import type {
  Entry,
  HardState,
  Message,
  RaftNode,
  Ready,
  Write,
} from '../../../src/raft/core/index.js'

/** A node as the invariants see it: its core, and what its disk would keep in a power cut. */
export type ObservedNode = {
  readonly nodeId: number
  readonly core: Pick<RaftNode, 'status'>
  readonly disk: {
    readonly hardState: HardState
    readonly compacted: { readonly index: number }
    /** The state machine's durable position. */
    readonly applied: { readonly index: number }
  }
  /** The Write taken and not yet on disk. */
  readonly write: Write | null
  readonly lastDurable: number
  durableTermAt(index: number): number | undefined
}

type Known = { readonly text: string; readonly previousTerm: number }

export class Invariants {
  readonly #leaders = new Map<number, number>()
  /** node:term → whom it voted for. */
  readonly #votes = new Map<string, number>()
  /** index:term → the one entry that may stand there. */
  readonly #entries = new Map<string, Known>()
  readonly #committed = new Map<number, Entry>()
  /** Highest index that any node has given out as committed. */
  committedIndex = 0

  constructor(
    readonly nodes: ReadonlyMap<number, ObservedNode>,
    readonly fixedMembership: boolean,
  ) {}

  /** Leaders are unique in their term, and hold everything that was ever committed. */
  afterTake(node: ObservedNode, ready: Ready): void {
    if (ready.write !== null) this.#logMatches(node, ready.write)
    for (const entry of ready.committed) this.#staysCommitted(node, entry)
    if (ready.status?.role !== 'leader') return
    const { term } = ready.status
    this.#leadsAlone(node.nodeId, term)
    this.#isComplete(node, node.write)
  }

  /** No message promises more than the sender's disk keeps. */
  beforeSend(message: Message): void {
    const sender = this.nodes.get(message.from)
    if (sender === undefined) return
    const { hardState } = sender.disk
    const { term, type, from } = message
    if (type === 'append-response' && message.accepted) {
      check(
        sender.lastDurable >= message.matchIndex,
        `${from} acknowledges ${message.matchIndex}, its disk ends at ${sender.lastDurable}`,
      )
      check(hardState.term >= term, `${from} acknowledges in term ${term}, which is not on disk`)
    } else if (type === 'vote-response' && !message.pre && message.granted) {
      this.#votesOnce(from, term, message.to)
      const kept = hardState.term === term && hardState.vote === message.to
      check(kept || hardState.term > term, `${from}'s vote for ${message.to} is not on disk`)
    } else if (type === 'vote' && !message.pre) {
      this.#votesOnce(from, term, from)
      const kept = hardState.term === term && hardState.vote === from
      check(kept || hardState.term > term, `${from}'s vote for itself is not on disk`)
    } else if (type === 'append' || type === 'heartbeat') {
      check(hardState.term >= term, `${from} leads term ${term}, which is not on disk`)
      this.#leadsAlone(from, term)
    }
  }

  /** Position order within each node. */
  afterStep(node: ObservedNode): void {
    const { commit, applied, lastIndex, progress } = node.core.status()
    const { compacted, applied: durable } = node.disk
    check(applied <= commit && commit <= lastIndex, `${applied} <= ${commit} <= ${lastIndex}`)
    check(compacted.index <= durable.index, `${node.nodeId} cut its log at ${compacted.index}`)
    for (const { nodeId, match, next } of progress) {
      check(match < next, `${node.nodeId} believes of ${nodeId}: match ${match}, next ${next}`)
    }
  }

  #leadsAlone(nodeId: number, term: number): void {
    const other = this.#leaders.get(term) ?? nodeId
    check(other === nodeId, `${other} and ${nodeId} lead term ${term}`)
    this.#leaders.set(term, nodeId)
  }

  #votesOnce(voter: number, term: number, candidate: number): void {
    const key = `${voter}:${term}`
    const before = this.#votes.get(key) ?? candidate
    check(before === candidate, `${voter} votes for ${before} and ${candidate} in term ${term}`)
    this.#votes.set(key, candidate)
  }

  /** Log matching: an entry is known by index and term, with all that comes before it. */
  #logMatches(node: ObservedNode, write: Write): void {
    let previousTerm: number | undefined
    for (const entry of write.entries) {
      previousTerm ??= node.durableTermAt(entry.index - 1)
      const key = `${entry.index}:${entry.term}`
      const text = `${entry.kind} ${entry.timeMs} ${String(entry.data)}`
      const known = this.#entries.get(key)
      if (known === undefined && previousTerm !== undefined) {
        this.#entries.set(key, { text, previousTerm })
      } else if (known !== undefined) {
        check(known.text === text, `two entries stand at ${key}`)
        check((previousTerm ?? known.previousTerm) === known.previousTerm, `two pasts of ${key}`)
      }
      previousTerm = entry.term
    }
  }

  #staysCommitted(node: ObservedNode, entry: Entry): void {
    const { index, term } = entry
    check(node.durableTermAt(index) === term, `${node.nodeId} applies ${index}, not on its disk`)
    const known = this.#committed.get(index)
    if (known === undefined) {
      if (this.fixedMembership) this.#isOnQuorum(node, entry)
      check(index === this.committedIndex + 1, `${index} is committed after ${this.committedIndex}`)
      this.committedIndex = index
      this.#committed.set(index, entry)
    } else {
      const same = known.term === term && String(known.data) === String(entry.data)
      check(same, `committed entry ${index} of term ${known.term} became one of term ${term}`)
    }
  }

  #isOnQuorum(node: ObservedNode, { index, term }: Entry): void {
    const { voters } = node.core.status().membership
    const holders = voters.filter(id => {
      const voter = this.nodes.get(id)
      if (voter === undefined) return false
      return voter.disk.compacted.index >= index || voter.durableTermAt(index) === term
    })
    check(holders.length * 2 > voters.length, `${index} is committed, but on ${holders} only`)
  }

  #isComplete(node: ObservedNode, write: Write | null): void {
    const terms = new Map(write?.entries.map(entry => [entry.index, entry.term]))
    const first = write?.entries[0]?.index ?? Number.POSITIVE_INFINITY
    for (const { index, term } of this.#committed.values()) {
      if (index <= node.disk.compacted.index) continue
      const here = index >= first ? terms.get(index) : node.durableTermAt(index)
      check(here === term, `leader ${node.nodeId} lacks the committed entry ${index} of ${term}`)
    }
  }
}

/** @throws Error when `condition` is false */
export function check(condition: boolean, message: string): void {
  if (!condition) throw new Error(message)
}
