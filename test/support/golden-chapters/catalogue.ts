// What describes things: tags, custom fields and the settings (command version 4; a sealed password, 5).
import type { Command } from '../../../src/ledger/index.js'
import type { GoldenScript } from '../golden-script.js'
import type { Cast } from './identities.js'

type CreateTag = Extract<Command, { type: 'tag.create' }>
type UpdateTag = Extract<Command, { type: 'tag.update' }>
type CreateField = Extract<Command, { type: 'custom-field.create' }>
type UpdateField = Extract<Command, { type: 'custom-field.update' }>
type SettingsSet = Extract<Command, { type: 'settings.update' }>['set']

/** Of the longest password, four bytes a character. */
const SEALED_LENGTH = 2778

function tag(name: string, set: Partial<CreateTag> = {}): Command {
  return { type: 'tag.create', name, color: null, description: null, ...set }
}

function updateTag(id: number, set: UpdateTag['set'], ifRevision: number | null = null): Command {
  return { type: 'tag.update', id, ifRevision, set }
}

function deleteTag(id: number, ifRevision: number | null = null): Command {
  return { type: 'tag.delete', id, ifRevision }
}

function field(fieldName: string, set: Partial<CreateField> = {}): Command {
  const facts = { entityType: 'ip', fieldType: 'text', isRequired: false } as const
  return { type: 'custom-field.create', fieldName, ...facts, fieldOptions: null, ...set }
}

function updateField(
  id: number,
  set: UpdateField['set'],
  ifRevision: number | null = null,
): Command {
  return { type: 'custom-field.update', id, ifRevision, set }
}

function deleteField(id: number, ifRevision: number | null = null): Command {
  return { type: 'custom-field.delete', id, ifRevision }
}

export function settings(set: SettingsSet, ifRevision: number | null = null): Command {
  return { type: 'settings.update', ifRevision, set }
}

/** Afterwards mail is sent, and these fields bind: of addresses `asset` (select), of subnets `since` (date, required) and others. */
export function catalogue(script: GoldenScript, { admin }: Cast): void {
  const said = script.signedIn(admin, 'admin')
  tags(script, said)
  definitions(script, said)
  mailSettings(script, said)
}

type Asking = ReturnType<GoldenScript['signedIn']>

function tags(script: GoldenScript, said: Asking): void {
  const env = script.made(tag('env=', { color: '#FF00aa', description: 'Umgebung' }), said)
  const prod = script.made(tag('env=prod'), said)
  script.refused('tag-exists', tag('env'), said)
  for (const name of ['', '=prod', 'two\nlines', 't'.repeat(101)])
    script.refused('invalid', tag(name), said)
  for (const color of ['red', '#ff00a', '#gg0000'])
    script.refused('invalid', tag('rack', { color }), said)
  script.refused('invalid', tag('rack', { description: 'd'.repeat(4097) }), said)
  script.does(updateTag(prod, { name: 'env=live', color: '#00ff00' }), said)
  script.refused('tag-exists', updateTag(prod, { name: 'env=' }), said)
  script.refused('revision-mismatch', updateTag(prod, { color: null }, 1), said)
  script.refused('tag-not-found', updateTag(99, {}), said)
  script.does(updateTag(prod, { color: null, description: 'x' }), said)
  script.refused('revision-mismatch', deleteTag(env, 1), said)
  script.does(deleteTag(env), said)
  script.refused('tag-not-found', deleteTag(env), said)
}

function definitions(script: GoldenScript, said: Asking): void {
  const options = { fieldType: 'select', fieldOptions: ['lease', 'own', 'Miete'] } as const
  const asset = script.made(field('asset', options), said)
  const serial = script.made(field('serial', { fieldType: 'number' }), said)
  const spare = script.made(field('spare', { fieldType: 'boolean', isRequired: true }), said)
  script.made(field('since', { entityType: 'subnet', fieldType: 'date', isRequired: true }), said)
  script.made(field('asset', { entityType: 'subnet' }), said)
  script.refused('custom-field-exists', field('asset'), said)
  script.refused('custom-field-exists', updateField(serial, { fieldName: 'asset' }), said)
  for (const wrong of [{ fieldOptions: ['a'] }, { ...options, fieldOptions: null }] as const)
    script.refused('invalid', field('wrong', wrong), said)
  for (const fieldOptions of [[], ['a', 'b', 'a'], [''], Array(101).fill('a')])
    script.refused('invalid', field('wrong', { ...options, fieldOptions }), said)
  for (const name of ['', 'a\tb', 'n'.repeat(101)]) script.refused('invalid', field(name), said)
  script.refused('custom-field-not-found', updateField(99, {}), said)
  script.refused('revision-mismatch', updateField(serial, { isRequired: true }, 1), said)
  script.does(updateField(serial, { fieldType: 'select', fieldOptions: ['1', '2'] }), said)
  script.does(updateField(serial, { fieldType: 'number', fieldName: 'Seriennummer' }), said)
  script.does(updateField(asset, { fieldOptions: ['lease', 'own'] }), said)
  script.refused('revision-mismatch', deleteField(spare, 1), said)
  script.does(deleteField(spare), said)
  script.refused('custom-field-not-found', deleteField(spare), said)
}

function mailSettings(script: GoldenScript, said: Asking): void {
  const wrong: readonly SettingsSet[] = [
    { smtpHost: '192.0.2.300' },
    { smtpHost: 'mail_1' },
    { smtpPort: 0 },
    { smtpPort: 65_536 },
    { smtpUser: '' },
    { smtpPassword: 'p'.repeat(513) },
    { smtpPassword: 'two\nlines' },
    { smtpPassword: sealed(SEALED_LENGTH + 1) },
    { smtpFrom: 'ipam' },
    { alertEmail: '' },
    { backupRetentionDays: 3651 },
  ]
  for (const set of wrong) script.refused('invalid', settings(set), said)
  script.does(settings({ smtpPassword: 'clear', smtpUser: 'ipam', smtpPort: 25 }), said)
  script.does(settings({ smtpPassword: sealed(SEALED_LENGTH) }), said)
  script.refused('revision-mismatch', settings({ smtpPort: null }, 1), said)
  script.does(settings({ smtpPort: null, smtpPassword: null, smtpHost: '2001:db8::25' }), said)
  script.does(settings({ smtpHost: 'mail.example.net', backupRetentionDays: 7 }), said)
  const password = `sealed.1.${'n'.repeat(16)}.${'c'.repeat(40)}`
  script.does(settings({ smtpPassword: password, smtpFrom: 'ipam@example.net' }), said)
}

function sealed(length: number): string {
  return 'sealed.1.'.padEnd(length, 's')
}
