// Whom a request comes from, when it comes through proxies.
import t from 'tap'
import { TrustedProxies } from '../../src/http/trusted-proxies.js'
import { Harness } from './harness.js'
import { PASSWORD, startOffice } from './office.js'

const proxies = new TrustedProxies(['10.0.0.5', '10.1.0.0/24', '2001:db8::/64', '127.0.0.1'])

for (const [peer, forwarded, client, why] of [
  ['192.0.2.9', '198.51.100.1', '192.0.2.9', 'who is no proxy says nothing about others'],
  ['10.0.0.5', '198.51.100.1', '198.51.100.1', 'a trusted proxy says whom it was asked by'],
  [
    '10.0.0.5',
    '203.0.113.7, 198.51.100.1',
    '198.51.100.1',
    'what stands before is the client’s own word',
  ],
  ['10.0.0.5', '198.51.100.1, 10.1.0.77', '198.51.100.1', 'through two trusted proxies'],
  ['10.0.0.5', '198.51.100.1, 10.2.0.1', '10.2.0.1', 'the second one is not trusted'],
  ['10.0.0.5', '10.1.0.1, 10.1.0.2', '10.1.0.1', 'only proxies: the farthest of them'],
  ['10.0.0.5', '198.51.100.1:4711', '198.51.100.1', 'with a port'],
  ['10.0.0.5', '[2001:db8:1::1]:4711', '2001:db8:1::1', 'IPv6 with a port'],
  ['2001:db8::5', '2001:db8:1::1', '2001:db8:1::1', 'IPv6'],
  ['10.0.0.5', 'unknown', '10.0.0.5', 'what is no address ends the list'],
  ['10.0.0.5', '198.51.100.1, nonsense, 10.1.0.2', '10.1.0.2', 'also in the middle'],
  ['10.0.0.5', '', '10.0.0.5', 'nothing'],
  ['fe80::1%eth0', '198.51.100.1', 'fe80::1%eth0', 'an address of one link'],
] as const)
  t.test(`${peer}, X-Forwarded-For: ${forwarded}: ${why}`, async t => {
    t.equal(proxies.clientBehind(peer, forwarded), client)
  })

t.test('history names the client behind a trusted proxy, and nobody else is believed', async t => {
  for (const [trustedProxies, clientAddress] of [
    [['127.0.0.1'], '198.51.100.1'],
    [[], '127.0.0.1'],
  ] as const) {
    const office = await startOffice(t, { trustedProxies })
    const token = await office.token('admin')
    const headers = { 'x-forwarded-for': '203.0.113.7, 198.51.100.1' }
    await office.as(token, 'POST', '/api/tags', { name: 'a' }, headers)
    const { context } = office.h.gateway.submitsAsked.at(-1) ?? {}
    t.equal(context?.origin.clientAddress, clientAddress)
  }
})

t.test('a login that fails counts for the client, not for the proxy', async t => {
  const office = await startOffice(t, { trustedProxies: ['127.0.0.1'] })
  const from = (address: string) => ({ 'x-forwarded-for': address })
  for (let n = 0; n < 5; n++) await office.login('admin', 'wrong', from('198.51.100.1'))
  t.equal((await office.login('admin', PASSWORD, from('198.51.100.1'))).status, 429)
  t.equal((await office.login('admin', PASSWORD, from('198.51.100.2'))).status, 200)
})

t.test('a client whom the proxy names as its dual-stack socket does is named as ever', async t => {
  const office = await startOffice(t, { trustedProxies: ['127.0.0.1'] })
  const token = await office.token('admin')
  const headers = { 'x-forwarded-for': '::ffff:198.51.100.1' }
  await office.as(token, 'POST', '/api/tags', { name: 'a' }, headers)
  const { context } = office.h.gateway.submitsAsked.at(-1) ?? {}
  t.equal(context?.origin.clientAddress, '198.51.100.1')
})

t.test('a proxy on this machine makes nobody local', async t => {
  const h = await new Harness().start({ trustedProxies: ['127.0.0.1'] })
  t.teardown(() => h.server.close())
  const path = '/api/v1/cluster/nodes/2'
  const answer = await h.call('DELETE', path, undefined, { 'x-forwarded-for': '198.51.100.1' })
  t.equal(answer.status, 401, 'members are changed without a login from this machine only')
  t.not((await h.call('DELETE', path)).status, 401)
})
