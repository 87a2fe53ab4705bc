// The commands of etcd-io/raft's interaction cases, carried out on our cores.
import type { MembershipChange } from '../../../src/raft/core/index.js'
import { bytesOf } from './core-cluster.js'
import type { Directive } from './datadriven.js'
import { parseChange } from './etcd-cases.js'
import { describeEntry, describeProgress, describeState } from './interaction-text.js'
import type { World, WorldNode } from './interaction-world.js'

/** What a command printed, where that is compared; null where only what it led to is. */
export type Printed = readonly string[] | null
type Command = (world: World, directive: Directive) => Printed

const electionTicks = 3
const turnsMax = 10_000

export const commands: { readonly [name: string]: Command | undefined } = {
  'add-nodes': addNodes,
  campaign: (world, { words, expected }) => {
    const node = first(world, words)
    node.node.core.campaign()
    world.touched(node)
    const { role } = node.node.core.status()
    const refused = expected.some(line => line.includes('unpromotable'))
    return refused && role !== 'follower' ? [`campaigned as ${role}`] : null
  },
  compact: (world, { words }) => {
    const { node } = first(world, words)
    node.checkpoint()
    node.compact(Number(words[1]))
    return node.disk.entries.map(describeEntry)
  },
  'deliver-msgs': (world, { words, args }) => {
    for (const id of words) world.deliver(Number(id), false)
    for (const id of args.get('drop') ?? []) world.deliver(Number(id), true)
    return null
  },
  'log-level': () => null,
  'process-append-thread': (world, { words }) =>
    each(world, words, node => world.processAppend(node)),
  'process-apply-thread': (world, { words }) =>
    each(world, words, node => world.processApply(node)),
  'process-ready': (world, { words }) => each(world, words, node => world.processReady(node)),
  propose: (world, { words, expected }) => {
    const node = first(world, words)
    const result = node.node.core.propose([bytesOf(words[1] ?? '')], 0)
    world.touched(node)
    const dropped = expected.some(line => line.includes('proposal dropped'))
    return dropped === (result === 'accepted') ? [`the proposal was answered: ${result}`] : null
  },
  'propose-conf-change': proposeConfChange,
  'raft-log': (world, { words }) => first(world, words).node.disk.entries.map(describeEntry),
  'raft-state': world => {
    return [...world.nodes.values()].map(({ node }) => describeState(node.core.status()))
  },
  'report-unreachable': (world, { words }) => {
    const node = first(world, words)
    node.node.core.peerUnreachable(Number(words[1]))
    world.touched(node)
    return null
  },
  stabilize,
  status: (world, { words }) => describeProgress(first(world, words).node.core.status()),
  'tick-election': (world, { words }) => ticks(world, words, electionTicks),
  'tick-heartbeat': (world, { words }) => ticks(world, words, 1),
  'transfer-leadership': (world, { args }) => {
    const node = world.node(Number(args.get('from')?.[0]))
    node.node.core.transferLeadership(Number(args.get('to')?.[0]))
    world.touched(node)
    return null
  },
}

/** The nodes that a command is for: those named, or all. */
export function scopeOf(world: World, words: readonly string[]): WorldNode[] {
  return words.length === 0 ? [...world.nodes.values()] : words.map(id => world.node(Number(id)))
}

function first(world: World, words: readonly string[]): WorldNode {
  return world.node(Number(words[0]))
}

function each(world: World, words: readonly string[], act: (node: WorldNode) => void): null {
  for (const id of words) act(world.node(Number(id)))
  return null
}

function ticks(world: World, words: readonly string[], count: number): null {
  const node = first(world, words)
  for (let tick = 0; tick < count; tick++) {
    node.node.core.tick()
    world.touched(node)
  }
  return null
}

function addNodes(world: World, { words, args }: Directive): null {
  const known = ['voters', 'learners', 'index', 'inflight', 'prevote', 'checkquorum']
  for (const key of args.keys()) {
    const plain = words.includes(key) || key === 'async-storage-writes'
    if (!plain && !known.includes(key)) throw new Error(`add-nodes ${key} is not known here`)
  }
  const numbers = (key: string): number[] => (args.get(key) ?? []).map(Number)
  const on = (key: string): boolean => args.get(key)?.[0] === 'true'
  const start = {
    index: numbers('index')[0] ?? 0,
    voters: numbers('voters'),
    learners: numbers('learners'),
  }
  world.add(Number(words[0]), start, {
    preVote: on('prevote'),
    checkQuorum: on('checkquorum'),
    async: on('async-storage-writes'),
    inflight: numbers('inflight')[0],
  })
  return null
}

/** Where etcd turns a change down it appends an empty entry in its place, ours appends none: the case's indexes want one. */
function proposeConfChange(world: World, { words, args, input, expected }: Directive): Printed {
  const node = first(world, words)
  const change: MembershipChange = {
    transition: transitionOf(args.get('transition')?.[0]),
    changes: input
      .join(' ')
      .split(/\s+/)
      .filter(word => word !== '')
      .map(parseChange),
    context: new Uint8Array(0),
  }
  const result = world.proposeChange(node, change)
  const ignored = expected.some(line => line.includes('ignoring conf change'))
  const refused = result === 'invalid' || result === 'change-in-flight'
  if (ignored !== refused) return [`the change was answered: ${result}`]
  if (refused) {
    node.node.core.propose([new Uint8Array(0)], 0)
    world.touched(node)
  }
  return null
}

function transitionOf(word = 'auto'): MembershipChange['transition'] {
  if (word === 'auto' || word === 'implicit' || word === 'explicit') return word
  throw new Error(`unknown transition ${word}`)
}

/** Until nothing happens any more among these nodes; no time passes. */
function stabilize(world: World, { words }: Directive): null {
  const nodes = scopeOf(world, words)
  for (let turn = 0; turn < turnsMax; turn++) {
    const before = nodes.filter(node => world.hasReady(node))
    for (const node of before) world.processReady(node)
    const receiving = nodes.filter(node => world.hasMessagesFor(node.nodeId))
    for (const node of receiving) world.deliver(node.nodeId, false)
    const appending = nodes.filter(({ node, options }) => options.async && node.write !== null)
    for (const node of appending) world.processAppend(node)
    const applying = nodes.filter(node => node.applying.length > 0)
    for (const node of applying) world.processApply(node)
    if (before.length + receiving.length + appending.length + applying.length === 0) return null
  }
  throw new Error('the nodes do not come to rest')
}
