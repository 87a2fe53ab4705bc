// The data directory: made once, counted at each start, refused when it is another's or damaged.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { DataDirectory, readIdentity } from '../../../src/raft/data-directory/data-directory.js'
import { DirectoryInUseError } from '../../../src/raft/data-directory/directory-lock.js'
import { decodeIdentity, encodeIdentity } from '../../../src/raft/data-directory/identity.js'
import { breakIdentityWrites, temporaryDirectory } from './support.js'

const MEMBERS = [
  { nodeId: 1, raftAddress: '127.0.0.1:1', apiAddress: '127.0.0.1:2', dataUuid: 'a' },
  { nodeId: 2, raftAddress: '127.0.0.1:3', apiAddress: '127.0.0.1:4', dataUuid: 'b' },
]

t.test('a new directory gets an identity, and each start counts', async t => {
  const path = await temporaryDirectory(t)
  const first = await DataDirectory.open(path, { nodeId: 7 })
  const { dataUuid } = first.identity
  t.match(dataUuid, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  const fresh = { clusterUuid: null, term: 0, vote: 0, bootstrap: null, installing: null }
  t.same(first.identity, { nodeId: 7, dataUuid, startCount: 1, ...fresh })
  await first.close()
  const second = await DataDirectory.open(path, { nodeId: 7 })
  t.same(second.identity, { nodeId: 7, dataUuid, startCount: 2, ...fresh })
  await second.close()
  const other = await DataDirectory.open(await temporaryDirectory(t), { nodeId: 7 })
  t.not(other.identity.dataUuid, dataUuid)
  await other.close()
})

t.test('what was recorded is there at the next start', async t => {
  const path = await temporaryDirectory(t)
  const first = await DataDirectory.open(path, { nodeId: 1 })
  await first.recordVote({ term: 4, vote: 0 })
  await first.recordVote({ term: 4, vote: 2 })
  await first.recordCluster('c-1')
  await first.recordBootstrap(MEMBERS)
  await first.recordInstalling({ index: 9, term: 3 })
  const expected = {
    ...first.identity,
    term: 4,
    vote: 2,
    clusterUuid: 'c-1',
    bootstrap: MEMBERS,
    installing: { index: 9, term: 3 },
  }
  t.same(first.identity, expected)
  await first.close()
  t.same(await readIdentity(path), expected, 'on disk')
  const second = await DataDirectory.open(path, { nodeId: 1 })
  t.same(second.identity, { ...expected, startCount: 2 })
  await second.recordInstalling(null)
  t.equal(second.identity.installing, null)
  await second.close()
})

t.test('records that are made at once are all kept', async t => {
  const path = await temporaryDirectory(t)
  const directory = await DataDirectory.open(path, { nodeId: 1 })
  await Promise.all([
    directory.recordVote({ term: 2, vote: 1 }),
    directory.recordCluster('c-1'),
    directory.recordBootstrap(MEMBERS),
    directory.recordVote({ term: 3, vote: 0 }),
  ])
  await directory.close()
  const expected = { term: 3, vote: 0, clusterUuid: 'c-1', bootstrap: MEMBERS }
  t.match(await readIdentity(path), expected)
})

t.test('what is already recorded is not written again', async t => {
  const path = await temporaryDirectory(t)
  const directory = await DataDirectory.open(path, { nodeId: 1 })
  await directory.recordVote({ term: 2, vote: 1 })
  await directory.recordCluster('c-1')
  await directory.recordBootstrap(MEMBERS)
  await breakIdentityWrites(path)
  await directory.recordVote({ term: 2, vote: 1 })
  await directory.recordCluster('c-1')
  await directory.recordBootstrap(MEMBERS)
  await t.rejects(directory.recordVote({ term: 3, vote: 0 }), 'a write would have failed')
  await directory.close()
})

t.test('what a node may never do is refused and not written', async t => {
  const path = await temporaryDirectory(t)
  const directory = await DataDirectory.open(path, { nodeId: 1 })
  await directory.recordVote({ term: 5, vote: 2 })
  await directory.recordCluster('c-1')
  await directory.recordBootstrap(MEMBERS)
  const bug = { name: 'AssertionError' }
  await t.rejects(directory.recordVote({ term: 4, vote: 2 }), bug, 'a falling term')
  await t.rejects(directory.recordVote({ term: 5, vote: 3 }), bug, 'a second vote')
  await t.rejects(directory.recordVote({ term: 5, vote: 0 }), bug, 'a vote taken back')
  await t.rejects(directory.recordBootstrap(MEMBERS.slice(1)), bug, 'a second beginning')
  const foreign = { name: 'DataDirectoryError', code: 'another-cluster', message: /c-1.*c-2/ }
  await t.rejects(directory.recordCluster('c-2'), foreign)
  await directory.recordVote({ term: 6, vote: 3 })
  await directory.close()
  t.match(await readIdentity(path), { term: 6, vote: 3, clusterUuid: 'c-1', bootstrap: MEMBERS })
})

t.test("another node's directory is refused with both ids, and not counted", async t => {
  const path = await temporaryDirectory(t)
  await (await DataDirectory.open(path, { nodeId: 1 })).close()
  const expected = {
    name: 'DataDirectoryError',
    code: 'another-node',
    message: /belongs to node 1, and this is node 2/,
  }
  await t.rejects(DataDirectory.open(path, { nodeId: 2 }), expected)
  const again = await DataDirectory.open(path, { nodeId: 1 })
  t.equal(again.identity.startCount, 2)
  await again.close()
})

t.test('a directory is held once, and free after close', async t => {
  const path = await temporaryDirectory(t)
  const directory = await DataDirectory.open(path, { nodeId: 1 })
  await t.rejects(DataDirectory.open(path, { nodeId: 1 }), DirectoryInUseError)
  await directory.close()
  const again = await DataDirectory.open(path, { nodeId: 1 })
  t.equal(again.identity.startCount, 2, 'the refused start did not count')
  await again.close()
  await t.rejects(again.recordVote({ term: 1, vote: 1 }), { message: /is closed/ })
})

t.test('a damaged identity is refused, whichever byte it is', async t => {
  const path = await temporaryDirectory(t)
  const directory = await DataDirectory.open(path, { nodeId: 1 })
  await directory.recordVote({ term: 5, vote: 2 })
  await directory.close()
  const file = join(path, 'identity.json')
  const sound = await readFile(file)
  const { identity } = directory
  for (let position = 0; position < sound.byteLength; position++) {
    const bytes = Buffer.from(sound)
    bytes[position] = (bytes[position] ?? 0) ^ 1
    const read = decodeIdentity(bytes.toString('utf8'))
    if (read === null || read === 'unknown-format') continue
    t.same(read, identity, `byte ${position}: only white space may change unseen`)
  }
  for (const [what, bytes] of [
    ['empty', Buffer.of()],
    ['cut', sound.subarray(0, 200)],
    ['edited', Buffer.from(sound.toString().replace('"term": 5', '"term": 4'))],
  ] as const) {
    await writeFile(file, bytes)
    const expected = { code: 'identity-damaged', message: /add it again under a new id/ }
    await t.rejects(DataDirectory.open(path, { nodeId: 1 }), expected, what)
    t.same(await readFile(file), bytes, `${what}: left as it was`)
  }
})

t.test('an identity of a later release is refused by its format', async t => {
  const path = await temporaryDirectory(t)
  const directory = await DataDirectory.open(path, { nodeId: 1 })
  await directory.close()
  const later = encodeIdentity(directory.identity).replace('"format": 1', '"format": 2')
  await writeFile(join(path, 'identity.json'), later)
  await t.rejects(DataDirectory.open(path, { nodeId: 1 }), { code: 'format-unknown' })
})

t.test('data without an identity is refused, and no new identity is made', async t => {
  const path = await temporaryDirectory(t)
  await (await DataDirectory.open(path, { nodeId: 1 })).close()
  await mkdir(join(path, 'raft'))
  await rm(join(path, 'identity.json'))
  const expected = { code: 'identity-missing', message: /holds raft but no identity.json/ }
  await t.rejects(DataDirectory.open(path, { nodeId: 1 }), expected)
  t.notOk((await readdir(path)).includes('identity.json'))
})

t.test('a first start that broke off before the identity was there begins again', async t => {
  const path = await temporaryDirectory(t)
  await mkdir(join(path, 'lock'), { recursive: true })
  await writeFile(join(path, 'identity.json.new'), '{"form')
  const directory = await DataDirectory.open(path, { nodeId: 1 })
  t.equal(directory.identity.startCount, 1)
  await directory.close()
})

t.test('a record that cannot be written ends recording, and the old content stands', async t => {
  const path = await temporaryDirectory(t)
  const directory = await DataDirectory.open(path, { nodeId: 1 })
  await directory.recordVote({ term: 1, vote: 1 })
  const mend = await breakIdentityWrites(path)
  const expected = { message: /Writing identity.json in .* failed/ }
  await t.rejects(directory.recordVote({ term: 2, vote: 3 }), expected)
  await mend()
  await t.rejects(directory.recordVote({ term: 2, vote: 3 }), expected, 'never tried again')
  t.match(directory.identity, { term: 1, vote: 1 })
  await directory.close()
  t.match(await readIdentity(path), { term: 1, vote: 1 })
})
