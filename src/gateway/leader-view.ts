// What only the leader knows of the members, for whoever asks on any node: a question and an answer on the peer link.
import { type Deferred, deferred } from '../lib/index.js'
import type { Clock, NodeId, Raft } from '../raft/index.js'
import { isCount, isCounts, packr, unpackFrame } from './frame-fields.js'
import { GatewayError, type LeaderView } from './types.js'

export type LeaderViewsOptions = {
  readonly sessionStart: number
  /** A question without an answer is asked again after this long. */
  readonly resendMs: number
}

type Question = Deferred<LeaderView> & { readonly deadlineMs: number; askAgainMs: number }

const ASK = 3
const ANSWER = 4
/** Questions under way at once; they come from people. */
const QUESTIONS_MAX = 1_000
const STATES = ['probe', 'replicate', 'snapshot'] as const

export class LeaderViews {
  readonly #options: LeaderViewsOptions
  readonly #dependencies: { readonly raft: Raft; readonly clock: Clock }
  readonly #questions = new Map<number, Question>()
  #nextId = 1

  constructor(
    options: LeaderViewsOptions,
    dependencies: { readonly raft: Raft; readonly clock: Clock },
  ) {
    this.#options = options
    this.#dependencies = dependencies
  }

  /** @throws GatewayError no-leader, overloaded, stopping */
  async ask(timeoutMs: number): Promise<LeaderView> {
    const own = this.#own()
    if (own !== null) return own
    if (this.#questions.size >= QUESTIONS_MAX)
      throw new GatewayError('overloaded', 'known', 'too many questions are under way on this node')
    const nowMs = this.#dependencies.clock.monotonicMs()
    const question = { ...deferred<LeaderView>(), deadlineMs: nowMs + timeoutMs, askAgainMs: 0 }
    const id = this.#nextId++
    this.#questions.set(id, question)
    this.#send(id, question)
    return question.promise
  }

  /** @returns false when the frame is another room's affair. */
  onFrame(from: NodeId, bytes: Uint8Array): boolean {
    const frame = decode(bytes)
    if (frame === null) return false
    const [type, start, id, body] = frame
    if (type === ASK) {
      const own = this.#own()
      if (own !== null)
        this.#dependencies.raft.sendApplication(from, packr.pack([ANSWER, start, id, write(own)]))
      return true
    }
    const question = start === this.#options.sessionStart ? this.#questions.get(id) : undefined
    const view = question === undefined ? null : read(body)
    if (view !== null) {
      this.#questions.delete(id)
      question?.resolve(view)
    }
    return true
  }

  sweep(nowMs: number): void {
    for (const [id, question] of this.#questions) {
      const own = this.#own()
      if (own !== null) {
        this.#questions.delete(id)
        question.resolve(own)
      } else if (nowMs >= question.deadlineMs) {
        this.#questions.delete(id)
        const message = 'no leader answered before the deadline'
        question.reject(new GatewayError('no-leader', 'known', message))
      } else if (nowMs >= question.askAgainMs) this.#send(id, question)
    }
  }

  close(): void {
    for (const question of this.#questions.values())
      question.reject(new GatewayError('stopping', 'known', 'this node is stopping'))
    this.#questions.clear()
  }

  #send(id: number, question: Question): void {
    const { raft, clock } = this.#dependencies
    const { leaderId } = raft.roleStatus()
    question.askAgainMs = clock.monotonicMs() + this.#options.resendMs
    if (leaderId === 0) return
    raft.sendApplication(leaderId, packr.pack([ASK, this.#options.sessionStart, id, null]))
  }

  #own(): LeaderView | null {
    const { raft } = this.#dependencies
    if (raft.roleStatus().role !== 'leader') return null
    const { nodeId, term, lastIndex, membership, progress } = raft.status()
    const { voters, votersOutgoing, learners } = membership
    return {
      leaderId: nodeId,
      term,
      lastIndex,
      voters,
      votersOutgoing,
      learners,
      progress: progress.map(({ nodeId: id, state, match, active }) => {
        return { nodeId: id, state, match, active: active || id === nodeId }
      }),
    }
  }
}

type Frame = readonly [type: number, start: number, id: number, body: unknown]

function decode(bytes: Uint8Array): Frame | null {
  const fields = unpackFrame(bytes)
  if (fields === null) return null
  const [type, start, id] = fields
  if (type !== ASK && type !== ANSWER) return null
  return isCount(start) && isCount(id) ? (fields as unknown as Frame) : null
}

function write({ leaderId, term, lastIndex, progress, ...lists }: LeaderView): unknown[] {
  const { voters, votersOutgoing, learners } = lists
  const peers = progress.map(({ nodeId, state, match, active }) => {
    return [nodeId, STATES.indexOf(state), match, active]
  })
  return [leaderId, term, lastIndex, voters, votersOutgoing, learners, peers]
}

/** null when it is no such thing. */
function read(body: unknown): LeaderView | null {
  if (!Array.isArray(body) || body.length !== 7) return null
  const [leaderId, term, lastIndex, voters, votersOutgoing, learners, peers] = body as unknown[]
  if (!isCount(leaderId) || !isCount(term) || !isCount(lastIndex)) return null
  if (!isCounts(voters) || !isCounts(votersOutgoing) || !isCounts(learners)) return null
  if (!Array.isArray(peers)) return null
  const progress: LeaderView['progress'][number][] = []
  for (const peer of peers as unknown[]) {
    if (!Array.isArray(peer)) return null
    const [nodeId, code, match, active] = peer as unknown[]
    const state = isCount(code) ? STATES[code] : undefined
    if (!isCount(nodeId) || !isCount(match) || state === undefined) return null
    progress.push({ nodeId, state, match, active: active === true })
  }
  return { leaderId, term, lastIndex, voters, votersOutgoing, learners, progress }
}
