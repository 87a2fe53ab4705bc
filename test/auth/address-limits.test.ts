import t from 'tap'
import { isAddressAllowed } from '../../src/auth/index.js'

const rows: readonly (readonly [readonly string[], string | null, boolean, string])[] = [
  [[], '192.0.2.1', true, 'no limit'],
  [[], null, true, 'no limit and no address'],
  [['10.0.0.0/8'], '10.255.255.255', true, 'the last address'],
  [['10.0.0.0/8'], '11.0.0.0', false, 'the one behind it'],
  [['10.0.0.0/8'], '9.255.255.255', false, 'the one before the first'],
  [['10.0.0.7/32'], '10.0.0.7', true, 'a single address'],
  [['10.0.0.0/8'], '::ffff:10.1.2.3', true, 'an IPv4 client of a dual-stack socket'],
  [['10.0.0.0/8'], '::ffff:a01:203', true, 'the same in hexadecimal'],
  [['10.0.0.0/8'], '::ffff:11.1.2.3', false, 'another one'],
  [['::ffff:10.0.0.0/104'], '10.1.2.3', true, 'a limit in mapped notation'],
  [['::ffff:10.0.0.0/104'], '::ffff:10.1.2.3', true, 'both mapped'],
  [['::ffff:10.0.0.0/104'], '11.1.2.3', false, 'mapped, and outside'],
  [['::ffff:0:0/96'], '203.0.113.9', true, 'all of IPv4, mapped'],
  [['0.0.0.0/0'], '2001:db8::1', false, 'all of IPv4 is not IPv6'],
  [['::/0'], '10.0.0.1', false, 'all of IPv6 is not IPv4'],
  [['::/0'], '::ffff:10.0.0.1', false, 'nor IPv4 in mapped notation'],
  [['0.0.0.0/8'], '::1', false, 'families with equal numbers'],
  [['2001:db8::/32'], '2001:DB8:ffff::1', true, 'IPv6 in another spelling'],
  [['2001:db8::/32'], '2001:db9::', false, 'IPv6 outside'],
  [['fe80::/10'], 'fe80::1%eth0', true, 'an address with a zone'],
  [['10.0.0.0/8', '2001:db8::/32'], '2001:db8::1', true, 'any of several'],
  [['10.0.0.0/8', '2001:db8::/32'], '192.0.2.1', false, 'none of several'],
  [['10.0.0.0/8'], null, false, 'an unknown address'],
  [['10.0.0.0/8'], '', false, 'an empty address'],
  [['10.0.0.0/8'], '10.0.0.1, 10.0.0.2', false, 'a list'],
  [['10.0.0.0/8'], 'localhost', false, 'a name'],
  [['10.0.0.0'], '10.0.0.0', false, 'a limit that is no CIDR admits nobody'],
]

t.test('a client is where its token’s limits say, or it is not let in', async t => {
  for (const [limits, address, allowed, what] of rows) {
    t.equal(isAddressAllowed(limits, address), allowed, what)
  }
})
