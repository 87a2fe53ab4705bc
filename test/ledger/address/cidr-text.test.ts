import fc from 'fast-check'
import { IPv4CidrRange, IPv6CidrRange } from 'ip-num'
import t from 'tap'
import { formatAddress } from '../../../src/ledger/address/address-text.js'
import { formatCidr, parseCidr } from '../../../src/ledger/address/cidr-text.js'
import { lastAddress, networkSize } from '../../../src/ledger/address/range.js'

t.test('host bits are cleared', async t => {
  const table: [string, string][] = [
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['192.168.1.5/24', '192.168.1.0/24'],
    ['255.255.255.255/0', '0.0.0.0/0'],
    ['255.255.255.255/1', '128.0.0.0/1'],
    ['10.0.0.3/31', '10.0.0.2/31'],
    ['10.0.0.3/32', '10.0.0.3/32'],
    ['2001:DB8::ffff/64', '2001:db8::/64'],
    ['::1/128', '::1/128'],
    ['ffff::1/0', '::/0'],
    ['2001:db8:ffff::/33', '2001:db8:8000::/33'],
  ]
  for (const [text, canonical] of table) {
    const network = parseCidr(text)
    t.equal('reason' in network ? network.reason : formatCidr(network), canonical, text)
  }
})

t.test('anything but address/length is refused, naming what is wrong', async t => {
  const table: [string, string][] = [
    ['300.1.1.1/8', 'octet 300 is above 255'],
    ['010.0.0.0/8', 'octet 010 has a leading zero'],
    ['10.0.0.0/33', "prefix length '33' is above 32"],
    ['::1/129', "prefix length '129' is above 128"],
    ['10.0.0.0', 'the prefix length is missing (as in 10.0.0.0/8)'],
    ['10.0.0.0/', 'the prefix length after the slash is missing'],
    ['10.0.0.0/08', "prefix length '08' has a leading zero"],
    ['10.0.0.0/00', "prefix length '00' has a leading zero"],
    ['10.0.0.0/-1', "prefix length '-1' is not a decimal number"],
    ['10.0.0.0/ 8', "prefix length ' 8' is not a decimal number"],
    ['10.0.0.0/8/8', "prefix length '8/8' is not a decimal number"],
    ['10.0.0.0/255.0.0.0', "prefix length '255.0.0.0' is not a decimal number"],
    ['10.0.0.0/٨', "prefix length '٨' is not a decimal number"],
    ['/8', 'the address is empty'],
    ['', 'the address is empty'],
    [' 10.0.0.0/8', 'there is a space in the address'],
    ['fe80::%eth0/64', 'a zone id (%) is not part of an address'],
  ]
  for (const [text, reason] of table) t.same(parseCidr(text), { reason }, text)
})

t.test('IPv4 networks agree with ip-num', async () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.nat(32), (address, length) => {
      const network = parseCidr(`${address}/${length}`)
      if ('reason' in network) return false
      const expected = IPv4CidrRange.fromCidr(`${address}/${length}`)
      return (
        network.first === expected.getFirst().value &&
        lastAddress(network) === expected.getLast().value &&
        networkSize(network) === expected.getSize()
      )
    }),
    { numRuns: 1000 },
  )
})

t.test('IPv6 networks agree with ip-num', async () => {
  const values = fc.bigInt({ min: 0n, max: 2n ** 128n - 1n })
  fc.assert(
    fc.property(values, fc.nat(128), (value, length) => {
      const text = `${formatAddress(6, value)}/${length}`
      const network = parseCidr(text)
      if ('reason' in network || formatCidr(network) === '') return false
      const expected = IPv6CidrRange.fromCidr(text)
      return (
        network.first === expected.getFirst().value &&
        lastAddress(network) === expected.getLast().value &&
        networkSize(network) === expected.getSize()
      )
    }),
    { numRuns: 500 },
  )
})

t.test('canonical text reads back as the same network', async () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), fc.nat(32), (address, length) => {
      const network = parseCidr(`${address}/${length}`)
      if ('reason' in network) return false
      const again = parseCidr(formatCidr(network))
      return (
        !('reason' in again) &&
        again.family === network.family &&
        again.first === network.first &&
        again.prefixLength === network.prefixLength
      )
    }),
    { numRuns: 1000 },
  )
})
