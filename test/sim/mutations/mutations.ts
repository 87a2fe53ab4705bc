// Bugs that the simulator must find, as edits of the production source: one line each, as a tired person might write it.
// They are made while the module is loaded (mutate.ts) and stand nowhere else.

export type Mutation = {
  readonly name: string
  /** Source file without its ending, from the project's root. */
  readonly module: string
  readonly edits: readonly Edit[]
}

export type Edit = {
  /** Stands there exactly once; white space and quotes may differ, as compilers change them. */
  readonly find: string
  /** JavaScript. */
  readonly replace: string
}

export const mutations: readonly Mutation[] = [
  {
    name: 'skip-an-fsync',
    module: 'src/raft/log-writer',
    edits: [
      { find: 'sync: mustSync || entries.length > 0', replace: 'sync: entries.length === 0' },
    ],
  },
  {
    name: 'count-a-learner',
    module: 'src/raft/core/replication',
    edits: [
      {
        find: 'jointCommitted(node.membership, nodeId => peers.match(nodeId))',
        replace:
          'node.membership.votersOutgoing.length > 0 ? jointCommitted(node.membership, nodeId => peers.match(nodeId)) : peers.list.map(peer => peer.match).sort((a, b) => b - a)[node.membership.voters.length >> 1] ?? 0',
      },
    ],
  },
  {
    name: 'commit-an-older-term',
    module: 'src/raft/core/replication',
    edits: [
      {
        find: 'index <= log.commit || log.termAt(index) !== node.term',
        replace: 'index <= log.commit',
      },
    ],
  },
  {
    name: 'forget-the-vote',
    module: 'src/raft/core/node-state',
    edits: [{ find: 'this.vote = hardState.vote', replace: 'this.vote = 0' }],
  },
  {
    name: 'skip-conflict-truncation',
    module: 'src/raft/core/raft-log',
    edits: [
      { find: 'this.termAt(entry.index) !== entry.term', replace: 'entry.index > this.lastIndex' },
    ],
  },
  {
    name: 'read-without-a-quorum',
    module: 'src/raft/core/reads',
    edits: [{ find: 'if (answered < reads.round)', replace: 'if (answered < 0)' }],
  },
  {
    name: 'reuse-a-request-id',
    module: 'src/gateway/gateway',
    edits: [
      {
        find: 'this.#options = options',
        replace: 'this.#options = { ...options, sessionStart: 1 }',
      },
    ],
  },
  {
    name: 'apply-before-persist',
    module: 'src/raft/core/raft-log',
    edits: [
      {
        find: 'Math.min(this.#commit, this.#durable) > this.#applying',
        replace: 'this.#commit > this.#applying',
      },
      { find: 'last = Math.min(this.#commit, this.#durable)', replace: 'last = this.#commit' },
    ],
  },
  {
    name: 'leave-joint-early',
    module: 'src/raft/core/reconfiguration',
    edits: [
      {
        find: "return 'accepted'",
        replace:
          "if (change.transition === 'implicit') appendChange(node, leave, timeMs); return 'accepted'",
      },
    ],
  },
  {
    name: 'drop-the-dedupe-record',
    module: 'src/ledger/sessions',
    edits: [
      {
        find: 'this.byNode.get(nodeId)?.outcomes.set(request.sequence, outcome)',
        replace: 'void nodeId',
      },
    ],
  },
  {
    name: 'choose-before-the-log',
    module: 'src/gateway/gateway',
    edits: [
      {
        find: 'const sequence = this.#nextSequence++',
        replace: `if (command.type === 'allocation.create' && 'count' in command.place) {
          const { networkId } = command
          const free = this.#dependencies.store.reads.statistics(networkId)?.firstAvailable ?? null
          const ip = [24n, 16n, 8n, 0n].map(bits => ((free ?? 0n) >> bits) & 255n).join('.')
          if (free !== null) command = { ...command, place: { ip } }
        }
        const sequence = this.#nextSequence++`,
      },
    ],
  },
  {
    name: 'compact-past-the-durable-index',
    module: 'src/raft/compaction',
    edits: [
      {
        find: 'Math.min(applied, durable, held ?? applied)',
        replace: 'Math.min(applied, held ?? applied)',
      },
    ],
  },
]
