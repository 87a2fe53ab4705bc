// Replays etcd-io/raft's cases and prints how many are answered as expected: node dist/test/conformance.js [folder]
import {
  type CaseResult,
  findEtcdCases,
  runConfchangeCases,
  runQuorumCases,
} from './raft/core/etcd-cases.js'
import { runInteractionCases } from './raft/core/interaction-cases.js'

/** @returns how many cases passed */
function report(name: string, results: readonly CaseResult[]): number {
  const failures = results.filter(({ actual, expected }) => actual !== expected)
  for (const { place, actual, expected } of failures) {
    console.error(`${place}\n  expected: ${expected}\n  actual:   ${actual}`)
  }
  const passed = results.length - failures.length
  console.log(`${name} ${passed}/${results.length}`)
  return passed
}

const folder = findEtcdCases(process.argv[2])
if (folder === null) {
  console.error('no cases found: name their folder as argument or in ETCD_RAFT_TESTDATA')
  process.exitCode = 1
} else {
  const suites = {
    quorum: runQuorumCases(folder),
    confchange: runConfchangeCases(folder),
    interaction: runInteractionCases(folder),
  }
  let count = 0
  let passed = 0
  for (const [name, results] of Object.entries(suites)) {
    count += results.length
    passed += report(name, results)
  }
  console.log(`${passed}/${count}`)
  if (passed < count || count === 0) process.exitCode = 1
}
