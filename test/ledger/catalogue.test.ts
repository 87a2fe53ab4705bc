import t from 'tap'
import {
  type Command,
  type CustomField,
  commandVersionOf,
  defaultSettings,
  type ShownSettings,
  type Tag,
} from '../../src/ledger/index.js'
import { START_MS, World } from './world.js'

/** Nonce, 512 characters of four bytes, and tag, in base64url. */
const SEALED_CHARACTERS_MAX = 9 + 16 + 1 + 2752

type Of<Type extends Command['type']> = Extract<Command, { type: Type }>

const tag = (name: string, set: Partial<Of<'tag.create'>> = {}): Command => ({
  ...{ type: 'tag.create', name, color: null, description: null },
  ...set,
})
const field = (fieldName: string, set: Partial<Of<'custom-field.create'>> = {}): Command => ({
  ...{ type: 'custom-field.create', entityType: 'ip', fieldName, fieldType: 'text' },
  ...{ isRequired: false, fieldOptions: null },
  ...set,
})
type Kind = 'tag' | 'custom-field'
const change = (kind: Kind, id: number, set: object, ifRevision: number | null = null) =>
  ({ type: `${kind}.update`, id, ifRevision, set }) as Command
const deletion = (kind: Kind, id: number, ifRevision: number | null = null) =>
  ({ type: `${kind}.delete`, id, ifRevision }) as Command
const settings = (
  set: Of<'settings.update'>['set'],
  ifRevision: number | null = null,
): Command => ({
  ...{ type: 'settings.update', ifRevision, set },
})

function tagOf(world: World, command: Command): Tag {
  const result = world.result(command)
  if (result.type !== 'tag') throw new Error(`a ${result.type} is no tag`)
  return result.tag
}

function fieldOf(world: World, command: Command): CustomField {
  const result = world.result(command)
  if (result.type !== 'custom-field') throw new Error(`a ${result.type} is no field`)
  return result.field
}

function settingsOf(world: World, command: Command): ShownSettings {
  const result = world.result(command)
  if (result.type !== 'settings') throw new Error(`a ${result.type} is no settings`)
  return result.settings
}

t.test('a tag is made, changed and deleted, each with its Change', async t => {
  const world = new World()
  const made = tagOf(world, tag('production', { color: '#FF0000', description: '生产环境' }))
  t.strictSame(made, {
    id: 1,
    name: 'production',
    color: '#ff0000',
    description: '生产环境',
    createdMs: START_MS,
    updatedMs: START_MS,
    revision: world.revision,
  })
  t.match(world.lastChanges(), [
    {
      action: 'tag.created',
      entity: 'tag',
      entityId: 1,
      before: null,
      after: { color: '#ff0000' },
    },
  ])
  world.timeMs += 1000
  const changed = tagOf(world, change('tag', 1, { name: 'prod', color: null }, made.revision))
  t.match(changed, { name: 'prod', color: null, description: '生产环境', createdMs: START_MS })
  t.equal(changed.updatedMs, world.timeMs)
  t.match(world.lastChanges(), [
    { action: 'tag.updated', before: { name: 'production' }, after: { name: 'prod' } },
  ])
  const catalogue = world.ledger.catalogue()
  t.equal(catalogue.tagNamed('production'), null)
  t.equal(catalogue.tagNamed('prod')?.id, 1)
  t.strictSame(world.result(deletion('tag', 1)), { type: 'none' })
  t.match(world.lastChanges(), [{ action: 'tag.deleted', before: { name: 'prod' }, after: null }])
  t.equal(tagOf(world, tag('prod')).id, 2, 'the name is free again, the id is not')
})

