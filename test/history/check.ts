// Checks recorded histories, named as arguments: node dist/test/history/check.js FILE…; ends with 1 when one is wrong.
import { checkLinearizable } from './linearizable.js'
import { readHistory } from './operation.js'
import { checkRevisions } from './revisions.js'

const files = process.argv.slice(2)
if (files.length === 0) {
  console.error('name a history: a file of JSON lines, as test/history/operation.ts describes them')
  process.exitCode = 1
}
for (const file of files) {
  const history = readHistory(file)
  const verdicts = {
    'revisions against real time': checkRevisions(history),
    linearizable: checkLinearizable(history),
  }
  console.log(`${file}: ${history.operations.length} operations`)
  for (const [name, { faults, undecided }] of Object.entries(verdicts)) {
    if (faults.length > 0 || undecided) process.exitCode = 1
    console.log(`  ${name}: ${faults.length > 0 ? 'no' : undecided ? 'undecided' : 'yes'}`)
    for (const fault of faults.slice(0, 10)) console.log(`    ${fault}`)
  }
}
