import fc from 'fast-check'
import t from 'tap'
import { formatAddress } from '../../../src/ledger/address/address-text.js'
import { parseCidr } from '../../../src/ledger/address/cidr-text.js'
import {
  type Cidr,
  hostBits,
  lastAddress,
  networkRange,
  networkSize,
  rangeContains,
  rangeSize,
  rangesOverlap,
  usableRange,
} from '../../../src/ledger/address/range.js'

function network(text: string): Cidr {
  const parsed = parseCidr(text)
  if ('reason' in parsed) throw new Error(`${text}: ${parsed.reason}`)
  return parsed
}

t.test('network and broadcast are not usable, as the family and length have it', async t => {
  const table: [string, string, string][] = [
    ['10.0.0.0/8', '10.0.0.1', '10.255.255.254'],
    ['0.0.0.0/0', '0.0.0.1', '255.255.255.254'],
    ['192.0.2.0/30', '192.0.2.1', '192.0.2.2'],
    ['192.0.2.2/31', '192.0.2.2', '192.0.2.3'],
    ['192.0.2.3/32', '192.0.2.3', '192.0.2.3'],
    ['2001:db8::/64', '2001:db8::1', '2001:db8::ffff:ffff:ffff:ffff'],
    ['::/0', '::1', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['2001:db8::/126', '2001:db8::1', '2001:db8::3'],
    ['2001:db8::2/127', '2001:db8::2', '2001:db8::3'],
    ['2001:db8::3/128', '2001:db8::3', '2001:db8::3'],
  ]
  for (const [text, first, last] of table) {
    const { family } = network(text)
    const usable = usableRange(network(text))
    t.equal(formatAddress(family, usable.first), first, `${text} from`)
    t.equal(formatAddress(family, usable.last), last, `${text} to`)
  }
})

t.test('sizes are exact at every prefix length', async t => {
  t.equal(networkSize(network('::/0')), 2n ** 128n)
  t.equal(networkSize(network('2001:db8::/48')), 1208925819614629174706176n)
  t.equal(networkSize(network('0.0.0.0/0')), 4294967296n)
  t.equal(networkSize(network('10.0.0.1/32')), 1n)
  t.equal(hostBits(4, 24), 8)
  t.equal(hostBits(6, 24), 104)
  t.equal(lastAddress(network('::/0')), 2n ** 128n - 1n)
  t.equal(lastAddress(network('10.0.0.0/8')), 0x0affffffn)
})

t.test('containment, overlap and size agree with counting addresses', async () => {
  const ranges = fc
    .tuple(fc.nat(12), fc.nat(12))
    .map(([a, b]) => ({ first: BigInt(Math.min(a, b)), last: BigInt(Math.max(a, b)) }))
  const members = (range: { first: bigint; last: bigint }) =>
    Array.from({ length: 13 }, (_, i) => BigInt(i)).filter(i => range.first <= i && i <= range.last)
  fc.assert(
    fc.property(ranges, ranges, (a, b) => {
      const inA = new Set(members(a))
      const inB = members(b)
      return (
        rangeContains(a, b) === inB.every(i => inA.has(i)) &&
        rangesOverlap(a, b) === inB.some(i => inA.has(i)) &&
        rangeSize(a) === BigInt(inA.size)
      )
    }),
    { numRuns: 1000 },
  )
})

t.test('two networks are nested or apart', async () => {
  const networks = fc
    .tuple(fc.ipV4(), fc.integer({ min: 24, max: 32 }))
    .map(([address, length]) => networkRange(network(`10.0.0.${address.split('.')[3]}/${length}`)))
  fc.assert(
    fc.property(
      networks,
      networks,
      (a, b) => rangesOverlap(a, b) === (rangeContains(a, b) || rangeContains(b, a)),
    ),
    { numRuns: 1000 },
  )
})
