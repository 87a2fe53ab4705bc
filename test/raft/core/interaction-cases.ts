// Runs etcd-io/raft's interaction cases against our core and compares by outcome: what each node is, has and has applied.
import type { Directive } from './datadriven.js'
import { type CaseResult, describeMembership, readSuite } from './etcd-cases.js'
import { commands, scopeOf } from './interaction-commands.js'
import { type ExpectedNode, ExpectedNodes } from './interaction-expected.js'
import { describeEntry, readEntry, readProgress, roleNames } from './interaction-text.js'
import { World, type WorldNode } from './interaction-world.js'

// Messages and their number are not compared, for ours differ by design: a pre-vote always, several proposals in one
// append, quiet commit notices and the commit index in answers to votes (decision 24). Where such a difference would
// change an outcome, the world beside this file bridges it and says so; what is left is here:
//   a node may know more commits than etcd's, up to what an answer to its vote has told (`learned`).

/** One result a file; differences are listed with their places. A folder without cases gives none. */
export function runInteractionCases(folder: string): CaseResult[] {
  return readSuite(folder, 'interaction').map(({ name, directives }) => {
    const { differences, compared } = runInteraction(directives)
    if (compared === 0) differences.push('nothing was compared')
    return { place: name, actual: differences.join('\n  ') || 'as etcd', expected: 'as etcd' }
  })
}

export function runInteraction(directives: readonly Directive[]): {
  differences: string[]
  compared: number
} {
  const world = new World()
  const expected = new ExpectedNodes()
  const differences: string[] = []
  let compared = 0
  const compare = (place: string, actual: unknown, wanted: unknown): void => {
    compared++
    if (actual !== wanted) differences.push(`${place}: ${actual} instead of ${wanted}`)
  }
  for (const directive of directives) {
    const { place, command, words } = directive
    try {
      const run = commands[command]
      if (run === undefined) throw new Error(`the command ${command} is not known here`)
      const printed = run(world, directive)
      expected.read(directive)
      if (printed !== null && !expected.silent) {
        compare(place, printed.join('\n'), printedByEtcd(directive))
      }
      if (command !== 'stabilize' || expected.silent) continue
      for (const node of scopeOf(world, words)) {
        compareNode(node, expected.of(node.nodeId), (what, actual, wanted) =>
          compare(`${place} node ${node.nodeId} ${what}`, actual, wanted),
        )
      }
    } catch (error) {
      differences.push(`${place}: ${error instanceof Error ? error.message : error}`)
      break
    }
  }
  return { differences, compared }
}

function printedByEtcd({ command, expected }: Directive): string {
  if (command === 'status') return expected.map(readProgress).join('\n')
  if (command === 'raft-state') return expected.join('\n')
  return expected.map(line => readEntry(line) ?? line).join('\n')
}

function compareNode(
  { node, learned }: WorldNode,
  expected: ExpectedNode,
  compare: (what: string, actual: unknown, wanted: unknown) => void,
): void {
  const { role, term, vote, leaderId, commit, membership } = node.core.status()
  const facts = {
    role: roleNames[role],
    term,
    vote,
    leaderId,
    membership: describeMembership(membership),
  }
  for (const key of ['role', 'term', 'vote', 'leaderId', 'membership'] as const) {
    if (expected[key] !== undefined) compare(key, facts[key], expected[key])
  }
  const applied = new Map(node.applied.map(entry => [entry.index, describeEntry(entry)]))
  for (const [index, entry] of expected.committed) {
    if (index > node.state.index || applied.has(index)) {
      compare(`applied ${index}`, applied.get(index), entry)
    }
  }
  if (expected.commit === undefined) return
  const known = Math.max(expected.commit, Math.min(commit, learned))
  compare('commit', commit, known)
  compare('applied', node.state.index, known)
}
