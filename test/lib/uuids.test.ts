import t from 'tap'
import { hashedUuid, idIn, uuidIn } from '../../src/lib/index.js'

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

t.test('what has no number is the same UUID whoever makes it of the same parts', async t => {
  const uuid = hashedUuid(SPACE, 'delivery', 3, 17, 0)
  t.match(uuid, V8)
  t.equal(hashedUuid(SPACE, 'delivery', 3, 17, 0), uuid)
  const others = [
    hashedUuid(SPACE, 'delivery', 3, 17, 1),
    hashedUuid(SPACE, 'delivery', 31, 7, 0),
    hashedUuid('another', 'delivery', 3, 17, 0),
  ]
  t.equal(new Set([uuid, ...others]).size, 4)
})
