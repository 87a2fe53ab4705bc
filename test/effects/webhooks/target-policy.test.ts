// Which addresses webhooks are sent to, one by one.
import t from 'tap'
import { TargetPolicy } from '../../../src/effects/webhooks/target-policy.js'

const byItself = new TargetPolicy({ deny: [], allow: [] })

t.test('what is told inside an office, or to the world, may be told there', async t => {
  for (const address of [
    '127.0.0.1',
    '10.0.0.5',
    '172.16.3.4',
    '192.168.1.1',
    '100.100.100.201',
    '169.253.255.255',
    '169.255.0.0',
    '223.255.255.255',
    '240.0.0.1',
    '93.184.216.34',
    '::1',
    'fd00:ec2::253',
    'fec0::1',
    '2001:db8::1',
    '::ffff:10.0.0.1',
    '64:ff9b::5db8:d822',
    '2002:5db8:d822::1',
  ])
    t.equal(byItself.allows(address), true, address)
})

t.test(
  'link-local, metadata, unspecified, multicast and broadcast addresses are refused',
  async t => {
    for (const address of [
      '0.0.0.0',
      '0.1.2.3',
      '100.100.100.200',
      '168.63.129.16',
      '192.0.0.192',
      '169.254.0.1',
      '169.254.169.254',
      '169.254.255.255',
      '224.0.0.1',
      '239.255.255.255',
      '255.255.255.255',
      '::',
      'fe80::1',
      'fe80::1%eth0',
      'febf::1',
      'fd00:ec2::254',
      'FD00:EC2:0:0:0:0:0:254',
      'fd20:ce::254',
      'ff02::1',
    ])
      t.equal(byItself.allows(address), false, address)
  },
)

t.test('an IPv6 address that stands for an IPv4 address is judged by that one', async t => {
  for (const address of [
    '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe',
    '0:0:0:0:0:ffff:a9fe:a9fe',
    '64:ff9b::169.254.169.254',
    '64:ff9b::a9fe:a9fe',
    '2002:a9fe:a9fe::1',
    '2002:a9fe:a9fe:1234:5678::',
    '::ffff:0.0.0.0',
    '2002:e000:1::',
    '64:ff9b:1::169.254.169.254',
    '64:ff9b:1:2:3:4:a9fe:a9fe',
    '::ffff:0:169.254.169.254',
  ])
    t.equal(byItself.allows(address), false, address)
})

t.test('what is no address is not sent to', async t => {
  for (const text of ['', 'example.com', '1.2.3', '0x7f.1', '127.0.0.1:80', '[::1]', '%eth0'])
    t.equal(byItself.allows(text), false, text)
})

t.test('what is denied is refused whatever is allowed', async t => {
  const policy = new TargetPolicy({
    deny: ['10.0.0.0/8', '127.0.0.1', '2001:db8::/32'],
    allow: ['10.0.0.5', '127.0.0.0/8', '169.254.7.7'],
  })
  for (const address of ['10.0.0.5', '127.0.0.1', '::ffff:10.1.1.1', '2002:a00:5::', '2001:db8::9'])
    t.equal(policy.allows(address), false, address)
  t.equal(policy.allows('127.0.0.2'), true)
  t.equal(policy.allows('169.254.7.7'), true)
})

t.test('what is refused by itself is allowed only to whoever names it', async t => {
  const policy = new TargetPolicy({
    deny: [],
    allow: ['169.254.0.0/16', 'fe80::/64', '0.0.0.0/0', '::/0', '239.1.0.0/16'],
  })
  for (const address of ['169.254.0.1', 'fe80::1', '::ffff:169.254.0.1', '239.1.2.3'])
    t.equal(policy.allows(address), true, address)
  for (const address of [
    '169.254.169.254',
    'fe80:0:0:1::1',
    '224.0.0.1',
    '0.0.0.0',
    'fd00:ec2::254',
  ])
    t.equal(policy.allows(address), false, `${address}: a wider range names nothing`)
  const named = new TargetPolicy({ deny: [], allow: ['169.254.169.254', '169.254.0.0/16'] })
  t.equal(named.allows('169.254.169.254'), true)
})

t.test('what cannot be a range is an error', async t => {
  t.throws(() => new TargetPolicy({ deny: ['example.com'], allow: [] }), /no range of addresses/)
})
