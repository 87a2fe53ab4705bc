// Callers that need a read index: those of one turn share one question, asked again until it is answered or too late.
import { type Deferred, deferred } from '../lib/index.js'
import type { Index, NodeId, ReadState } from './core/index.js'
import { Deadlines } from './deadlines.js'
import { RaftError } from './driver.js'
import type { Clock, Random } from './ports.js'

export type ReadsOptions = {
  /** A question without an answer for this long is asked again, with a fresh context. */
  readonly retryMs: number
  /** Callers that wait at once. */
  readonly callersMax: number
  /** Questions under way at once, of each kind; later callers gather for the next one. */
  readonly questionsMax: number
}

export type ReadsDependencies = {
  readonly ask: (context: number, quorum: boolean) => void
  readonly clock: Clock
  readonly random: Random
}

type Caller = Deferred<Index> & { readonly deadlineMs: number }
type Question = { readonly callers: Caller[]; readonly askedMs: number; readonly lane: Lane }

/** One kind of read. Only callers that were there before a question was asked may use its answer. */
type Lane = {
  readonly quorum: boolean
  gathered: Caller[]
  questions: number
  /** After a refusal the next question waits until then. */
  notBeforeMs: number
}

/** Contexts of one life of a node count up from a random multiple of this, so that no late answer of an earlier life fits. */
const CONTEXTS_PER_LIFE = 2 ** 32
const LIVES = 2 ** 20

export class Reads {
  readonly #options: ReadsOptions
  readonly #dependencies: ReadsDependencies
  readonly #lanes: readonly [Lane, Lane]
  readonly #questions = new Map<number, Question>()
  readonly #deadlines = new Deadlines()
  #leaderId: NodeId = 0
  #nextContext: number
  #callerCount = 0

  constructor(options: ReadsOptions, dependencies: ReadsDependencies) {
    this.#options = options
    this.#dependencies = dependencies
    this.#lanes = [newLane(false), newLane(true)]
    this.#nextContext = 1 + Math.floor(dependencies.random() * LIVES) * CONTEXTS_PER_LIFE
  }

  /** @throws RaftError overloaded, deadline, no-leader, stopped */
  wait(quorum: boolean, deadlineMs: number): Promise<Index> {
    if (this.#callerCount >= this.#options.callersMax)
      return Promise.reject(new RaftError('overloaded', 'too many reads wait for the leader'))
    const caller = { ...deferred<Index>(), deadlineMs }
    this.#lanes[quorum ? 1 : 0].gathered.push(caller)
    this.#callerCount += 1
    this.#deadlines.note(deadlineMs)
    return caller.promise
  }

  /** Asks for everyone who gathered since the last question. Called once a turn. */
  flush(): void {
    const nowMs = this.#dependencies.clock.monotonicMs()
    for (const lane of this.#lanes) {
      const due = lane.gathered.length > 0 && nowMs >= lane.notBeforeMs && this.#leaderId !== 0
      if (!due || lane.questions >= this.#options.questionsMax) continue
      const context = this.#nextContext++
      this.#questions.set(context, { callers: lane.gathered, askedMs: nowMs, lane })
      lane.gathered = []
      lane.questions += 1
      this.#dependencies.ask(context, lane.quorum)
    }
  }

  /** An answer of the core; index 0 = refused. Answers to questions given up are ignored. */
  answer({ context, index }: ReadState): void {
    const question = this.#questions.get(context)
    if (question === undefined) return
    if (index === 0) {
      this.#giveUp(context, question)
      question.lane.notBeforeMs = this.#dependencies.clock.monotonicMs() + this.#options.retryMs
      return
    }
    this.#forget(context, question)
    this.#callerCount -= question.callers.length
    for (const caller of question.callers) caller.resolve(index)
  }

  /** What was asked of the leader before is asked of the new one. */
  leaderChanged(leaderId: NodeId): void {
    this.#leaderId = leaderId
    for (const [context, question] of this.#questions) this.#giveUp(context, question)
    for (const lane of this.#lanes) lane.notBeforeMs = 0
  }

  /** Gives up questions that were lost on the way, and callers whose deadline passed. */
  expire(nowMs: number): void {
    for (const [context, question] of this.#questions)
      if (nowMs - question.askedMs >= this.#options.retryMs) this.#giveUp(context, question)
    if (!this.#deadlines.due(nowMs)) return
    this.#deadlines.restart()
    const error = () =>
      this.#leaderId === 0
        ? new RaftError('no-leader', 'the cluster had no leader before the deadline')
        : new RaftError('deadline', 'the leader gave no read index before the deadline')
    for (const lane of this.#lanes) {
      const before = lane.gathered.length
      lane.gathered = this.#deadlines.expire(lane.gathered, nowMs, error)
      this.#callerCount -= before - lane.gathered.length
    }
    for (const [context, question] of this.#questions) {
      const callers = this.#deadlines.expire(question.callers, nowMs, error)
      this.#callerCount -= question.callers.length - callers.length
      this.#questions.set(context, { ...question, callers })
    }
  }

  rejectAll(error: Error): void {
    for (const [context, question] of this.#questions) this.#giveUp(context, question)
    for (const lane of this.#lanes)
      for (const caller of lane.gathered.splice(0)) caller.reject(error)
    this.#callerCount = 0
  }

  #giveUp(context: number, question: Question): void {
    this.#forget(context, question)
    question.lane.gathered.unshift(...question.callers)
  }

  #forget(context: number, question: Question): void {
    this.#questions.delete(context)
    question.lane.questions -= 1
  }
}

function newLane(quorum: boolean): Lane {
  return { quorum, gathered: [], questions: 0, notBeforeMs: 0 }
}
