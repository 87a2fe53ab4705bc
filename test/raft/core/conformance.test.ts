// etcd's own cases, replayed as tests where the data is at hand.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { parseDirectives } from './datadriven.js'
import { type CaseResult, findEtcdCases, runConfchangeCases, runQuorumCases } from './etcd-cases.js'
import { runInteraction, runInteractionCases } from './interaction-cases.js'

const folder = findEtcdCases(undefined)
const skip =
  folder === null ? "etcd's cases are not here; name their folder in ETCD_RAFT_TESTDATA" : false

function check(t: Test, name: string, results: CaseResult[]): void {
  for (const { place, actual, expected } of results) {
    if (actual !== expected) t.equal(actual, expected, place)
  }
  const inFolder = join(folder ?? '', name)
  const texts = readdirSync(inFolder).map(file => readFileSync(join(inFolder, file), 'utf8'))
  t.equal(results.length, texts.join('\n').match(/^----$/gm)?.length, 'every case was run')
}

t.test("quorum arithmetic answers all of etcd's cases", { skip }, async t => {
  check(t, 'quorum', runQuorumCases(folder ?? ''))
})

t.test("membership changes answer all of etcd's cases, error texts included", { skip }, async t => {
  check(t, 'confchange', runConfchangeCases(folder ?? ''))
})

t.test("interaction cases end as etcd's do", { skip }, async t => {
  const results = runInteractionCases(folder ?? '')
  for (const { place, actual, expected } of results) t.equal(actual, expected, place)
  t.equal(results.length, readdirSync(join(folder ?? '', 'interaction')).length)
})

t.test('an interaction case that expects something else is not passed', { skip }, async t => {
  const alterations = [
    ['probe_and_replicate.txt', '6/20 EntryNormal "prop_6_20"\n\n', '6/20 EntryNormal "other"\n\n'],
    ['probe_and_replicate.txt', 'HardState Term:8 Commit:21', 'HardState Term:8 Commit:20'],
    ['checkquorum.txt', 'Lead:2 State:StateLeader', 'Lead:2 State:StateFollower'],
    ['checkquorum.txt', 'HardState Term:3 Vote:2 Commit:12', 'HardState Term:2 Vote:2 Commit:12'],
    ['replicate_pause.txt', '2: StateReplicate match=17', '2: StateReplicate match=16'],
    [
      'confchange_v2_replace_leader.txt',
      '1: StateFollower (Non-Voter)',
      '1: StateFollower (Voter)',
    ],
    [
      'confchange_v2_add_double_auto.txt',
      'INFO 2 switched to configuration voters=(1)\n',
      'INFO 2 switched to configuration voters=(1 2)\n',
    ],
    [
      'prevote.txt',
      '  CommittedEntries:\n  1/12 EntryNormal "prop_1"',
      '  CommittedEntries:\n  1/12 EntryNormal "prop_2"',
    ],
    [
      'confchange_v2_add_single_explicit.txt',
      'INFO 1 ignoring conf change',
      'INFO 1 accepting conf change',
    ],
  ] as const
  for (const [file, from, to] of alterations) {
    const text = readFileSync(join(folder ?? '', 'interaction', file), 'utf8')
    t.ok(text.includes(from), `${file} says ${from.trim()}`)
    const { differences } = runInteraction(parseDirectives(file, text.replaceAll(from, to)))
    t.not(differences.length, 0, `${file} does not end with ${to.trim()}`)
  }
})
