// Everything that looks at a simulated world and says when it breaks a promise: the 19 invariants of RAFT_NOTES §6.8.
// README.md says which is where.
import type {
  Membership,
  Message,
  NodeId,
  RaftNodeStatus,
  Ready,
} from '../../../src/raft/core/index.js'
import type { ApplyEntry } from '../../../src/raft/index.js'
import type { AppliedRequest } from '../../../src/store/index.js'
import { check, Invariants } from '../../raft/core/invariants.js'
import { ClockWatch } from './clock-watch.js'
import type { Findings } from './findings.js'
import { History } from './history.js'
import { LedgerWatch } from './ledger-watch.js'
import { MembersWatch, text } from './members-watch.js'
import type { NodeView } from './node-view.js'
import type { Trace } from './trace.js'
import { WebhookWatch } from './webhook-watch.js'

/** How a node's core stood when it was last looked at. */
type Committed = Pick<RaftNodeStatus, 'role' | 'term' | 'commit'> & { readonly view: NodeView }

export type ObserverOptions = {
  readonly founders: Membership
  /** How far behind a learner may be that is promoted; null = it is not asked. */
  readonly lagMax: number | null
  /** The latest that a node's clock can have shown to anybody until now. */
  readonly latestMs: (nodeId: NodeId) => number
}

export class Observer {
  readonly views = new Map<NodeId, NodeView>()
  readonly ledger = new LedgerWatch()
  readonly webhooks = new WebhookWatch()
  readonly history = new History()
  readonly members: MembersWatch
  /** Terms that had a leader. */
  readonly led = new Set<number>()
  /** Nodes that know in their present life that they were removed. */
  readonly retired = new Set<NodeId>()
  readonly #clocks: ClockWatch
  readonly #raft: Invariants
  readonly #commits = new Map<NodeId, Committed>()
  readonly #findings: Findings
  readonly #trace: Trace

  constructor(
    { founders, lagMax, latestMs }: ObserverOptions,
    { findings, trace }: { readonly findings: Findings; readonly trace: Trace },
  ) {
    this.#findings = findings
    this.#trace = trace
    this.#clocks = new ClockWatch(latestMs)
    // Whether an entry is on a quorum is `members`' to say, which knows that memberships change.
    this.#raft = new Invariants(this.views, false)
    this.members = new MembersWatch(founders, this.views, lagMax)
  }

  /** 8 and 9: what it had promised on its disk, it knows. */
  started(view: NodeView): void {
    this.retired.delete(view.nodeId)
    this.#findings.guard(() => {
      const before = this.views.get(view.nodeId)?.disk.hardState
      this.views.set(view.nodeId, view)
      const { hardState } = view.disk
      const { term, vote, commit } = view.core.status()
      const { nodeId } = view
      check(term === hardState.term, `node ${nodeId} came back in term ${term}`)
      check(vote === hardState.vote, `node ${nodeId} came back and has forgotten its vote`)
      check(
        commit >= hardState.commit,
        `node ${nodeId} came back and has forgotten what it committed`,
      )
      check(before === undefined || before.term <= term, `node ${nodeId} went back to term ${term}`)
    })
  }

  took(view: NodeView, ready: Ready): void {
    this.#findings.guard(() => {
      this.#raft.afterTake(view, ready)
      this.#raft.afterStep(view)
      this.#matchesAreKept(view)
      this.#commitsOwnTerm(view)
      this.#onePendingChange(view, ready)
    })
    const { status } = ready
    if (status?.role !== 'leader') return
    this.led.add(status.term)
    this.#trace.add(view.nodeId, `leads term ${status.term}`)
  }

  sent(messages: readonly Message[]): void {
    this.#findings.guard(() => {
      for (const message of messages) {
        this.#raft.beforeSend(message)
        this.#staysQuiet(message)
      }
    })
  }

  applied(
    nodeId: NodeId,
    entries: readonly ApplyEntry[],
    decided: readonly AppliedRequest[],
  ): void {
    this.#findings.guard(() => {
      let next = 0
      for (const entry of entries) {
        const outcome = entry.kind === 'command' ? (decided[next++]?.outcome ?? null) : null
        const isNew = entry.index > this.ledger.index
        if (isNew) this.#clocks.applied(entry, this.members.recentVoters)
        this.members.applied(nodeId, entry)
        this.ledger.applied(nodeId, entry, outcome)
        if (isNew && entry.membership !== null)
          this.#trace.add(nodeId, `applies ${entry.index}: ${text(entry.membership)}`)
      }
    })
  }

  /** 12: a removed node that knows it neither asks for votes nor gives any. */
  #staysQuiet(message: Message): void {
    if (!this.retired.has(message.from)) return
    const { type, from } = message
    const votes = type === 'vote' || (type === 'vote-response' && message.granted)
    check(!votes, `removed node ${from} takes part in an election`)
  }

  /** 13: what a leader counts on is on that node's disk, unless a later term has overwritten it. */
  #matchesAreKept(view: NodeView): void {
    const { role, term, progress } = view.core.status()
    if (role !== 'leader') return
    for (const { nodeId, match } of progress) {
      const peer = this.views.get(nodeId)
      if (peer === undefined || peer.disk.hardState.term > term) continue
      check(
        match <= peer.lastDurable,
        `leader ${view.nodeId} counts on ${match} at ${nodeId}, whose disk ends at ${peer.lastDurable}`,
      )
    }
  }

  /** 5, and Raft §5.4.2: a leader's commit index moves to entries of its own term, and takes older ones with it. */
  #commitsOwnTerm(view: NodeView): void {
    const { role, term, commit } = view.core.status()
    const before = this.#commits.get(view.nodeId)
    this.#commits.set(view.nodeId, { view, role, term, commit })
    if (role !== 'leader' || before?.view !== view || before.role !== 'leader') return
    if (before.term !== term || before.commit === commit) return
    const at = view.termAt(commit)
    check(
      at === undefined || at === term,
      `leader ${view.nodeId} of ${term} commits up to ${commit}, which is of ${at}`,
    )
  }

  /** 10: a leader begins no change before the last one is applied. */
  #onePendingChange(view: NodeView, { write }: Ready): void {
    const { role, term, applied } = view.core.status()
    if (role !== 'leader' || write === null) return
    const pending = write.entries.filter(
      entry => entry.kind === 'membership' && entry.index > applied && entry.term === term,
    )
    check(pending.length <= 1, `leader ${view.nodeId} has ${pending.length} changes under way`)
  }
}
