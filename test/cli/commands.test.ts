// The client commands against a real HTTP server: what people see, what programs see, and the exit codes.
import t from 'tap'
import { Harness, startHarness } from '../http/harness.js'
import { ipam } from '../support/command-line.js'
import { freePorts } from '../support/processes.js'

const [closedPort] = await freePorts(1)

t.test('the daily work from an empty ledger and back', async t => {
  const harness = await startHarness(t)
  const on = (...args: string[]) => ipam(args, { IPAM_SERVER: harness.url })

  t.match(await on('network', 'list'), { code: 0, out: 'No networks found.\n' })
  t.match(await on('network', 'add', '10.0.0.5/24', '-d', 'lab', '-t', 'a,b'), {
    code: 0,
    out: 'Network 10.0.0.0/24 added as net-1.\n',
  })
  t.match(await on('network', 'list'), {
    code: 0,
    out: /ID +CIDR +TAGS.*\nnet-1 +10\.0\.0\.0\/24 +a,b/,
  })
  t.match(await on('network', 'show', 'net-1'), { code: 0, out: /cidr: +10\.0\.0\.0\/24\n/ })
  t.match(await on('allocate', '-n', 'net-1', '-H', 'web-1'), {
    code: 0,
    out: '10.0.0.1 allocated as alloc-1.\n',
  })
  t.match(await on('allocate', '-n', 'net-1', '-k', '3'), {
    code: 0,
    out: '10.0.0.2-10.0.0.4 allocated as alloc-2.\n',
  })
  t.match(await on('allocate', '-n', 'net-1', '--ip', '10.0.0.9', '-T', '1.5'), { code: 0 })
  t.match(await on('list'), { code: 0, out: /alloc-1 +10\.0\.0\.1 +net-1 +allocated +web-1/ })
  t.match(await on('network', 'stats', 'net-1'), { code: 0, out: /allocated_ips: +5\n/ })
  t.match(await on('release', 'alloc-1'), { code: 0, out: 'alloc-1 released.\n' })
  t.match(await on('release', '10.0.0.2'), { code: 0, out: '10.0.0.2 released.\n' })
  t.match(await on('list', '-n', 'net-1', '--all'), { code: 0, out: /alloc-1 .* released/ })
  t.match(await on('release', 'alloc-3'), { code: 0 })
  t.match(await on('network', 'delete', 'net-1'), { code: 0, out: 'Network net-1 deleted.\n' })
})

t.test('--json prints the answer itself', async t => {
  const harness = await startHarness(t)
  const { out } = await ipam(['network', 'add', '10.0.0.0/24', '--json', '--server', harness.url])
  t.match(JSON.parse(out), { id: 'net-1', cidr: '10.0.0.0/24', tags: [] })
})

t.test(
  'the server is named before the command or after it, several with commas or one by one',
  async t => {
    const harness = await startHarness(t)
    const silent = `127.0.0.1:${closedPort}`
    const { url } = harness
    for (const args of [
      ['--server', url, 'network', 'list'],
      ['--json', 'network', 'list', '--server', url],
      ['list', '--server', `${silent},${url}`],
      ['--server', silent, '--server', url, 'list'],
    ])
      t.match(await ipam(args), { code: 0, err: '' }, args.join(' '))
    t.match(await ipam(['--server', silent, 'list']), { code: 3 })
  },
)

