import { isIPv4, isIPv6 } from 'node:net'
import fc from 'fast-check'
import { IPv4, IPv6 } from 'ip-num'
import t from 'tap'
import { formatAddress, parseAddress } from '../../../src/ledger/address/address-text.js'
import { explainAddress } from '../../../src/ledger/address/explain-address.js'

const ipv4Values = fc.bigInt({ min: 0n, max: 2n ** 32n - 1n })
/** Values whose groups are often zero, so that every shape of `::` comes up. */
const ipv6Values = fc
  .array(fc.oneof(fc.constant(0), fc.constant(0xffff), fc.nat(0xffff)), {
    minLength: 8,
    maxLength: 8,
  })
  .map(groups => groups.reduce((value, group) => value * 65536n + BigInt(group), 0n))

/** Texts on both sides of the border between right and wrong. */
const nearIpv4 = fc
  .array(
    fc.constantFrom('0', '1', '9', '99', '255', '256', '01', '1000', '', ' 1', 'a', '-1', '1e1'),
    {
      minLength: 3,
      maxLength: 5,
    },
  )
  .map(octets => octets.join('.'))
const nearIpv6 = fc
  .array(
    fc.constantFrom(
      ...['0', '1', 'ffff', 'ABCD', '0db8', '12345', 'g', '::', ':', ' '],
      ...['1.2.3.4', '255.255.255.255', '1.2.3', '1.2.3.256', '01.2.3.4', '.'],
    ),
    { minLength: 1, maxLength: 10 },
  )
  .chain(pieces =>
    fc
      .array(fc.constantFrom(':', ':', ':', ':', '', '::'), {
        minLength: pieces.length,
        maxLength: pieces.length,
      })
      .map(glue => pieces.map((piece, i) => (i === 0 ? piece : `${glue[i]}${piece}`)).join('')),
  )

t.test('addresses are read as RFC 4291 writes them', async t => {
  const table: [string, 4 | 6, bigint][] = [
    ['0.0.0.0', 4, 0n],
    ['10.0.0.1', 4, 0x0a000001n],
    ['255.255.255.255', 4, 0xffffffffn],
    ['::', 6, 0n],
    ['::1', 6, 1n],
    ['1::', 6, 1n << 112n],
    ['1:2:3:4:5:6:7::', 6, 0x00010002000300040005000600070000n],
    ['::2:3:4:5:6:7:8', 6, 0x00000002000300040005000600070008n],
    ['2001:DB8:0:0:8:800:200C:417A', 6, 0x20010db80000000000080800200c417an],
    ['FF01::101', 6, 0xff010000000000000000000000000101n],
    ['0:0:0:0:0:0:13.1.68.3', 6, 0x0d014403n],
    ['::FFFF:129.144.52.38', 6, 0xffff81903426n],
    ['ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 6, 2n ** 128n - 1n],
  ]
  for (const [text, family, value] of table) t.same(parseAddress(text), { family, value }, text)
})

t.test('addresses are written in the one form of RFC 5952', async t => {
  const table: [string, string][] = [
    ['2001:0db8::0001', '2001:db8::1'],
    ['2001:db8:0:0:0:0:2:1', '2001:db8::2:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:DB8:AAAA:BBBB:CCCC:DDDD:EEEE:FFFF', '2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['1:0:0:0:0:0:0:0', '1::'],
    ['0:0:0:0:0:ffff:c000:201', '::ffff:192.0.2.1'],
    ['::192.0.2.1', '::c000:201'],
  ]
  for (const [text, canonical] of table) {
    const address = parseAddress(text)
    t.equal(address && formatAddress(address.family, address.value), canonical, text)
  }
})

t.test('IPv4 text is refused exactly where node refuses it', async () => {
  const check = (text: string) => (parseAddress(text)?.family === 4) === isIPv4(text)
  fc.assert(fc.property(fc.oneof(nearIpv4, fc.string(), fc.ipV4()), check), { numRuns: 5000 })
})

t.test('IPv6 text is refused exactly where node refuses it, and with a zone id always', async t => {
  const check = (text: string) =>
    (parseAddress(text)?.family === 6) === (isIPv6(text) && !text.includes('%'))
  fc.assert(fc.property(fc.oneof(nearIpv6, fc.string(), fc.ipV6()), check), { numRuns: 20_000 })
  t.equal(parseAddress('fe80::1%eth0'), null)
  t.equal(parseAddress('fe80::%1'), null)
})

t.test('values agree with ip-num in both directions', async () => {
  fc.assert(
    fc.property(ipv4Values, value => {
      const text = formatAddress(4, value)
      return text === IPv4.fromNumber(value).toString() && parseAddress(text)?.value === value
    }),
  )
  fc.assert(
    fc.property(fc.ipV6(), text => {
      const parsed = parseAddress(text)
      return parsed?.family === 6 && parsed.value === IPv6.fromString(text).value
    }),
  )
})

t.test('IPv6 text agrees with the URL serializer, and reads back', async () => {
  fc.assert(
    fc.property(ipv6Values, value => {
      const text = formatAddress(6, value)
      const mapped = value >> 32n === 0xffffn
      return (
        parseAddress(text)?.value === value &&
        (mapped || `[${text}]` === new URL(`http://[${text}]/`).hostname)
      )
    }),
    { numRuns: 2000 },
  )
})

t.test('a refused text is explained, an accepted one is not', async t => {
  const table: [string, string][] = [
    ['', 'the address is empty'],
    ['10.0.0.1 ', 'there is a space in the address'],
    ['300.1.1.1', 'octet 300 is above 255'],
    ['010.0.0.0', 'octet 010 has a leading zero'],
    ['10.0.0', 'an IPv4 address has four octets, not 3'],
    ['10.0.0.0.0', 'an IPv4 address has four octets, not 5'],
    ['10..0.1', 'an octet is missing'],
    ['10.0.0.x', "'x' is not a decimal octet"],
    ['gateway', "'gateway' is not an address"],
    ['fe80::1%eth0', 'a zone id (%) is not part of an address'],
    ['1::2::3', "'::' may stand only once"],
    [':::', "':::' is not allowed, only '::'"],
    ['1:2:3:4:5:6:7', 'an IPv6 address has eight groups, not 7'],
    ['1:2:3:4:5:6:7:8:9', 'an IPv6 address has eight groups, not 9'],
    ['1:2:3:4::5:6:7:8', "'::' leaves no group to stand for"],
    [':1::2', "a single ':' may not begin or end the address"],
    ['1:2:3:4:5:6:7:', "a single ':' may not begin or end the address"],
    ['::12345', "group '12345' has more than four digits"],
    ['::g', "'g' is not a hexadecimal group"],
    ['::1.2.3.256', 'in the embedded IPv4 address octet 256 is above 255'],
    ['1.2.3.4::', 'an embedded IPv4 address may stand only at the end'],
    ['1:2:3:4:5:6:7:1.2.3.4', 'an IPv6 address has eight groups, not 9'],
  ]
  for (const [text, reason] of table) {
    t.equal(parseAddress(text), null, text)
    t.equal(explainAddress(text), reason, text)
  }
  t.equal(explainAddress('10.0.0.1'), null)
  fc.assert(
    fc.property(fc.oneof(nearIpv4, nearIpv6, fc.string()), text => {
      const reason = explainAddress(text)
      return parseAddress(text) === null ? reason !== null && reason.length < 120 : reason === null
    }),
    { numRuns: 5000 },
  )
})
