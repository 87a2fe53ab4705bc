import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import t from 'tap'
import { addressToBytes, bytesToAddress } from '../../../src/ledger/address/address-bytes.js'

const ADDRESS_LAST = 2n ** 128n - 1n
const addresses = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 32n - 1n }),
  fc.bigInt({ min: 0n, max: ADDRESS_LAST }),
  fc.constantFrom(0n, 1n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 64n - 1n, 2n ** 64n, ADDRESS_LAST),
)

t.test('blobs are big-endian', async t => {
  t.same([...addressToBytes(0x0a000001n)], [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 1])
  t.same(
    [...addressToBytes(0x20010db8000000000000000000000001n)],
    [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
  )
})

t.test('blobs agree with hexadecimal text, and read back', async () => {
  fc.assert(
    fc.property(addresses, value => {
      const bytes = addressToBytes(value)
      const hex = Buffer.from(bytes).toString('hex')
      return (
        hex === value.toString(16).padStart(32, '0') &&
        bytesToAddress(bytes) === value &&
        bytesToAddress(Buffer.from(hex, 'hex')) === value
      )
    }),
    { numRuns: 2000 },
  )
})

t.test('byte order is address order', async () => {
  fc.assert(
    fc.property(addresses, addresses, (a, b) => {
      const order = Buffer.compare(addressToBytes(a), addressToBytes(b))
      return order === (a < b ? -1 : a > b ? 1 : 0)
    }),
    { numRuns: 1000 },
  )
})

t.test('what is no address is a bug of the caller', async t => {
  t.throws(() => addressToBytes(-1n), /0 to 2\^128-1/)
  t.throws(() => addressToBytes(2n ** 128n), /0 to 2\^128-1/)
  t.throws(() => bytesToAddress(new Uint8Array(4)), /16 bytes/)
})
