import t from 'tap'
import { deliveryUuid, idIn, uuidIn } from '../../src/lib/index.js'

const SPACE = '0b0e6e0a-9d5c-4f0e-8a70-111111111111'
const V8 = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

t.test('a number and its UUID name each other', async t => {
  for (const id of [1, 254, 65_536, 2 ** 32, 2 ** 48 - 1]) {
    const uuid = uuidIn(SPACE, 'region', id)
    t.match(uuid, V8)
    t.equal(idIn(SPACE, 'region', uuid), id)
    t.equal(idIn(SPACE, 'region', uuid.toUpperCase()), id)
  }
})

t.test('a UUID of another kind, of another cluster or of nobody names nothing', async t => {
  const uuid = uuidIn(SPACE, 'region', 7)
  t.equal(idIn(SPACE, 'host', uuid), null)
  t.equal(idIn('another', 'region', uuid), null)
  for (const text of ['', '7', uuid.slice(1), '770e8400-e29b-41d4-a716-446655440002', `${uuid} `])
    t.equal(idIn(SPACE, 'region', text), null, text)
  t.equal(idIn(SPACE, 'region', uuidIn(SPACE, 'region', 0)), null, 'there is no number 0')
})

t.test('a delivery has one UUID, whoever makes it', async t => {
  const uuid = deliveryUuid(SPACE, 3, { revision: 17, n: 0 })
  t.match(uuid, V8)
  t.equal(deliveryUuid(SPACE, 3, { revision: 17, n: 0 }), uuid)
  const others = [
    deliveryUuid(SPACE, 3, { revision: 17, n: 1 }),
    deliveryUuid(SPACE, 31, { revision: 7, n: 0 }),
    deliveryUuid('another', 3, { revision: 17, n: 0 }),
  ]
  t.equal(new Set([uuid, ...others]).size, 4)
})
