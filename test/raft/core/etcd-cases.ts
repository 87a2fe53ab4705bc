// Runs etcd-io/raft's cases for quorum arithmetic and membership changes against our functions, and compares to the letter.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  emptyMembership,
  enterJoint,
  isJoint,
  leaveJoint,
  type MembershipResult,
  simple,
} from '../../../src/raft/core/membership.js'
import { Peers } from '../../../src/raft/core/peers.js'
import { jointCommitted, jointVote } from '../../../src/raft/core/quorum.js'
import type { MemberChange, Membership } from '../../../src/raft/core/types.js'
import { type Directive, readCases } from './datadriven.js'

export type CaseResult = {
  readonly place: string
  readonly actual: string
  readonly expected: string
}

/** The folder of etcd's data: named, or ETCD_RAFT_TESTDATA, or beside the checkout; null when there is none. */
export function findEtcdCases(named: string | undefined): string | null {
  let root = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(root, 'package.json')) && root !== dirname(root)) root = dirname(root)
  const beside = join(root, '..', 'shared', 'conformance', 'etcd-raft')
  const folder = named ?? process.env.ETCD_RAFT_TESTDATA ?? beside
  const suites = ['quorum', 'confchange', 'interaction']
  return suites.some(suite => existsSync(join(folder, suite))) ? folder : null
}

/** The cases of one suite; none when the folder has no such suite. */
export function readSuite(folder: string, suite: string): ReturnType<typeof readCases> {
  return existsSync(join(folder, suite)) ? readCases(join(folder, suite)) : []
}

export function runQuorumCases(folder: string): CaseResult[] {
  return readSuite(folder, 'quorum').flatMap(({ directives }) =>
    directives.map(directive => ({
      place: directive.place,
      actual: runQuorum(directive),
      // The chart above the figure is for the eye.
      expected: (directive.expected.at(-1) ?? '').replace('<empty majority quorum>', ''),
    })),
  )
}

export function runConfchangeCases(folder: string): CaseResult[] {
  return readSuite(folder, 'confchange').flatMap(({ directives }) => {
    const run = confchangeRunner()
    return directives.map(directive => ({
      place: directive.place,
      actual: run(directive),
      expected: directive.expected.join('\n'),
    }))
  })
}

function runQuorum({ command, args }: Directive): string {
  const outgoing = args.get('cfgj') ?? []
  const voters = {
    voters: (args.get('cfg') ?? []).map(Number),
    votersOutgoing: outgoing[0] === 'zero' ? [] : outgoing.map(Number),
  }
  const ids = [...new Set([...voters.voters, ...voters.votersOutgoing])]
  const given = (key: string): Map<number, string> => {
    const values = args.get(key) ?? []
    if (values.length !== ids.length)
      throw new Error(`${ids.length} voters, ${values.length} ${key}`)
    return new Map(ids.map((id, at) => [id, values[at] ?? '_']))
  }
  if (command === 'committed') {
    const known = given('idx')
    const index = jointCommitted(voters, id => {
      const value = known.get(id)
      return value === undefined || value === '_' ? 0 : Number(value)
    })
    return index === Number.POSITIVE_INFINITY ? '∞' : String(index)
  }
  if (command === 'vote') {
    const known = given('votes')
    const words = { pending: 'VotePending', won: 'VoteWon', lost: 'VoteLost' }
    const answers = new Map([
      ['y', true],
      ['n', false],
    ])
    return words[jointVote(voters, id => answers.get(known.get(id) ?? '_'))]
  }
  throw new Error(`unknown command ${command}`)
}

/** One file's cases share a membership and its progress; the log grows by an entry with each. */
function confchangeRunner(): (directive: Directive) => string {
  const peers = new Peers({ messagesMax: 10, bytesMax: Number.POSITIVE_INFINITY })
  let membership = emptyMembership
  let lastIndex = 0
  return directive => {
    const result = changeBy(directive, membership)
    const indexBefore = lastIndex
    lastIndex++
    if (!result.ok) return result.error
    membership = result.membership
    peers.follow(membership, indexBefore)
    return [describeMembership(membership), ...describeProgress(peers)].join('\n')
  }
}

function changeBy({ command, args, input }: Directive, membership: Membership): MembershipResult {
  const words = input.join(' ').split(/\s+/)
  const changes = words.filter(word => word !== '').map(parseChange)
  if (command === 'simple') return simple(membership, changes)
  if (command === 'leave-joint') return leaveJoint(membership)
  if (command === 'enter-joint') {
    return enterJoint(membership, args.get('autoleave')?.[0] === 'true', changes)
  }
  throw new Error(`unknown command ${command}`)
}

export function parseChange(word: string): MemberChange {
  const types = { v: 'voter', l: 'learner', r: 'remove', u: 'update' } as const
  const letter = word[0]
  if (letter !== 'v' && letter !== 'l' && letter !== 'r' && letter !== 'u') {
    throw new Error(`unknown change ${word}`)
  }
  return { type: types[letter], nodeId: Number(word.slice(1)) }
}

export function describeMembership(membership: Membership): string {
  const { voters, votersOutgoing, learners, learnersNext, autoLeave } = membership
  const set = (ids: readonly number[]): string => `(${ids.join(' ')})`
  let text = `voters=${set(voters)}`
  if (isJoint(membership)) text += `&&${set(votersOutgoing)}`
  if (learners.length > 0) text += ` learners=${set(learners)}`
  if (learnersNext.length > 0) text += ` learners_next=${set(learnersNext)}`
  return autoLeave ? `${text} autoleave` : text
}

function describeProgress(peers: Peers): string[] {
  const states = { probe: 'StateProbe', replicate: 'StateReplicate', snapshot: 'StateSnapshot' }
  return peers.list.map(
    ({ nodeId, state, match, next, learner }) =>
      `${nodeId}: ${states[state]} match=${match} next=${next}${learner ? ' learner' : ''}`,
  )
}
