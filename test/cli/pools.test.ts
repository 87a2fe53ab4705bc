// ipam pool, rtrd and number against a real HTTP server.
import t from 'tap'
import { startHarness } from '../http/harness.js'
import { ipam } from '../support/command-line.js'

t.test('a pool from its creation to its end', async t => {
  const harness = await startHarness(t)
  const on = (...args: string[]) => ipam(args, { IPAM_SERVER: harness.url })

  t.match(await on('pool', 'list'), { code: 0, out: 'No pools found.\n' })
  t.match(await on('pool', 'create', 'dc1 / links', '10.100.0.7/24', '-d', 'links'), {
    code: 0,
    out: 'Pool dc1 / links created: 10.100.0.0/24.\n',
  })
  t.match(await on('pool', 'list', 'dc1 / links'), { out: /has no blocks handed out/ })
  t.match(await on('pool', 'allocate', 'dc1 / links', '30', '--for', 'router-1', '-d', 'uplink'), {
    code: 0,
    out: '10.100.0.0/30 allocated from dc1 / links.\n',
  })
  t.match(await on('pool', 'list'), {
    out: /NAME +CIDR +ALLOCATED.*\ndc1 \/ links +10\.100\.0\.0\/24 +4 +252 +links/,
  })
  t.match(await on('pool', 'list', 'dc1 / links'), {
    out: /BLOCK +FOR.*\n10\.100\.0\.0\/30 +router-1 .*uplink/,
  })
  t.match(await on('pool', 'show', 'dc1 / links'), { code: 0, out: /blocks: +1\n/ })
  t.match(await on('pool', 'release', 'dc1 / links', '10.100.0.0/30'), {
    code: 0,
    out: '10.100.0.0/30 released.\n',
  })
  t.match(await on('pool', 'release', 'dc1 / links', '10.100.0.0/30'), { code: 1, err: /404/ })
  t.match(await on('pool', 'delete', 'dc1 / links'), {
    code: 0,
    out: 'Pool dc1 / links deleted.\n',
  })
  t.match(await on('pool', 'show', 'dc1 / links'), { code: 1, err: /dc1 \/ links.*\(404\)/ })
})

t.test('addresses beyond 2^53 are shown to the last digit, to people and to programs', async t => {
  const harness = await startHarness(t)
  const on = (...args: string[]) => ipam(args, { IPAM_SERVER: harness.url })
  await on('pool', 'create', 'site', '2001:db8::/48', '--strategy', 'sparse')
  await on('pool', 'allocate', 'site', '126')
  const exact = String(2n ** 80n - 4n)
  t.match((await on('pool', 'list')).out, exact)
  t.match((await on('pool', 'show', 'site', '--json')).out, `"available_count": ${exact}`)
})

t.test('route targets, VLAN ids and AS numbers', async t => {
  const harness = await startHarness(t)
  const on = (...args: string[]) => ipam(args, { IPAM_SERVER: harness.url })
  t.match(await on('rtrd', 'create', 'rts', 'rt', '65000', '1000', '1999'), {
    code: 0,
    out: 'Pool rts created: 65000:{1000-1999}.\n',
  })
  t.match(await on('rtrd', 'create', 'rds', 'rd', '10.0.0.1', '1', '9'), { out: /10\.0\.0\.1:/ })
  t.match(await on('rtrd', 'create', 'long', 'rd', '4200000000', '1', '9'), { code: 0 })
  t.match(await on('rtrd', 'allocate', 'rts', '--for', 'acme'), {
    code: 0,
    out: '65000:1000 allocated from rts.\n',
  })
  t.match(await on('rtrd', 'list', 'rts'), { out: /65000:1000 +acme/ })
  t.match(await on('rtrd', 'list'), { out: /rts +rt +65000:\{1000-1999\} +1 +999/ })
  t.match(await on('rtrd', 'release', 'rts', '65000:1000'), { out: '65000:1000 released.\n' })
  t.match(await on('number', 'create', 'vlans', 'vlan', '100', '199', '--domain', 'dc1'), {
    code: 0,
  })
  t.match(await on('number', 'create', 'asns', 'asn', '64512', '65534'), { code: 0 })
  t.match(await on('number', 'allocate', 'vlans'), { out: '100 allocated from vlans.\n' })
  t.match(await on('number', 'list', 'vlans'), { out: /VALUE.*\n100 / })
  t.match(await on('number', 'release', 'vlans', '100'), { out: '100 released.\n' })
  t.match(await on('number', 'list'), { out: /vlans +vlan .*\n.*asns +asn/ })
  t.match(await on('number', 'delete', 'vlans'), { out: 'Pool vlans deleted.\n' })
})

t.test('what is wrong is said before or by the server', async t => {
  const harness = await startHarness(t)
  const server = ['--server', harness.url]
  const table: readonly [readonly string[], number, RegExp][] = [
    [['pool', 'create', 'p', '10.0.0.0/33', ...server], 1, /10\.0\.0\.0\/33.*\(400\)/],
    [['pool', 'create', 'p', '10.0.0.0/8', '--strategy', 'random', ...server], 2, /least_recently/],
    [['pool', 'allocate', 'p', 'x', ...server], 2, /whole number/],
    [['pool', 'allocate', 'p', '30', ...server], 1, /p.*\(404\)/],
    [['rtrd', 'create', 'r', 'rx', '1', '1', '1', ...server], 2, /rt, rd/],
    [['rtrd', 'create', 'r', 'rt', '0', '1', '1', ...server], 1, /admin_value.*\(400\)/],
    [['number', 'create', 'v', 'vlan', '1', '4095', ...server], 1, /range_end.*\(400\)/],
  ]
  for (const [args, code, message] of table)
    t.match(await ipam(args), { code, err: message }, args.join(' '))
})
