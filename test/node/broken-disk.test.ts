// A disk that breaks under a node ends it with the reason, in every phase of its life: waiting for its cluster, or in service.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { type Config, loadConfig, type OptionKey } from '../../src/config/index.js'
import { openNode } from '../../src/node/index.js'
import { DataDirectory } from '../../src/raft/index.js'
import { freePorts } from '../support/processes.js'

function temporaryDirectory(t: Test): string {
  const directory = mkdtempSync(join(tmpdir(), 'ipam-node-'))
  t.teardown(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

function configure(flags: { readonly [Key in OptionKey]?: unknown }): Config {
  return loadConfig({ file: null, environment: {}, flags: { 'log.level': 'error', ...flags } })
    .config
}

function surroundings({ signal }: AbortController = new AbortController()) {
  return { abort: signal, environment: {}, print: () => {} }
}

/** Two nodes whose cluster has begun on disk, and has no leader yet. */
async function begunPair(directory: string): Promise<Config[]> {
  const ports = await freePorts(4)
  const listed = [1, 2].map(nodeId => ({
    nodeId,
    raftAddress: `127.0.0.1:${ports[nodeId - 1]}`,
    apiAddress: `127.0.0.1:${ports[nodeId + 1]}`,
  }))
  const secretFile = join(directory, 'secret')
  writeFileSync(secretFile, 'a secret for tests only, long enough')
  const directories = await Promise.all(
    listed.map(({ nodeId }) => DataDirectory.open(join(directory, `${nodeId}`), { nodeId })),
  )
  const members = listed.map((node, at) => {
    return { ...node, dataUuid: directories[at]?.identity.dataUuid ?? '' }
  })
  for (const opened of directories) {
    await opened.recordBootstrap(members)
    await opened.close()
  }
  const nodes = listed.map(({ nodeId, raftAddress, apiAddress }) => {
    return { node_id: nodeId, raft_addr: raftAddress, api_addr: apiAddress }
  })
  return listed.map(({ nodeId }) =>
    configure({
      node: nodeId,
      nodes,
      secret_file: secretFile,
      data_dir: join(directory, `${nodeId}`),
    }),
  )
}

async function readyzSays(config: Config, wanted: RegExp): Promise<void> {
  const [{ host, port } = { host: '', port: 0 }] = config.listen
  for (;;) {
    const answer = await fetch(`http://${host}:${port}/readyz`).catch(() => null)
    if (answer !== null && wanted.test(await answer.text())) return
    await sleep(20)
  }
}

t.test('a node that waits for its cluster ends when it cannot write its vote', async t => {
  const directory = temporaryDirectory(t)
  const [first, second] = await begunPair(directory)
  if (first === undefined || second === undefined) throw new Error('two nodes are configured')
  const stop = new AbortController()
  const waiting = openNode(first, surroundings(stop))
  waiting.catch(() => {})
  await readyzSays(first, /waiting for the first leader/)
  // Where the next copy of term and vote would be written; as root, permissions would not be in the way.
  mkdirSync(join(directory, '1', 'identity.json.new'))
  const other = openNode(second, surroundings(stop))
  other.catch(() => {})

  const error = (await waiting.then(
    () => t.fail('the node is not in service'),
    reason => reason,
  )) as Error
  t.match(
    error.message,
    /stopped before its cluster was founded: Writing identity.json in .*: EISDIR/,
  )
  const again = openNode(first, surroundings(stop))
  await t.rejects(again, /identity\.json|EISDIR/, 'its directory is free again, and still broken')
  stop.abort()
  await t.rejects(other, /stopped before the cluster had begun/)
})

t.test('a node in service ends when its state can no longer be made durable', async t => {
  const directory = temporaryDirectory(t)
  const [port] = await freePorts(1)
  const config = configure({ data_dir: directory, listen: `127.0.0.1:${port}` })
  const node = await openNode(config, surroundings())
  // What stands where the write-ahead log was can be seen, and not be opened: the next checkpoint fails.
  const log = join(directory, 'state', '0-0', 'state.db-wal')
  rmSync(log)
  const obstacle = createServer()
  await new Promise<void>(resolve => obstacle.listen(log, resolve))
  t.teardown(() => obstacle.close())
  await fetch(`http://127.0.0.1:${port}/api/v1/networks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"cidr": "10.0.0.0/8"}',
  })
  const reason = await node.failed
  t.match(reason.message, /ENXIO|SQLITE_CANTOPEN|SQLITE_IOERR/)
  await node.close('failed')
})
