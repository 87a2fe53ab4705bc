import t from 'tap'
import type { Command, CustomField, CustomFields } from '../../src/ledger/index.js'
import { allocate, World } from './world.js'

const define = (fieldName: string, set: Partial<CustomField> = {}): Command => ({
  ...{ type: 'custom-field.create', entityType: 'ip', fieldName, fieldType: 'text' },
  ...{ isRequired: false, fieldOptions: null },
  ...set,
})
const claim = (customFields: CustomFields): Command => ({ ...allocate(1), facts: { customFields } })

function worldWith(...definitions: readonly Command[]): World {
  const world = new World()
  world.network('10.0.0.0/16')
  for (const definition of definitions) world.result(definition)
  return world
}

t.test('a value is of the type that its name was given', async t => {
  const world = worldWith(
    define('text'),
    define('number', { fieldType: 'number' }),
    define('date', { fieldType: 'date' }),
    define('boolean', { fieldType: 'boolean' }),
    define('select', { fieldType: 'select', fieldOptions: ['a', '1'] }),
  )
  const good: readonly (readonly [string, CustomFields[string]])[] = [
    ['text', ''],
    ['text', '多行\n文本'],
    ['text', 'x'.repeat(1000)],
    ['number', 0],
    ['number', -1.5],
    ['number', 1e308],
    ['boolean', false],
    ['boolean', true],
    ['select', 'a'],
    ['select', '1'],
    ['date', '2024-02-29'],
    ['date', '2000-02-29'],
    ['date', '1999-12-31'],
    ['date', '2023-04-30'],
    ['undefined', 'x'],
    ['undefined', 7],
    ['undefined', true],
    ['constructor', 'x'],
  ]
  for (const [name, value] of good) {
    const { details } = world.allocation(claim({ [name]: value }))
    t.strictSame(details?.customFields, { [name]: value }, `${name} ${value}`.slice(0, 30))
  }
  const bad: readonly (readonly [string, unknown])[] = [
    ['text', 1],
    ['text', true],
    ['text', 'x'.repeat(1001)],
    ['text', '\ud800'],
    ['number', '1'],
    ['number', Number.NaN],
    ['number', Number.POSITIVE_INFINITY],
    ['boolean', 'true'],
    ['boolean', 0],
    ['select', 'b'],
    ['select', 1],
    ['select', ''],
    ['date', 20240229],
    ['date', '2023-02-29'],
    ['date', '1900-02-29'],
    ['date', '2024-04-31'],
    ['date', '2024-13-01'],
    ['date', '2024-00-10'],
    ['date', '2024-01-00'],
    ['date', '2024-1-1'],
    ['date', '2024-01-01T00:00:00Z'],
    ['date', '2024-01-01\n'],
    ['undefined', null],
    ['undefined', ['x']],
    ['undefined', 'x'.repeat(1001)],
  ]
  for (const [name, value] of bad) {
    const refusal = world.refusal(claim({ [name]: value } as CustomFields))
    const wanted = { code: 'invalid', field: `custom_fields.${name}` }
    t.match(refusal, wanted, `${name} ${JSON.stringify(value)}`.slice(0, 30))
  }
})

t.test('names are lines of 1 to 100 characters, fifty of them', async t => {
  const world = worldWith()
  for (const name of ['', 'a\nb', 'x'.repeat(101), '\ud800', '__proto__'])
    t.match(
      world.refusal(claim(Object.fromEntries([[name, 1]]))),
      { code: 'invalid', field: 'custom_fields' },
      JSON.stringify(name).slice(0, 20),
    )
  const fields = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => [`字段 ${n}`, n]))
  t.match(world.refusal(claim(fields(51))), { field: 'custom_fields', value: '51' })
  world.allocation(claim(fields(50)))
  world.allocation(claim({ ['x'.repeat(100)]: 1 }))
})

t.test('a required one is there whenever fields are given, and only then', async t => {
  const world = worldWith(
    define('late', { isRequired: true }),
    define('early', { isRequired: true, fieldType: 'number' }),
    define('of subnets', { isRequired: true, entityType: 'subnet' }),
  )
  world.allocation(allocate(1))
  world.allocation({ ...allocate(1), facts: { location: 'x' } })
  t.strictSame(world.refusal(claim({})), {
    ...{ code: 'invalid', field: 'custom_fields.late', value: '', reason: 'is required' },
  })
  t.match(world.refusal(claim({ late: 'x' })), { field: 'custom_fields.early' })
  world.allocation(claim({ late: 'x', early: 0 }))
})

t.test('a definition binds later writes only, and only those of its entity type', async t => {
  const world = worldWith()
  world.allocation(claim({ cost: 'much' }))
  world.result(define('cost', { fieldType: 'number' }))
  world.result(define('cost', { fieldType: 'date', entityType: 'subnet' }))
  t.match(world.refusal(claim({ cost: 'much' })), { field: 'custom_fields.cost' })
  const update = (set: object): Command => ({
    ...{ type: 'allocation.update', id: 1, ifRevision: null, set },
  })
  t.match(world.allocation(update({ location: 'x' })).details?.customFields, { cost: 'much' })
  t.match(world.refusal(update({ customFields: { cost: 'much' } })), { code: 'invalid' })
  t.match(world.allocation(update({ customFields: { cost: 5 } })).details?.customFields, {
    cost: 5,
  })
  world.result({ type: 'custom-field.delete', id: 1, ifRevision: null })
  world.allocation(claim({ cost: 'much' }))
})