t.test('names of tags are in the spelling of lists, and told apart by case', async t => {
  const world = new World()
  t.equal(tagOf(world, tag('env=')).name, 'env')
  t.equal(tagOf(world, tag('env=prod=a')).name, 'env=prod=a')
  t.strictSame(world.refusal(tag('env')), { code: 'tag-exists', name: 'env', id: 1 })
  t.equal(tagOf(world, tag('Env')).id, 3)
  t.match(world.refusal(change('tag', 3, { name: 'env=' })), { code: 'tag-exists', id: 1 })
  t.equal(tagOf(world, change('tag', 3, { name: 'Env' })).id, 3, 'its own name is no other one')
  for (const name of ['', '=x', 'a\u0000', 'a\nb', '\ud800', 'x'.repeat(101)])
    t.match(
      world.refusal(tag(name)),
      { code: 'invalid', field: 'name' },
      JSON.stringify(name).slice(0, 20),
    )
  t.equal(tagOf(world, tag('😀'.repeat(100))).id, 4)
})

t.test('colours and descriptions are held to their form', async t => {
  const world = new World()
  for (const color of ['red', '#f00', '#ff00000', 'ff0000', '#gg0000', ''])
    t.match(world.refusal(tag('a', { color })), { code: 'invalid', field: 'color' }, color)
  t.match(world.refusal(tag('a', { description: 'x'.repeat(4097) })), { field: 'description' })
  t.equal(tagOf(world, tag('a', { description: 'two\nlines' })).id, 1, 'and nothing was used up')
})

t.test('the revision that was read must still be the one; what is not there is named', async t => {
  const world = new World()
  tagOf(world, tag('a'))
  fieldOf(world, field('a'))
  for (const kind of ['tag', 'custom-field'] as const) {
    t.match(world.refusal(change(kind, 1, {}, 999)), { code: 'revision-mismatch' })
    t.match(world.refusal(deletion(kind, 1, 999)), { code: 'revision-mismatch' })
    t.strictSame(world.refusal(change(kind, 9, {})), { code: `${kind}-not-found`, id: 9 })
    t.strictSame(world.refusal(deletion(kind, 9)), { code: `${kind}-not-found`, id: 9 })
  }
  t.strictSame(world.lastChanges(), [])
  t.match(world.refusal(settings({ smtpPort: 25 }, 5)), { code: 'revision-mismatch', actual: 0 })
  settingsOf(world, settings({ smtpPort: 25 }, 0))
})

t.test('a tag goes from the catalogue, and what bears it keeps it', async t => {
  const world = new World()
  tagOf(world, tag('core'))
  const { id } = world.network({
    ...{ type: 'network.create', vrf: 'default', place: { cidr: '10.0.0.0/8' } },
    ...{ description: null, tags: ['core', 'undefined'], holdHours: 0 },
  })
  world.result(deletion('tag', 1))
  t.strictSame(world.ledger.network(id)?.tags, ['core', 'undefined'])
  t.equal(tagOf(world, tag('undefined')).id, 2, 'a name in use may be defined')
})

t.test('there are 10,000 tags and 500 custom fields at most', async t => {
  const world = new World()
  for (let n = 0; n < 10_000; n++) world.result(tag(`t${n}`))
  t.strictSame(world.refusal(tag('one more')), { code: 'too-many-tags', max: 10_000 })
  for (let n = 0; n < 500; n++)
    world.result(field(`f${n}`, { entityType: n % 2 === 0 ? 'ip' : 'subnet' }))
  t.strictSame(world.refusal(field('more')), { code: 'too-many-custom-fields', max: 500 })
  world.result(deletion('tag', 7))
  world.result(deletion('custom-field', 7))
  t.equal(tagOf(world, tag('one more')).id, 10_001)
  t.equal(fieldOf(world, field('more')).id, 501)
})

t.test('a custom field is unique in its entity type, changed, and deleted', async t => {
  const world = new World()
  const made = fieldOf(world, field('department'))
  t.match(made, { id: 1, entityType: 'ip', fieldType: 'text', isRequired: false })
  t.strictSame(world.refusal(field('department')), {
    code: 'custom-field-exists',
    entityType: 'ip',
    fieldName: 'department',
    id: 1,
  })
  t.equal(fieldOf(world, field('department', { entityType: 'subnet' })).id, 2)
  const changed = fieldOf(world, change('custom-field', 1, { fieldName: 'unit', isRequired: true }))
  t.match(changed, { fieldName: 'unit', isRequired: true, entityType: 'ip' })
  t.match(world.lastChanges(), [
    {
      action: 'custom-field.updated',
      entity: 'custom-field',
      before: { field_name: 'department', is_required: false },
      after: { field_name: 'unit', is_required: true, field_options: null },
    },
  ])
  t.equal(world.ledger.catalogue().customFieldNamed('ip', 'department'), null)
  world.result(deletion('custom-field', 1))
  t.match(world.lastChanges(), [{ action: 'custom-field.deleted', after: null }])
})

