// Replays etcd-io/raft's cases and prints how many are answered as expected: node dist/test/conformance.js [folder]
import {
  type CaseResult,
  findEtcdCases,
  runConfchangeCases,
  runQuorumCases,
} from './raft/core/etcd-cases.js'

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
  const quorum = runQuorumCases(folder)
  const confchange = runConfchangeCases(folder)
  const count = quorum.length + confchange.length
  const passed = report('quorum', quorum) + report('confchange', confchange)
  console.log(`${passed}/${count}`)
  if (passed < count || count === 0) process.exitCode = 1
}
