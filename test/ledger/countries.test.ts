import t from 'tap'
import {
  type Command,
  type CreateCountryCommand,
  defaultCountries,
  type UpdateCountryCommand,
} from '../../src/ledger/index.js'
import { countryOf, region } from './regions-world.js'
import { World } from './world.js'

const france: CreateCountryCommand = {
  type: 'country.create',
  code: 'FR',
  name: 'France',
  continent: 'Europe',
  xFirst: 228,
  xLast: 240,
}

function update(
  code: string,
  set: UpdateCountryCommand['set'],
  ifRevision: number | null = null,
): Command {
  return { type: 'country.update', code, ifRevision, set }
}

function remove(code: string, ifRevision: number | null = null): Command {
  return { type: 'country.delete', code, ifRevision }
}

t.test('fifteen countries are there before anybody made one, without rows', async t => {
  const world = new World()
  const view = world.ledger.regions()
  t.strictSame(view.countries(), defaultCountries)
  t.strictSame(
    defaultCountries.map(({ id }) => id),
    Array.from({ length: 15 }, (_, at) => at + 1),
  )
  t.equal(view.countryOfX(5)?.code, 'US')
  t.equal(view.countryOfX(227)?.code, 'AU')
  for (const x of [0, 228, 255]) t.equal(view.countryOfX(x), null, `10.${x}`)
  t.equal(world.rows.image().countries, null)
  t.strictSame(world.reopened().regions().countries(), defaultCountries)
})

t.test('the first edit gives all of them rows, each with its Change, and then is made', async t => {
  const world = new World()
  const country = countryOf(world, update('US', { name: 'USA' }, 0))
  t.match(country, { id: 1, code: 'US', name: 'USA', xFirst: 1, xLast: 31, revision: 2 })
  const changes = world.lastChanges()
  t.equal(changes.length, 16)
  t.ok(changes.slice(0, 15).every(({ action }) => action === 'country.created'))
  const [first, last] = [changes[0], changes[15]]
  t.match(first, { entityId: 1, after: { name: 'United States', revision: 0 } })
  t.match(last, { action: 'country.updated', entityId: 1, after: { name: 'USA', revision: 2 } })
  t.strictSame(last?.before, first?.after)
  t.strictSame(world.rows.image().countries, [country, ...defaultCountries.slice(1)])
  t.strictSame(world.reopened().regions().countries(), world.ledger.regions().countries())
  world.result(update('CA', { continent: 'America' }))
  t.equal(world.lastChanges().length, 1)
})

t.test('a refused edit leaves the default countries without rows', async t => {
  const world = new World()
  t.equal(world.refusal(update('XX', { name: 'Nowhere' })).code, 'country-not-found')
  t.match(world.refusal(update('US', { name: 'USA' }, 7)), { code: 'revision-mismatch', actual: 0 })
  t.equal(world.rows.image().countries, null)
})

t.test('a country is made, found by its X, and deleted', async t => {
  const world = new World()
  t.match(countryOf(world, france), { id: 16, code: 'FR', xFirst: 228, xLast: 240 })
  t.equal(world.ledger.regions().countryOfX(240)?.code, 'FR')
  world.network(region('10.228.0.0/24'))
  t.equal(world.refusal(remove('FR', 1)).code, 'revision-mismatch')
  world.result(remove('FR'))
  t.match(world.lastChanges(), [{ action: 'country.deleted', entityId: 16, after: null }])
  t.equal(world.ledger.regions().countryOfX(228), null)
  t.equal(world.ledger.regions().regionCount(), 1)
  t.equal(countryOf(world, france).id, 17)
})

t.test('all countries may go, and do not come back by themselves', async t => {
  const world = new World()
  for (const { code } of defaultCountries) world.result(remove(code))
  t.strictSame(world.ledger.regions().countries(), [])
  t.strictSame(world.reopened().regions().countries(), [])
})

t.test('what two countries may not share is refused', async t => {
  const world = new World()
  const rows: [string, Command, object][] = [
    ['a code', { ...france, code: 'US' }, { code: 'country-exists', country: 'US' }],
    [
      'a name, in capitals',
      { ...france, name: 'INDIA' },
      { code: 'country-exists', country: 'IN' },
    ],
    [
      'some X',
      { ...france, xFirst: 227 },
      { code: 'country-range-taken', country: 'AU', xFirst: 208, xLast: 227 },
    ],
    [
      'all X, by an edit',
      update('US', { xLast: 255 }),
      { code: 'country-range-taken', country: 'CA', xFirst: 32, xLast: 47 },
    ],
    ['a name, by an edit', update('US', { name: 'Brazil' }), { code: 'country-exists' }],
  ]
  for (const [what, command, refusal] of rows) t.match(world.refusal(command), refusal, what)
  t.match(countryOf(world, update('US', { name: 'United States', xFirst: 0 })), { xFirst: 0 })
})

t.test('what no country may have is refused by its field', async t => {
  const world = new World()
  const rows: [string, Partial<CreateCountryCommand>][] = [
    ['code', { code: 'fr' }],
    ['code', { code: 'FRA' }],
    ['name', { name: 'F' }],
    ['name', { name: 'a'.repeat(101) }],
    ['name', { name: 'a<b' }],
    ['name', { name: 'a\nb' }],
    ['continent', { continent: '' }],
    ['x_first', { xFirst: -1 }],
    ['x_first', { xFirst: 1.5 }],
    ['x_last', { xLast: 256 }],
    ['x_last', { xFirst: 240, xLast: 239 }],
  ]
  for (const [field, set] of rows) {
    const wanted = { code: 'invalid', field }
    t.match(world.refusal({ ...france, ...set }), wanted, JSON.stringify(set))
  }
})

t.test('there are at most as many countries as X', async t => {
  const world = new World()
  for (const { code } of defaultCountries) world.result(remove(code))
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
  for (let x = 0; x < 256; x += 1) {
    const code = `${letters[Math.floor(x / 26)]}${letters[x % 26]}`
    world.result({ ...france, code, name: `Land ${code}`, xFirst: x, xLast: x })
  }
  t.equal(world.ledger.regions().countries().length, 256)
  t.strictSame(world.refusal({ ...france, code: 'ZZ' }), { code: 'too-many-countries', max: 256 })
})