t.test('options belong to a select, and go with its type', async t => {
  const world = new World()
  const select = { fieldType: 'select' } as const
  for (const [set, name] of [
    [{ ...select }, 'field_options'],
    [{ ...select, fieldOptions: [] }, 'field_options'],
    [{ ...select, fieldOptions: ['a', 'a'] }, 'field_options'],
    [{ ...select, fieldOptions: ['a', ''] }, 'field_options'],
    [{ ...select, fieldOptions: ['x'.repeat(101)] }, 'field_options'],
    [{ ...select, fieldOptions: Array.from({ length: 101 }, (_, n) => `${n}`) }, 'field_options'],
    [{ fieldOptions: ['a'] }, 'field_options'],
    [{ fieldType: 'json' as 'text' }, 'field_type'],
    [{ entityType: 'vrf' as 'ip' }, 'entity_type'],
    [{ fieldName: '' }, 'field_name'],
    [{ fieldName: 'x'.repeat(101) }, 'field_name'],
  ] as const)
    t.match(world.refusal(field('f', set)), { code: 'invalid', field: name }, JSON.stringify(set))
  fieldOf(world, field('f', { ...select, fieldOptions: ['b', 'a'] }))
  const renamed = fieldOf(world, change('custom-field', 1, { fieldName: 'g' }))
  t.strictSame(renamed.fieldOptions, ['b', 'a'])
  t.equal(fieldOf(world, change('custom-field', 1, { fieldType: 'text' })).fieldOptions, null)
  t.match(world.refusal(change('custom-field', 1, select)), { field: 'field_options' })
  const again = fieldOf(world, change('custom-field', 1, { ...select, fieldOptions: ['c'] }))
  t.strictSame(again.fieldOptions, ['c'])
})

t.test('settings have defaults, are changed in part, and set back by null', async t => {
  const world = new World()
  t.strictSame(world.ledger.catalogue().settings(), defaultSettings)
  const first = settingsOf(world, settings({ smtpHost: 'smtp.example.com', smtpPort: 25 }))
  t.match(first, { smtpHost: 'smtp.example.com', smtpPort: 25, backupRetentionDays: 30 })
  t.match(world.lastChanges(), [
    { action: 'settings.updated', entity: 'settings', entityId: 1, before: null },
  ])
  const second = settingsOf(
    world,
    settings({ alertEmail: 'admin@example.com', backupRetentionDays: 7 }, first.revision),
  )
  t.match(second, { smtpHost: 'smtp.example.com', smtpPort: 25, backupRetentionDays: 7 })
  t.match(world.lastChanges(), [
    { before: { alert_email: null }, after: { alert_email: 'admin@example.com', smtp_port: 25 } },
  ])
  const reset = { smtpHost: null, smtpPort: null, alertEmail: null, backupRetentionDays: null }
  settingsOf(world, settings(reset))
  t.strictSame(world.ledger.catalogue().settings(), {
    ...defaultSettings,
    updatedMs: world.timeMs,
    revision: world.revision,
  })
})

t.test('of a password only that it changed is shown', async t => {
  const world = new World()
  const first = settingsOf(world, settings({ smtpPassword: 'hunter2-first' }))
  t.equal(first.smtpPasswordRevision, world.revision)
  settingsOf(world, settings({ smtpUser: 'ipam' }))
  t.equal(world.ledger.catalogue().settings().smtpPassword, 'hunter2-first', 'it stays')
  settingsOf(world, settings({ smtpPassword: 'hunter2-second' }))
  const [changed] = world.lastChanges()
  t.not(changed?.before?.smtp_password_revision, changed?.after?.smtp_password_revision)
  t.match(world.refusal(settings({ smtpPassword: 'hunter2\nthird' })), {
    code: 'invalid',
    field: 'smtp_password',
    value: '(secret)',
  })
  t.notMatch(
    JSON.stringify([world.rows.changes(), world.rows.image().sessions.map(s => [...s.outcomes])]),
    'hunter2',
  )
  const cleared = settingsOf(world, settings({ smtpPassword: null }))
  t.equal(cleared.smtpPasswordRevision, null)
  t.equal(world.ledger.catalogue().settings().smtpPassword, null)
})

