// `npm run cluster`: document 002's example on each of the three ports, and what one node was told the others know at once.
import t, { type Test } from 'tap'
import { call, createNetwork } from './http.js'
import { isTaken, NpmProgram } from './npm-program.js'
import { until } from './until.js'
import { runWorkflow } from './workflow.js'
import { checkWorkflow } from './workflow-checks.js'

const PORTS = [8081, 8082, 8083]
const PEER_PORTS = [5001, 5002, 5003]
const URLS = PORTS.map(port => `http://127.0.0.1:${port}`)
const ROUNDS = 60

t.setTimeout(180_000)

t.test('npm run cluster is three nodes that are one', async t => {
  for (const port of [...PORTS, ...PEER_PORTS]) {
    if (!(await isTaken(port))) continue
    t.fail(`port ${port} is taken: npm run cluster has fixed ports, so end what listens there`)
    return
  }
  const program = new NpmProgram(t, ['run', 'cluster'])
  const [, leader] = await program.prints(/^node (\d) leads$/m)
  const pids = await Promise.all(
    PORTS.map(async (port, position) => {
      const line = new RegExp(
        `^node ${position + 1}: http://127\\.0\\.0\\.1:${port}, process (\\d+)$`,
        'm',
      )
      return Number((await program.prints(line))[1])
    }),
  )
  for (const url of URLS)
    await until(`${url} is ready`, async () => (await call(url, '/readyz')).status === 200)

  for (const [position, port] of PORTS.entries()) {
    await t.test(`the example of document 002 on port ${port}`, async t => {
      const url = URLS[position] as string
      await checkWorkflow(t, await runWorkflow(port), { url, first: position + 1 })
    })
  }
  await t.test('what one node has answered the others know at once', readsAtOnce)
  await t.test('one killed process', async t => {
    process.kill(pids[Number(leader) - 1] as number, 'SIGKILL')
    await program.prints(new RegExp(`^node ${leader} ended \\(killed\\); the others go on$`, 'm'))
    const [one, other] = URLS.filter((_, position) => position !== Number(leader) - 1)
    const network = await createNetwork(one as string, '10.250.0.0/24')
    t.equal((await call(other as string, `/api/v1/networks/${network.id}`)).status, 200)
    await program.prints(new RegExp(`^node [^${leader}] leads$`, 'm'))
  })
  await program.interrupt()
  for (const port of [...PORTS, ...PEER_PORTS])
    t.notOk(await isTaken(port), `${port} is free again`)
})

/** Default level, no retry, no pause: a network made on one node, then read, listed and counted on the two others. */
async function readsAtOnce(t: Test): Promise<void> {
  const stale: string[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const [home, ...others] = [0, 1, 2].map(step => URLS[(round + step) % 3] as string)
    const { id } = await createNetwork(home as string, `10.${round + 1}.0.0/24`)
    for (const url of others) {
      const { status, body } = await call(url, `/api/v1/networks/${id}`)
      if (status !== 200) stale.push(`${id} on ${url}: ${JSON.stringify(body)}`)
    }
    const listed = (await call(others[0] as string, '/api/v1/networks')).body as { id: string }[]
    if (!listed.some(network => network.id === id)) stale.push(`${id} not listed`)
  }
  t.same(stale, [], `${ROUNDS} networks, each read on both other nodes at once`)
}