t.test('exit codes tell a refusal, a usage error and silence apart', async t => {
  const harness = await startHarness(t)
  const server = ['--server', harness.url]
  const table: readonly [readonly string[], number, RegExp][] = [
    [['network', 'show', 'net-9', ...server], 1, /net-9.*\(404\)/],
    [['network', 'add', '300.1.1.1/8', ...server], 1, /300\.1\.1\.1\/8.*\(400\)/],
    [['release', '10.9.9.9', ...server], 1, /no live allocation begins at 10\.9\.9\.9/],
    [['allocate', '-n', 'net-1', '-k', 'x', ...server], 2, /whole number/],
    [['allocate', ...server], 2, /required option/],
    [['netwrok', 'list'], 2, /network/],
    [
      ['network', 'list', '--server', `http://127.0.0.1:${closedPort}`],
      3,
      /no server answered.*ECONNREFUSED/,
    ],
  ]
  for (const [args, code, message] of table) {
    const run = await ipam(args)
    t.equal(run.code, code, `${args.join(' ')}: ${run.err}`)
    t.match(run.err, message, args.join(' '))
    t.notMatch(run.err, /\n\s+at /, 'no stack trace reaches a user')
  }
})

t.test('of several servers the first that answers is asked', async t => {
  const harness = await startHarness(t)
  const run = await ipam(['network', 'list'], {
    IPAM_SERVER: `http://127.0.0.1:${closedPort},${harness.url}`,
  })
  t.match(run, { code: 0, out: 'No networks found.\n' })
})

t.test('members are added, replaced and removed, and it is told how far that is', async t => {
  const harness = new Harness()
  const { membership } = harness.raftStatus
  const voters = (...ids: number[]) => {
    harness.raftStatus = {
      ...harness.raftStatus,
      leaderId: 1,
      membership: { ...membership, voters: ids, learners: [2, 3].filter(id => !ids.includes(id)) },
    }
    const view = harness.gateway.view
    harness.gateway.view = { ...view, voters: ids, lastIndex: 8 }
  }
  voters(1)
  await harness.start()
  t.teardown(() => harness.server.close())
  const on = (...args: string[]) => ipam(['cluster', ...args], { IPAM_SERVER: harness.url })
  const { gateway } = harness
  setTimeout(() => voters(1, 2), 200)
  t.match(await on('add', '2', 'n2:5002'), {
    code: 0,
    out: 'Node 2 is a voting member.\n',
    err: 'node 2 catches up, 7 behind …\n',
  })
  t.match(await on('replace', '2', '3', 'n3:5003', '--no-wait', '--json'), {
    code: 0,
    out: '{"done":false}\n',
  })
  t.match(await on('status'), {
    out: /2 .*follower +7 +- +leaving \(held: node 3 has to catch up first\)\n3 .*learner +7 +- +replaces 2/,
  })
  t.match(await on('remove', '1'), { code: 1, err: /one change is made at a time.*\(409\)/ })
  gateway.apply({ type: 'member.forget', nodeId: 2 })
  voters(1, 3)
  gateway.view = { ...gateway.view, progress: [] }
  t.match(await on('remove', '1'), { code: 1, err: /no majority.*force=true.*\(409\)/ })
  setTimeout(() => {
    gateway.apply({ type: 'member.forget', nodeId: 1 })
    voters(3)
  }, 100)
  t.match(await on('remove', '1', '--force'), { code: 0, out: /Node 1 is removed/ })
  t.match(await on('add', 'two', 'n2:1'), { code: 2, err: /whole number/ })
  t.match(await on('transfer', '1'), { code: 0, out: 'Leadership is handed over.\n' })
})

t.test('cluster status and version', async t => {
  const harness = await startHarness(t)
  const server = ['--server', harness.url]
  t.match(await ipam(['cluster', 'status', ...server]), {
    code: 0,
    out: /Cluster 100: .*\nAsked node 1/,
  })
  t.match(await ipam(['version', ...server]), { code: 0, out: /^ipam \d+\.\d+\.\d+\nserver / })
  t.match(await ipam(['version', '--server', `http://127.0.0.1:${closedPort}`]), {
    code: 0,
    out: /not reachable/,
  })
})

t.test('completion knows every command', async t => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { code, out } = await ipam(['completion', shell])
    t.equal(code, 0)
    for (const word of ['network', 'allocate', 'stats', '--hostname']) t.match(out, word, shell)
  }
  t.match(await ipam(['completion', 'tcsh']), { code: 2 })
})