t.test(
  'a sealed password may be as long as what was sealed makes it, one in clear may not',
  async t => {
    const world = new World()
    const longest = 'sealed.1.'.padEnd(SEALED_CHARACTERS_MAX, 'x')
    for (const smtpPassword of [longest, 'p'.repeat(512)])
      t.ok(settingsOf(world, settings({ smtpPassword })).smtpPasswordRevision, smtpPassword)
    for (const smtpPassword of [`${longest}x`, 'p'.repeat(513), 'sealed.1.\n'])
      t.match(world.refusal(settings({ smtpPassword })), { field: 'smtp_password' }, smtpPassword)
  },
)

t.test('what older programs cannot use is of version 5, and what they know stays theirs', t => {
  const rotate = { type: 'signing-key.rotate', id: 'k', keepMs: 1, onlyFirst: true } as const
  for (const [command, version] of [
    [settings({ smtpPassword: 'sealed.1.x.y' }), 5],
    [settings({ smtpPassword: 'hunter2' }), 4],
    [settings({ smtpPassword: null }), 4],
    [settings({ smtpPort: 25 }), 4],
    [{ ...rotate, secret: 'sealed.1.x.y' }, 5],
    [{ ...rotate, secret: 'c2VjcmV0' }, 4],
  ] as const)
    t.equal(commandVersionOf(command), version, JSON.stringify(command))
  t.end()
})

t.test('settings that cannot be are refused by name', async t => {
  const world = new World()
  for (const [set, name] of [
    [{ smtpHost: '' }, 'smtp_host'],
    [{ smtpHost: 'a b' }, 'smtp_host'],
    [{ smtpHost: '-a.example.com' }, 'smtp_host'],
    [{ smtpHost: 'a..b' }, 'smtp_host'],
    [{ smtpHost: '10.0.0.256' }, 'smtp_host'],
    [{ smtpHost: `${'a'.repeat(64)}.example.com` }, 'smtp_host'],
    [{ smtpHost: 'a.'.repeat(127) }, 'smtp_host'],
    [{ smtpHost: 'http://a' }, 'smtp_host'],
    [{ smtpPort: 0 }, 'smtp_port'],
    [{ smtpPort: 65_536 }, 'smtp_port'],
    [{ smtpPort: 1.5 }, 'smtp_port'],
    [{ smtpUser: '' }, 'smtp_user'],
    [{ smtpFrom: 'nowhere' }, 'smtp_from'],
    [{ alertEmail: 'a b@c' }, 'alert_email'],
    [{ backupRetentionDays: 0 }, 'backup_retention_days'],
    [{ backupRetentionDays: 3651 }, 'backup_retention_days'],
  ] as const)
    t.match(world.refusal(settings(set)), { code: 'invalid', field: name }, JSON.stringify(set))
  t.strictSame(world.ledger.catalogue().settings(), defaultSettings)
  for (const smtpHost of ['localhost', 'mail1', 'smtp.example.com', '10.0.0.25', '2001:db8::25'])
    t.equal(settingsOf(world, settings({ smtpHost })).smtpHost, smtpHost)
})

t.test('what a restarted node has in memory is what there was', async t => {
  const world = new World()
  tagOf(world, tag('a'))
  tagOf(world, tag('b'))
  world.result(deletion('tag', 1))
  fieldOf(world, field('f'))
  settingsOf(world, settings({ smtpPassword: 'p', smtpPort: 2525 }))
  const [before, again] = [world.ledger.catalogue(), world.reopened().catalogue()]
  t.strictSame(again.tags(), before.tags())
  t.strictSame(again.customFields(), before.customFields())
  t.strictSame(again.settings(), before.settings())
  t.equal(again.tagNamed('b')?.id, 2)
})
