// Bugs that the simulator must find, as edits of the production source: one line each, as a tired person might write it.
// They are made while the module is loaded (mutate.ts) and stand nowhere else.

export type Mutation = {
  readonly name: string
  /** A low seed that found it when it was last looked for (README.md). */
  readonly foundAt: number
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
    foundAt: 1,
    module: 'src/raft/log-writer',
    edits: [
      { find: 'sync: mustSync || entries.length > 0', replace: 'sync: entries.length === 0' },
    ],
  },
  {
    name: 'count-a-learner',
    foundAt: 4,
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
    foundAt: 2,
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
    foundAt: 1,
    module: 'src/raft/core/node-state',
    edits: [{ find: 'this.vote = hardState.vote', replace: 'this.vote = 0' }],
  },
  {
    name: 'skip-conflict-truncation',
    foundAt: 5,
    module: 'src/raft/core/raft-log',
    edits: [
      { find: 'this.termAt(entry.index) !== entry.term', replace: 'entry.index > this.lastIndex' },
    ],
  },
  {
    name: 'read-without-a-quorum',
    foundAt: 14,
    module: 'src/raft/core/reads',
    edits: [{ find: 'if (answered < reads.round)', replace: 'if (answered < 0)' }],
  },
  {
    name: 'reuse-a-request-id',
    foundAt: 1,
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
    foundAt: 1,
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
    foundAt: 5,
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
    foundAt: 2,
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
    foundAt: 1,
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
    foundAt: 1,
    module: 'src/raft/compaction',
    edits: [
      {
        find: 'Math.min(applied, durable, held ?? applied)',
        replace: 'Math.min(applied, held ?? applied)',
      },
    ],
  },
  {
    name: 'install-without-verifying-the-mark',
    foundAt: 56,
    module: 'src/store/snapshot/same-snapshot',
    edits: [
      { find: 'if (isSameMark(found, said)) return', replace: 'if (found.index > 0) return' },
    ],
  },
  {
    name: 'leave-the-old-log-behind-a-snapshot',
    foundAt: 1,
    module: 'src/raft/log-writer',
    edits: [
      {
        find: 'await logStore.compact({ index, term, timeMs })',
        replace: 'void [index, term, timeMs]',
      },
    ],
  },
  {
    name: 'bring-a-snapshot-from-before-the-member',
    foundAt: 2,
    module: 'src/raft/snapshots/snapshot-traffic',
    edits: [
      {
        find: 'if (memberIds(membership).includes(to)) return source',
        replace: 'if (memberIds(membership).length > 0) return source',
      },
    ],
  },
  {
    name: 'promote-a-learner-that-is-behind',
    foundAt: 2,
    module: 'src/effects/member-job',
    edits: [{ find: 'active && match > 0 && lastIndex - match <= lagMax', replace: 'active' }],
  },
  {
    name: 'use-a-member-id-again',
    foundAt: 2,
    module: 'src/ledger/rules/members',
    edits: [
      {
        find: "if (book.removed.includes(nodeId)) return refuse({ code: 'member-id-used', nodeId })",
        replace: '',
      },
    ],
  },
  {
    name: 'vote-after-removal',
    foundAt: 32,
    module: 'src/raft/core/raft-node',
    edits: [{ find: 'this.#node.mayVote = false', replace: 'void 0' }],
  },
  {
    name: 'keep-the-address-of-an-expired-reservation',
    foundAt: 1,
    module: 'src/ledger/rules/reservation-life',
    edits: [
      {
        find: 'if (networkId === null) return',
        replace:
          'if (networkId === null || (reservation.expiresMs ?? Infinity) <= context.timeMs) return',
      },
    ],
  },
  {
    name: 'free-a-gateway-with-the-claim-on-it',
    foundAt: 4,
    module: 'src/ledger/address-space/address-space',
    edits: [
      {
        find: 'releaseRest(node, claim)',
        replace: `{
          releaseRest(node, claim)
          this.undo.push(() => {
            takeRest(node, claim)
            forget?.()
          })
          return
        }`,
      },
    ],
  },
  {
    name: 'convert-and-keep-the-reservation',
    foundAt: 2,
    module: 'src/ledger/rules/reservation-life',
    edits: [
      {
        find: '...reservation, ...end, endedMs, revision',
        replace: `...reservation,
          ...(end.madeNetworkId === undefined ? end : { madeNetworkId: end.madeNetworkId }),
          endedMs,
          revision`,
      },
    ],
  },
  {
    name: 'forget-a-reserved-cidr-in-a-new-network',
    foundAt: 10,
    module: 'src/ledger/rules/adoption',
    edits: [
      {
        find: "...networkRange(one), state: 'reserved'",
        replace: "first: one.first, last: one.first, state: 'reserved'",
      },
    ],
  },
  {
    name: 'see-an-event-before-its-attempt-has-ended',
    foundAt: 8,
    module: 'src/effects/webhooks/webhook-line',
    edits: [
      {
        find: 'this.#known.length === 0 && this.#first === null',
        replace: 'this.#known.length === 0',
      },
    ],
  },
  {
    name: 'trust-the-node-about-who-asks',
    foundAt: 5,
    module: 'src/ledger/ledger',
    edits: [
      {
        find: 'if (principal === null) return null',
        replace: 'if (principal !== undefined) return null',
      },
    ],
  },
]
