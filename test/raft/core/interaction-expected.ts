// Follows etcd's printed output of a case and remembers what it says of each node, so that it can be compared by outcome.
import type { Directive } from './datadriven.js'
import { indexOf, readEntry } from './interaction-text.js'

/** What etcd's node is known to be; undefined = not printed since output was last switched off. */
export type ExpectedNode = {
  role?: string | undefined
  leaderId?: number | undefined
  term?: number | undefined
  vote?: number | undefined
  commit?: number | undefined
  membership?: string | undefined
  /** Entries that were printed as committed, by index. */
  readonly committed: Map<number, string>
}

export class ExpectedNodes {
  readonly #nodes = new Map<number, ExpectedNode>()
  #silent = false

  get silent(): boolean {
    return this.#silent
  }

  of(nodeId: number): ExpectedNode {
    let node = this.#nodes.get(nodeId)
    if (node === undefined) {
      node = { committed: new Map() }
      this.#nodes.set(nodeId, node)
    }
    return node
  }

  /** Reads what one directive printed. */
  read(directive: Directive): void {
    if (directive.command === 'log-level') {
      this.#silent = directive.words[0] === 'none'
      return
    }
    if (this.#silent) {
      this.#forget()
      return
    }
    this.#readLines(directive)
  }

  /** Whatever happens unseen may change everything but what was committed. */
  #forget(): void {
    for (const [nodeId, { committed }] of this.#nodes) this.#nodes.set(nodeId, { committed })
  }

  #readLines(directive: Directive): void {
    let nodeId = directive.command === 'process-ready' ? Number(directive.words[0]) : 0
    let inCommitted = false
    for (const line of directive.expected) {
      const text = line.trim()
      const header = /^> (\d+) /.exec(text)
      if (header !== null) nodeId = Number(header[1])
      const entry = inCommitted ? readEntry(text) : null
      if (entry !== null) this.of(nodeId).committed.set(indexOf(entry), entry)
      else {
        inCommitted = text === 'CommittedEntries:'
        this.#readFact(nodeId, text)
      }
    }
  }

  #readFact(nodeId: number, text: string): void {
    const state = /^Lead:(\d+) State:(\w+)$/.exec(text)
    if (state !== null) {
      Object.assign(this.of(nodeId), { leaderId: Number(state[1]), role: state[2] })
    }
    const hard = /^HardState Term:(\d+)(?: Vote:(\d+))? Commit:(\d+)$/.exec(text)
    if (hard !== null) {
      const [, term, vote, commit] = hard
      Object.assign(this.of(nodeId), {
        term: Number(term),
        vote: Number(vote ?? 0),
        commit: Number(commit),
      })
    }
    const membership = /^INFO (\d+) switched to configuration (.*)$/.exec(text)
    if (membership !== null) this.of(Number(membership[1])).membership = membership[2]
  }
}
