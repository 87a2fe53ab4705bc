// Which commands may come into the log while programs of several versions run.
import t from 'tap'
import { COMMAND_VERSION } from '../../src/ledger/index.js'
import { assertKnownVersion, versionLimit } from '../../src/node/versions.js'

const heardOf = (versions: { readonly [nodeId: number]: number }) =>
  new Map(
    Object.entries(versions).map(([nodeId, commandVersion]) => [
      Number(nodeId),
      { program: '1.0.0', commandVersion },
    ]),
  )
const membership = {
  voters: [1, 2, 3],
  votersOutgoing: [],
  learners: [],
  learnersNext: [],
  autoLeave: false,
}
const book = [1, 2, 3].map(nodeId => ({ nodeId }))
const view = { nodeId: 1, membership, book, cluster: 1 }

t.test('every member counts: the oldest one, and those that were never met', async t => {
  const newest = COMMAND_VERSION
  const all = { 1: newest, 2: newest, 3: newest }
  t.equal(versionLimit({ ...view, heard: heardOf(all) }), newest)
  t.equal(versionLimit({ ...view, heard: heardOf({ ...all, 3: newest + 5 }) }), newest, 'newer')
  t.equal(versionLimit({ ...view, heard: heardOf({ ...all, 3: 1 }) }), 1)
  t.equal(versionLimit({ ...view, heard: heardOf({ 1: newest, 2: newest }) }), 1, 'never met')
  const joining = { ...view, book: [...book, { nodeId: 4 }] }
  t.equal(versionLimit({ ...joining, heard: heardOf(all) }), 1, 'a node that is being added')
  const learner = { ...view, membership: { ...membership, learners: [4] } }
  t.equal(versionLimit({ ...learner, heard: heardOf({ ...all, 4: 1 }) }), 1)
  t.equal(versionLimit({ ...view, heard: heardOf({ ...all, 9: 1 }) }), newest, 'no member')
})

t.test('what the log holds already stays allowed: who is older cannot come back', async t => {
  t.equal(versionLimit({ ...view, cluster: 2, heard: heardOf({ 1: 2, 2: 2 }) }), 2)
})

t.test('a program that is older than the state does not start, and says what to do', async t => {
  assertKnownVersion(COMMAND_VERSION)
  t.throws(() => assertKnownVersion(COMMAND_VERSION + 1), {
    message: /holds commands of version \d+, .* start this node with the newer program again/,
  })
})
