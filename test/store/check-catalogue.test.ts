// The catalogue on disk: it is there after a reopen, and a row that somebody changed in the file is found.
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { Command } from '../../src/ledger/index.js'
import { checkState } from '../../src/store/index.js'
import { openDatabase } from '../../src/store/open.js'
import { EntryMaker, genesis, never, openStore, temporaryDirectory } from './support.js'

const FILE = join('state', '0-0', 'state.db')

const field = (fieldName: string, fieldOptions: readonly string[] | null): Command => ({
  type: 'custom-field.create',
  entityType: 'ip',
  fieldName,
  fieldType: fieldOptions === null ? 'text' : 'select',
  isRequired: true,
  fieldOptions,
})
const commands: readonly Command[] = [
  genesis,
  { type: 'tag.create', name: 'production', color: '#ff0000', description: '生产环境' },
  { type: 'tag.create', name: 'test', color: null, description: null },
  { type: 'tag.create', name: 'gone', color: null, description: null },
  { type: 'tag.update', id: 2, ifRevision: null, set: { color: '#00ff00' } },
  { type: 'tag.delete', id: 3, ifRevision: null },
  field('department', null),
  field('site', ['north', 'south']),
  {
    type: 'settings.update',
    ifRevision: null,
    set: { smtpHost: 'mail', smtpPassword: 'secret-1' },
  },
  {
    type: 'settings.update',
    ifRevision: null,
    set: { alertEmail: 'a@b', smtpPassword: 'secret-2' },
  },
]

async function makeState(t: Test): Promise<string> {
  const directory = temporaryDirectory(t)
  const store = await openStore(t, directory)
  const entries = new EntryMaker()
  store.apply(commands.map(command => entries.command(command)))
  await store.close()
  return directory
}

function edited(t: Test, sound: string, sql: string): ReturnType<typeof checkState> {
  const directory = temporaryDirectory(t)
  cpSync(sound, directory, { recursive: true })
  const db = openDatabase(join(directory, FILE), { mode: 'write', cacheBytes: 1 << 20 })
  const { changes } = db.prepare(sql).run()
  db.close()
  t.equal(changes, 1, `${sql} changes a row`)
  return checkState(directory)
}

t.test('a sound state passes, and is the same after a reopen', async t => {
  const directory = await makeState(t)
  const report = checkState(directory)
  t.strictSame(report.findings, [])
  const store = await openStore(t, directory)
  t.equal((await store.scans.stateHash(never)).hash, report.stateHash)
  const catalogue = store.reads.catalogue()
  t.match(catalogue.tags(), [
    { id: 1, name: 'production', color: '#ff0000', description: '生产环境' },
    { id: 2, name: 'test', color: '#00ff00' },
  ])
  t.match(catalogue.customFields(), [
    { id: 1, fieldName: 'department', fieldOptions: null, isRequired: true },
    { id: 2, fieldName: 'site', fieldType: 'select', fieldOptions: ['north', 'south'] },
  ])
  t.match(catalogue.settings(), {
    smtpHost: 'mail',
    smtpPassword: 'secret-2',
    alertEmail: 'a@b',
    backupRetentionDays: 30,
  })
  t.notMatch(JSON.stringify(store.reads.changesBefore(null, 100)), /secret-/)
})

t.test('an edited row that history tells of is found and named', async t => {
  const sound = await makeState(t)
  for (const [sql, area, message] of [
    [
      "UPDATE tags SET color = '#0000ff' WHERE id = 1",
      'history',
      /^tag 1 has color "#0000ff", and Change 2\.0 left "#ff0000"/,
    ],
    ['DELETE FROM tags WHERE id = 2', 'history', /^tag 2 is missing; Change 5\.0 left it/],
    [
      "INSERT INTO tags VALUES (3, 'x', NULL, NULL, 1, 1, 1)",
      'history',
      /^tag 3 is there, and Change 6\.0 deleted it/,
    ],
    [
      "INSERT INTO tags VALUES (4, 'x', NULL, NULL, 1, 1, 1)",
      'counters',
      /^The highest tag has id 4, and the sequence stands at 3/,
    ],
    [
      'UPDATE custom_fields SET is_required = 0 WHERE id = 1',
      'history',
      /^custom-field 1 has is_required false/,
    ],
    [
      "UPDATE custom_fields SET field_options = '[]' WHERE id = 2",
      'history',
      /^custom-field 2 has field_options \[\]/,
    ],
    [
      'UPDATE custom_fields SET revision = 99 WHERE id = 1',
      'counters',
      /has revision 99, beyond the applied index 10/,
    ],
    ['UPDATE settings SET smtp_port = 25', 'history', /^settings 1 has smtp_port 25/],
    ['DELETE FROM settings', 'history', /^settings 1 is missing/],
  ] as const) {
    const { ok, findings } = edited(t, sound, sql)
    t.equal(ok, false, sql)
    const found = findings.some(finding => finding.area === area && message.test(finding.message))
    t.ok(found, `${sql}: ${JSON.stringify(findings)}`)
  }
})

t.test('whatever is edited, the state hash is another one', async t => {
  const sound = await makeState(t)
  const { stateHash } = checkState(sound)
  const hashes = [
    "UPDATE tags SET description = 'mine' WHERE id = 1",
    'UPDATE tags SET updated_ms = 5 WHERE id = 1',
    'UPDATE custom_fields SET entity_type = 1 WHERE id = 1',
    'UPDATE custom_fields SET field_options = NULL WHERE id = 2',
    "UPDATE settings SET smtp_password = 'mine'",
    'UPDATE settings SET updated_ms = 5',
    'DELETE FROM settings',
    'UPDATE state SET last_tag_id = 7',
    'UPDATE state SET last_custom_field_id = 7',
  ].map(sql => edited(t, sound, sql).stateHash)
  t.equal(new Set([stateHash, ...hashes]).size, hashes.length + 1)
})
