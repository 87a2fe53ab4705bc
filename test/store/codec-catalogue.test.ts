// The catalogue in the log: commands and results; each comes back as it was, and stands in the bytes it always had.
import * as fc from 'fast-check'
import t from 'tap'
import {
  type CatalogueCommand,
  type Command,
  type CustomField,
  defaultSettings,
  type Outcome,
  type Request,
  type Result,
  type ShownSettings,
  type Tag,
} from '../../src/ledger/index.js'
import { decodeCommand, encodeCommand } from '../../src/store/codec/command-codec.js'
import { decodeOutcome, encodeOutcome, outcomeFields } from '../../src/store/codec/outcome-codec.js'
import { decodeRequest, encodeRequest } from '../../src/store/index.js'

const count = fc.maxSafeNat()
const text = fc.string({ unit: 'grapheme', maxLength: 20 })
const textOrNull = fc.option(text)
const countOrNull = fc.option(count)
const optionsOrNull = fc.option(fc.array(text, { maxLength: 4 }))
const entityType = fc.constantFrom<CustomField['entityType'][]>('ip', 'subnet')
const fieldType = fc.constantFrom<CustomField['fieldType'][]>(
  ...(['text', 'number', 'date', 'boolean', 'select'] as const),
)
const type = <Type extends CatalogueCommand['type']>(name: Type) => fc.constant(name)
const target = { id: count, ifRevision: countOrNull }
const some = { requiredKeys: [] }

const command: fc.Arbitrary<CatalogueCommand> = fc.oneof(
  fc.record({
    type: type('tag.create'),
    name: text,
    color: textOrNull,
    description: textOrNull,
  }),
  fc.record({
    type: type('tag.update'),
    ...target,
    set: fc.record({ name: text, color: textOrNull, description: textOrNull }, some),
  }),
  fc.record({ type: type('tag.delete'), ...target }),
  fc.record({
    type: type('custom-field.create'),
    entityType,
    fieldName: text,
    fieldType,
    isRequired: fc.boolean(),
    fieldOptions: optionsOrNull,
  }),
  fc.record({
    type: type('custom-field.update'),
    ...target,
    set: fc.record(
      { fieldName: text, fieldType, isRequired: fc.boolean(), fieldOptions: optionsOrNull },
      some,
    ),
  }),
  fc.record({ type: type('custom-field.delete'), ...target }),
  fc.record({
    type: type('settings.update'),
    ifRevision: countOrNull,
    set: fc.record(
      {
        smtpHost: textOrNull,
        smtpPort: countOrNull,
        smtpUser: textOrNull,
        smtpPassword: textOrNull,
        smtpFrom: textOrNull,
        alertEmail: textOrNull,
        backupRetentionDays: countOrNull,
      },
      some,
    ),
  }),
)

const sample: Request = {
  version: 4,
  session: { nodeId: 1, start: 1 },
  sequence: 1,
  awaitedFrom: 0,
  origin: { actor: 'anna', clientAddress: null, userAgent: null },
  principal: null,
  idempotency: null,
  command: { type: 'tag.delete', id: 1, ifRevision: null },
}

const plain = (value: unknown) => JSON.parse(JSON.stringify(value))

t.test('every command comes back as it was', async t => {
  fc.assert(
    fc.property(command, value => {
      const request = { ...sample, command: value }
      t.strictSame(plain(decodeRequest(encodeRequest(request))), plain(request))
    }),
    { numRuns: 400 },
  )
})

t.test('codes of commands stand as they are in logs', async t => {
  const target = { id: 5, ifRevision: null }
  const field = { fieldName: 'f', isRequired: true }
  for (const [command, values] of [
    [
      { type: 'tag.create', name: 'a', color: '#ff0000', description: null },
      [60, 'a', '#ff0000', null],
    ],
    [{ type: 'tag.update', ...target, set: { color: null } }, [61, 5, null, { color: null }]],
    [{ type: 'tag.delete', id: 5, ifRevision: 9 }, [62, 5, 9]],
    [
      {
        type: 'custom-field.create',
        entityType: 'subnet',
        fieldType: 'select',
        fieldOptions: ['a'],
        ...field,
      },
      [63, 1, 'f', 4, true, ['a']],
    ],
    [
      { type: 'custom-field.update', ...target, set: { fieldType: 'date' } },
      [64, 5, null, { fieldType: 'date' }],
    ],
    [{ type: 'custom-field.delete', ...target }, [65, 5, null]],
    [
      { type: 'settings.update', ifRevision: 0, set: { smtpPort: 25, smtpHost: null } },
      [66, 0, { smtpPort: 25, smtpHost: null }],
    ],
  ] as unknown as [Command, unknown[]][]) {
    t.strictSame(encodeCommand(command), values)
    t.strictSame(decodeCommand(values), command)
  }
})

