// Three real daemons, 16 clients spread over them, all taking blocks and route targets of the same pools at once: every
// answer is a different one, and none is an error.
import t from 'tap'
import { startCluster } from './cluster-of-three.js'
import { call } from './http.js'

const CLIENTS = 16
const BLOCKS_PER_CLIENT = 50

t.setTimeout(120_000)

t.test(`${CLIENTS} clients at once take blocks and route targets`, async t => {
  const { urls } = await startCluster(t)
  const post = async (client: number, path: string, body: object) => {
    const url = urls[client % urls.length] as string
    return call(url, `/api/v1/${path}`, { method: 'POST', body })
  }
  const blocks = { name: 'links', pool_type: 'ipv4', cidr: '10.1.0.0/16' }
  const numbers = { format_type: 0, admin_value: '65000', range_start: 1, range_end: 60_000 }
  t.equal((await post(0, 'ip-pools', blocks)).status, 201)
  // Two pools of one space: what one has handed out the other never does.
  for (const name of ['red', 'blue'])
    t.equal((await post(0, 'rtrd-pools', { name, pool_type: 'rt', ...numbers })).status, 201)

  const taken = { blocks: [] as string[], numbers: [] as string[] }
  const failures: string[] = []
  const client = async (n: number): Promise<void> => {
    for (let taking = 0; taking < BLOCKS_PER_CLIENT; taking++) {
      const block = await post(n, 'ip-pools/links/allocate', { prefix_length: 30 })
      const number = await post(n, `rtrd-pools/${n % 2 === 0 ? 'red' : 'blue'}/allocate`, {})
      for (const answer of [block, number])
        if (answer.status !== 200) failures.push(`${answer.status} ${JSON.stringify(answer.body)}`)
      taken.blocks.push((block.body as { allocated_cidr: string }).allocated_cidr)
      taken.numbers.push((number.body as { value: string }).value)
    }
  }
  await Promise.all(Array.from({ length: CLIENTS }, (_, n) => client(n)))
  t.same(failures, [], 'nobody saw an error')
  const wanted = CLIENTS * BLOCKS_PER_CLIENT
  t.equal(new Set(taken.blocks).size, wanted, 'no block twice')
  t.equal(new Set(taken.numbers).size, wanted, 'no route target twice, in two pools of one space')
  for (const url of urls) {
    const { body } = await call(url, '/api/v1/ip-pools/links/allocations')
    const { total_allocations: total, allocations } = body as {
      readonly total_allocations: number
      readonly allocations: readonly { readonly allocated_cidr: string }[]
    }
    t.equal(total, wanted)
    t.same(new Set(allocations.map(({ allocated_cidr: cidr }) => cidr)), new Set(taken.blocks), url)
  }
})
