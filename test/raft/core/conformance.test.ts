// etcd's own cases, replayed as tests where the data is at hand.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { type CaseResult, findEtcdCases, runConfchangeCases, runQuorumCases } from './etcd-cases.js'

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