t.test('what another node could not read is refused before it enters the log', async t => {
  const field = {
    type: 'custom-field.create',
    fieldName: 'f',
    isRequired: true,
    fieldOptions: null,
  }
  const settings = (set: object) => ({ type: 'settings.update', ifRevision: null, set })
  const update = (type: string, set: object) => ({ type, id: 1, ifRevision: null, set })
  for (const [what, command] of [
    ['a type of field that there is not', { ...field, entityType: 'ip', fieldType: 'json' }],
    ['an entity type that there is not', { ...field, entityType: 'vrf', fieldType: 'text' }],
    ['no name', { type: 'tag.create', color: null, description: null }],
    ['a name that is none', update('tag.update', { name: null })],
    ['options that are no texts', update('custom-field.update', { fieldOptions: [1] })],
    ['another entity type', update('custom-field.update', { entityType: 'ip' })],
    ['a setting that there is not', settings({ smtpTls: true })],
    ['a revision that nobody sets', settings({ smtpPasswordRevision: 5 })],
    ['a port that is text', settings({ smtpPort: '25' })],
  ] as const)
    t.throws(() => encodeRequest({ ...sample, command } as unknown as Request), Error, what)
})

const times = { createdMs: count, updatedMs: count, revision: count }
const tag: fc.Arbitrary<Tag> = fc.record({
  id: count,
  name: text,
  color: textOrNull,
  description: textOrNull,
  ...times,
})
const field: fc.Arbitrary<CustomField> = fc.record({
  id: count,
  entityType,
  fieldName: text,
  fieldType,
  isRequired: fc.boolean(),
  fieldOptions: optionsOrNull,
  ...times,
})
const settings: fc.Arbitrary<ShownSettings> = fc.record({
  smtpHost: textOrNull,
  smtpPort: count,
  smtpUser: textOrNull,
  smtpPasswordRevision: countOrNull,
  smtpFrom: textOrNull,
  alertEmail: textOrNull,
  backupRetentionDays: count,
  updatedMs: count,
  revision: count,
})
const result: fc.Arbitrary<Result> = fc.oneof(
  fc.record({ type: fc.constant('tag' as const), tag }),
  fc.record({ type: fc.constant('custom-field' as const), field }),
  fc.record({ type: fc.constant('settings' as const), settings }),
)
const refusal = fc.oneof(
  fc.record({ code: fc.constant('tag-exists' as const), name: text, id: count }),
  fc.record({
    code: fc.constant('custom-field-exists' as const),
    entityType,
    fieldName: text,
    id: count,
  }),
)
const revisions = { revision: count, originalRevision: count }
const outcome: fc.Arbitrary<Outcome> = fc.oneof(
  fc.record({ ...revisions, ok: fc.constant(true as const), result }),
  fc.record({ ...revisions, ok: fc.constant(false as const), refusal }),
)

t.test('every outcome comes back as it was, and encodes to the same bytes', async t => {
  fc.assert(
    fc.property(outcome, value => {
      const bytes = encodeOutcome(value)
      const back = decodeOutcome(bytes)
      t.strictSame(plain(back), plain(value))
      t.strictSame(encodeOutcome(back), bytes)
    }),
    { numRuns: 200 },
  )
})

t.test('codes of results stand as they are in rows; no password is among them', async t => {
  const at = { createdMs: 1, updatedMs: 2, revision: 3 }
  const resultFieldsOf = (result: unknown) =>
    outcomeFields({ revision: 3, originalRevision: 3, ok: true, result: result as Result })[3]
  t.strictSame(
    resultFieldsOf({
      type: 'tag',
      tag: { id: 5, name: 'a', color: null, description: 'd', ...at },
    }),
    [20, 5, 'a', null, 'd', 1, 2, 3],
  )
  const what = { fieldType: 'text', isRequired: false, fieldOptions: null, ...at }
  t.strictSame(
    resultFieldsOf({
      type: 'custom-field',
      field: { id: 5, entityType: 'ip', fieldName: 'f', ...what },
    }),
    [21, 5, 0, 'f', 0, false, null, 1, 2, 3],
  )
  const settings = { ...defaultSettings, smtpPassword: 'secret', smtpPasswordRevision: 3 }
  t.strictSame(resultFieldsOf({ type: 'settings', settings }), [
    ...[22, null, 587, null, 3],
    ...[null, null, 30, 0, 0],
  ])
})
