import t from 'tap'
import { systemRandom } from '../../src/auth/index.js'
import { randomText, randomUuid } from '../../src/auth/random.js'
import { seededBytes } from './identities.js'

t.test('a UUID is of version 4, whatever the bytes, and keeps its other 122 bits', async t => {
  t.equal(
    randomUuid(count => new Uint8Array(count)),
    '00000000-0000-4000-8000-000000000000',
  )
  t.equal(
    randomUuid(count => new Uint8Array(count).fill(255)),
    'ffffffff-ffff-4fff-bfff-ffffffffffff',
  )
  t.not(randomUuid(systemRandom), randomUuid(systemRandom))
})

t.test('a text is of its alphabet and length, and every character is as likely', async t => {
  const counts = new Map<string, number>()
  const text = randomText(seededBytes(1), 'abc', 30_000)
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  t.equal(text.length, 30_000)
  for (const character of 'abc') {
    t.ok(
      Math.abs((counts.get(character) ?? 0) - 10_000) < 500,
      `${counts.get(character)} ${character}`,
    )
  }
})

t.test('bytes that would favour the first characters are thrown away', async t => {
  const bytes = [[255, 255], [255, 1], [0]]
  t.equal(
    randomText(() => Uint8Array.from(bytes.shift() ?? []), 'abc', 2),
    'ba',
  )
})
