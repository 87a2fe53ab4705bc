// A backup becomes the directory of a new cluster's only member, or nothing: what it holds stays, whom it belonged to does not.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { writeBackup } from '../../src/backup/index.js'
import { loadConfig, type OptionKey } from '../../src/config/index.js'
import { checkBackup, checkDirectory, openNode, restoreDirectory } from '../../src/node/index.js'
import { readIdentity } from '../../src/raft/index.js'
import { REVISIONS_SKIPPED, standingState } from '../../src/store/index.js'
import { openDatabase } from '../../src/store/open.js'
import {
  createAllocation,
  createNetwork,
  EntryMaker,
  genesis,
  openStore,
  temporaryDirectory,
} from '../store/support.js'

t.setTimeout(120_000)

const ENTRIES = 60
const surroundings = {
  abort: new AbortController().signal,
  environment: { IPAM_ADMIN_PASSWORD: 'correct horse' },
  print: () => {},
}

/** A backup of a store, in which `damage` may have done something to the rows. */
async function backupOf(t: Test, damage = (_path: string) => {}): Promise<string> {
  const directory = temporaryDirectory(t)
  const store = await openStore(t, directory)
  const entries = new EntryMaker()
  const timeMs = Date.now() - 10_000
  const network = createNetwork('10.0.0.0/24')
  store.apply([entries.command(genesis, { timeMs }), entries.command(network, { timeMs })])
  const lease = { ...createAllocation(1), ttlMs: 1 }
  for (let index = 3; index <= ENTRIES; index++)
    store.apply([entries.command(index === 3 ? lease : createAllocation(1), { timeMs })])
  await store.checkpoint()
  await store.close()
  const path = join(directory, 'state', '0-0', 'state.db')
  damage(path)
  const again = await openStore(t, directory)
  const source = await again.take(ENTRIES)
  const file = join(directory, 'the.backup')
  const { mark, bytes, sha256 } = source.header
  const facts = { clusterId: 100, clusterUuid: 'c-old', nodeId: 1, version: '1.0.0' }
  const place = { index: mark.index, term: mark.term, timeMs: mark.timeMs }
  const state = { stateBytes: bytes, stateSha256: sha256 }
  const pieces: Uint8Array[] = []
  for await (const piece of writeBackup({ ...facts, ...place, ...state }, source))
    pieces.push(piece)
  source.release()
  await again.close()
  writeFileSync(file, Buffer.concat(pieces))
  return file
}

async function serve(t: Test, directory: string, nodeId: number) {
  const flags: { readonly [Key in OptionKey]?: unknown } = {
    node: nodeId,
    data_dir: directory,
    listen: ['127.0.0.1:0'],
    'log.level': 'error',
  }
  const node = await openNode(
    loadConfig({ file: null, environment: {}, flags }).config,
    surroundings,
  )
  t.teardown(() => node.close('stopping'))
  const { host, port } = node.httpAddress
  const url = `http://${host}:${port}/api/v1`
  const call = async (path: string, body?: unknown) => {
    const headers = { 'content-type': 'application/json' }
    const init = body === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(body) }
    const response = await fetch(url + path, init)
    // biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely by tests.
    const json: any = await response.json()
    return { status: response.status, headers: response.headers, json }
  }
  return { node, call }
}

t.test(
  'a restored node serves what was backed up, as another cluster, and goes on from there',
  async t => {
    const file = await backupOf(t)
    const report = await checkBackup(file)
    t.match(report, { header: { index: ENTRIES }, state: { ok: true, verified: { networks: 1 } } })
    const directory = join(temporaryDirectory(t), 'made', 'here')
    const restored = await restoreDirectory({ file, directory, nodeId: 4 })
    t.match(restored, { header: { clusterUuid: 'c-old' }, index: ENTRIES + REVISIONS_SKIPPED })
    t.match(await checkDirectory(directory), { ok: true, state: { appliedIndex: restored.index } })
    t.match(standingState(directory), {
      membership: { voters: [4], learners: [] },
      cluster: {
        clusterId: 100,
        clusterUuid: restored.clusterUuid,
        members: [{ nodeId: 4 }],
        removed: undefined,
        effects: 'off',
      },
    })
    const identity = await readIdentity(directory)
    t.match(identity, { nodeId: 4, clusterUuid: restored.clusterUuid, startCount: 0 })

    const { node, call } = await serve(t, directory, 4)
    const allocations = (await call('/allocations')).json
    t.equal(allocations.length, ENTRIES - 2)
    t.match((await call('/effects')).json, { enabled: false })
    const made = await call('/allocations', { network_id: 'net-1' })
    t.match(made, { status: 201, json: { id: `alloc-${ENTRIES - 1}` } })
    t.ok(Number(made.headers.get('ipam-revision')) > restored.index)
    const history = (await call('/audit')).json as { action: string; revision: number }[]
    const restoring = history.find(({ action }) => action === 'cluster_restored')
    t.equal(restoring?.revision, restored.index)
    await node.close('stopping')
    t.match(await checkDirectory(directory), { ok: true })
  },
)

t.test('no lease ends before somebody says so', async t => {
  const directory = temporaryDirectory(t)
  await restoreDirectory({ file: await backupOf(t), directory, nodeId: 1 })
  const { call } = await serve(t, directory, 1)
  const lease = async () => (await call('/allocations/alloc-1')).json.status
  // Longer than the leader takes between two looks.
  await new Promise(resolve => setTimeout(resolve, 1500))
  t.equal(await lease(), 'allocated')
  t.match(await call('/effects', { enabled: true }), { status: 200, json: { enabled: true } })
  while ((await lease()) !== 'expired') await new Promise(resolve => setTimeout(resolve, 50))
  const entries = (await call('/audit?limit=5')).json as { action: string }[]
  t.ok(entries.some(({ action }) => action === 'effects_switched'))
})

t.test('what is not whole, sound and alone leaves nothing', async t => {
  const file = await backupOf(t)
  const directory = temporaryDirectory(t)
  writeFileSync(join(directory, 'letter'), 'x')
  await t.rejects(restoreDirectory({ file, directory, nodeId: 1 }), {
    message: /is not empty \(letter\)/,
  })
  t.same(readdirSync(directory), ['letter'])

  const empty = temporaryDirectory(t)
  mkdirSync(join(empty, 'lost+found'))
  const bytes = readFileSync(file)
  const damaged = `${file}.damaged`
  bytes[20_000] = (bytes[20_000] ?? 0) ^ 1
  writeFileSync(damaged, bytes)
  await t.rejects(restoreDirectory({ file: damaged, directory: empty, nodeId: 1 }), {
    message: /damaged between bytes \d+ and \d+/,
  })
  t.same(readdirSync(empty), ['lost+found'])
  await t.rejects(checkBackup(damaged), { code: 'damaged' })

  const edited = await backupOf(t, path => {
    const db = openDatabase(path, { mode: 'write', cacheBytes: 1 << 20 })
    db.exec("UPDATE changes SET line = replace(line, 'alice', 'mallory') WHERE position > 40000")
    db.close()
  })
  const { state } = await checkBackup(edited)
  t.match(state, { ok: false, findings: [{ area: 'chain', message: /Change 10\.0/ }] })
  await t.rejects(restoreDirectory({ file: edited, directory: empty, nodeId: 1 }), {
    message: /not sound, and nothing was restored: chain: Change 10\.0/,
  })
  t.same(readdirSync(empty), ['lost+found'])
})
