// A standalone node becomes a cluster of one, data kept; others join it, one takes its place, leadership is handed over.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { Daemon, freePorts } from '../support/processes.js'
import { stateHashes } from './cluster-facts.js'
import { endWithTest, temporaryDirectory } from './cluster-of-three.js'
import { allocate, call, createNetwork } from './http.js'
import { until } from './until.js'

t.setTimeout(180_000)

type Status = {
  readonly leader_id: number | null
  readonly members: readonly {
    readonly node_id: number
    readonly addr: string
    readonly role: string
  }[]
}

async function rolesOf(url: string): Promise<string> {
  const { body } = await call(url, '/api/v1/cluster/status')
  return (body as Status).members
    .map(
      ({ node_id, role }) =>
        `${node_id} ${role === 'leader' ? 'votes' : role.replace('follower', 'votes')}`,
    )
    .join(', ')
}

t.test('from one standalone node to another cluster altogether', async t => {
  const directory = temporaryDirectory(t)
  const secretFile = join(directory, 'secret')
  writeFileSync(secretFile, 'a secret for tests only, long enough')
  const ports = await freePorts(6)
  const peer = (nodeId: number) => `127.0.0.1:${ports[nodeId + 2]}`
  const daemons = [1, 2, 3].map(nodeId => {
    const api = `127.0.0.1:${ports[nodeId - 1]}`
    return new Daemon({
      url: `http://${api}`,
      logFile: join(directory, `node-${nodeId}.log`),
      environment: { IPAM_SECRET_FILE: secretFile },
      args: [
        ...['--node', String(nodeId), '--data-dir', join(directory, `node-${nodeId}`)],
        ...['--listen', api, '--peer-listen', peer(nodeId), ...(nodeId === 1 ? [] : ['--join'])],
      ],
    })
  }) as [Daemon, Daemon, Daemon]
  const [first, second, third] = daemons
  const alone = new Daemon({
    ...first.options,
    environment: {},
    args: first.options.args.filter(arg => arg !== '--peer-listen' && arg !== peer(1)),
  })
  endWithTest(t, [alone, ...daemons])
  alone.start()
  await alone.ready()
  const network = await createNetwork(alone.url, '10.0.0.0/24')
  const kept = await allocate(alone.url, { network_id: network.id })
  const nodes = '/api/v1/cluster/nodes'
  const body = (nodeId: number) => ({ node_id: nodeId, addr: peer(nodeId) })
  t.equal((await call(alone.url, nodes, { method: 'POST', body: body(2) })).status, 404)
  t.equal(await alone.end('SIGTERM'), 0)

  for (const daemon of daemons) daemon.start()
  await first.ready()
  t.match(await call(first.url, `/api/v1/allocations/${kept.id}`), { status: 200 }, 'data is kept')
  await until('the address book has its peer address', async () => {
    const { body: status } = await call(first.url, '/api/v1/cluster/status')
    return (status as Status).members[0]?.addr === peer(1)
  })
  t.equal((await call(first.url, nodes, { method: 'POST', body: body(2) })).status, 204)
  await until('node 2 votes', async () => (await rolesOf(first.url)) === '1 votes, 2 votes')
  await second.ready()

  const replaced = await call(second.url, '/cluster/replace', {
    method: 'POST',
    body: { old_node_id: 1, ...body(3) },
  })
  t.equal(replaced.status, 204, JSON.stringify(replaced.body))
  await until('node 3 has taken the place of node 1', async () => {
    return (await rolesOf(second.url)) === '2 votes, 3 votes'
  })
  await until('node 1 knows', async () =>
    String((await call(first.url, '/readyz')).body).includes('removed'),
  )
  t.equal(await first.end('SIGTERM'), 0)
  await third.ready()
  await allocate(third.url, { network_id: network.id })

  for (const target of [2, 3, 2]) {
    const path = '/cluster/transfer'
    const answer = await call(third.url, path, { method: 'POST', body: { node_id: target } })
    t.equal(answer.status, 204, JSON.stringify(answer.body))
    const { body: status } = await call(third.url, '/api/v1/cluster/status')
    t.equal((status as Status).leader_id, target)
  }
  t.match(await call(third.url, `/api/v1/allocations/${kept.id}`), { status: 200 })
  const urls = [second.url, third.url]
  for (const url of urls) await allocate(url, { network_id: network.id })
  t.equal(new Set(await stateHashes(urls)).size, 1, 'equal states')
  t.equal((await call(second.url, `${nodes}/3`, { method: 'DELETE' })).status, 204)
  t.match(
    await call(second.url, `${nodes}/2`, { method: 'DELETE' }),
    { status: 409, body: { reason: 'quorum-at-risk' } },
    'the last voter stays',
  )
  await allocate(second.url, { network_id: network.id })
})
