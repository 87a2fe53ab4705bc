// A cluster that was restored or recovered has the users of the one it comes from and none of its keys: it believes none of
// its tokens, and whoever has the backup cannot make any.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import {
  authenticate,
  issueAccessToken,
  KeyRing,
  newestKey,
  Sealer,
  systemRandom,
  VerifiedTokens,
} from '../../src/auth/index.js'
import { type Config, loadConfig, type OptionKey } from '../../src/config/index.js'
import {
  type IpamNode,
  openNode,
  recoverDirectory,
  restoreDirectory,
} from '../../src/node/index.js'
import { openStore } from '../store/support.js'
import { freePorts } from '../support/processes.js'

t.setTimeout(120_000)

const SECRET = 'a secret for tests only, long enough'

function temporaryDirectory(t: Test): string {
  const directory = mkdtempSync(join(tmpdir(), 'ipam-node-'))
  t.teardown(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** Two nodes that have their first admin and were stopped, and the backup that the first one gave. */
async function stoppedPair(t: Test) {
  const directory = temporaryDirectory(t)
  const ports = await freePorts(4)
  const nodes = [1, 2].map(id => {
    const [raft, api] = [ports[id - 1], ports[id + 1]]
    return { node_id: id, raft_addr: `127.0.0.1:${raft}`, api_addr: `127.0.0.1:${api}` }
  })
  const secret_file = join(directory, 'secret')
  writeFileSync(secret_file, SECRET)
  const configs = nodes.map(({ node_id: node }) =>
    configure({ node, nodes, secret_file, data_dir: join(directory, `${node}`) }),
  )
  const told: string[] = []
  const [first, second] = (await Promise.all(
    configs.map(config =>
      openNode(
        config,
        surroundings(text => told.push(text)),
      ),
    ),
  )) as [IpamNode, IpamNode]
  while (told.length === 0) await new Promise(resolve => setTimeout(resolve, 50))
  const { host, port } = first.httpAddress
  const backup = join(directory, 'the.backup')
  const answer = await fetch(`http://${host}:${port}/api/v1/backup`)
  t.equal(answer.status, 200)
  writeFileSync(backup, Buffer.from(await answer.arrayBuffer()))
  await Promise.all([first.close('stopping'), second.close('stopping')])
  t.equal(told.length, 1, 'one of the two tells the password')
  return { backup, dataDirectory: join(directory, '1') }
}

function configure(flags: { readonly [Key in OptionKey]?: unknown }): Config {
  return loadConfig({ file: null, environment: {}, flags: { 'log.level': 'error', ...flags } })
    .config
}

function surroundings(print: (text: string) => void) {
  return { abort: new AbortController().signal, environment: {}, print }
}

/** A token for the admin as that state would issue it, null without a key; and what it says of a token. */
async function identityIn(t: Test, directory: string) {
  const store = await openStore(t, directory)
  const clusterUuid = store.reads.cluster()?.clusterUuid ?? ''
  const identities = store.reads.identities()
  const keys = new KeyRing(new Sealer(SECRET, systemRandom), systemRandom)
  const signingKeys = () => keys.opened(identities.signingKeys())
  const [user, key] = [identities.userNamed('admin'), newestKey(signingKeys(), Date.now())]
  if (user === null) throw new Error('there is no admin')
  const order = key === null ? null : { user, key, clusterUuid, nowMs: Date.now() }
  const issued = order === null ? null : await issueAccessToken(order, systemRandom)
  const state = {
    clusterUuid,
    user: identities.user.bind(identities),
    apiTokenByHash: identities.apiTokenByHash.bind(identities),
    signingKeys,
    isRevoked: identities.isRevoked.bind(identities),
  }
  const judge = (text: string) =>
    authenticate(
      { text, clientAddress: null },
      { state, verified: new VerifiedTokens() },
      Date.now(),
    )
  return { text: issued?.text ?? null, judge, close: () => store.close() }
}

t.test('tokens of the cluster that was are refused, and its users sign in anew', async t => {
  const { backup, dataDirectory } = await stoppedPair(t)
  const old = await identityIn(t, dataDirectory)
  const { text } = old
  if (text === null) throw new Error('the cluster that was has no key')
  t.match(await old.judge(text), { user: { username: 'admin' } }, 'good where it was issued')
  await old.close()

  const restored = join(temporaryDirectory(t), 'restored')
  await restoreDirectory({ file: backup, directory: restored, nodeId: 5 })
  await recoverDirectory(dataDirectory)
  for (const [what, directory] of [
    ['restored', restored],
    ['recovered', dataDirectory],
  ] as const) {
    const other = await identityIn(t, directory)
    t.strictSame(await other.judge(text), { code: 'token-invalid', reason: 'unknown-key' }, what)
    t.equal(other.text, null, `${what}: it makes a key when it begins`)
    await other.close()
  }
})

t.test('a restored cluster makes no second admin, and tells nothing', async t => {
  const { backup } = await stoppedPair(t)
  const data_dir = join(temporaryDirectory(t), 'restored')
  await restoreDirectory({ file: backup, directory: data_dir, nodeId: 5 })
  const told: string[] = []
  const config = configure({ node: 5, data_dir, listen: ['127.0.0.1:0'] })
  const node = await openNode(
    config,
    surroundings(text => told.push(text)),
  )
  await new Promise(resolve => setTimeout(resolve, 1000))
  await node.close('stopping')
  t.strictSame(told, [])
})
