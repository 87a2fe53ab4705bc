// What every implementation of CatalogueRows must give: rows are replaced by their key, and read again as they were.
import { type CustomField, defaultSettings, type Tag } from '../../src/ledger/index.js'
import type { WithRows } from './ledger-rows-samples.js'

const times = { createdMs: 1000, updatedMs: 2000, revision: 7 }

export function tagRow(set: Partial<Tag> = {}): Tag {
  return { id: 1, name: 'production', color: '#ff0000', description: null, ...times, ...set }
}

export function customFieldRow(set: Partial<CustomField> = {}): CustomField {
  return {
    id: 1,
    entityType: 'ip',
    fieldName: 'department',
    fieldType: 'text',
    isRequired: false,
    fieldOptions: null,
    ...times,
    ...set,
  }
}

export function testCatalogueRows(withRows: WithRows): void {
  withRows('tags are replaced by id, read in its order, and deleted', (t, { rows, image }) => {
    rows.saveTag(tagRow({ id: 2, name: 'Production', color: null, description: '生产\n环境' }))
    rows.saveTag(tagRow())
    rows.saveTag(tagRow({ name: 'env=prod', revision: 9 }))
    t.strictSame(image().catalogue.tags, [
      tagRow({ name: 'env=prod', revision: 9 }),
      tagRow({ id: 2, name: 'Production', color: null, description: '生产\n环境' }),
    ])
    rows.deleteTag(1)
    t.strictSame(
      image().catalogue.tags.map(({ id }) => id),
      [2],
    )
  })

  withRows('custom fields too, of every type, with and without options', (t, { rows, image }) => {
    const fields = (['number', 'date', 'boolean', 'text'] as const).map((fieldType, n) =>
      customFieldRow({ id: n + 2, fieldType, fieldName: fieldType, isRequired: n % 2 === 0 }),
    )
    const select = customFieldRow({
      entityType: 'subnet',
      fieldType: 'select',
      fieldOptions: ['b', 'a'],
    })
    for (const field of [...fields, customFieldRow(), select]) rows.saveCustomField(field)
    t.strictSame(image().catalogue.customFields, [select, ...fields])
    for (const { id } of fields) rows.deleteCustomField(id)
    t.strictSame(image().catalogue.customFields, [select])
  })

  withRows('settings are none at first, and then the ones saved last', (t, { rows, image }) => {
    t.strictSame(image().catalogue, { tags: [], customFields: [], settings: null })
    rows.saveSettings({ ...defaultSettings, smtpHost: 'a', revision: 3 })
    t.strictSame(image().catalogue.settings, { ...defaultSettings, smtpHost: 'a', revision: 3 })
    const all = {
      smtpHost: 'mail.example.com',
      smtpPort: 25,
      smtpUser: 'ipam',
      smtpPassword: 'p',
      smtpPasswordRevision: 4,
      smtpFrom: 'a@b',
      alertEmail: 'c@d',
      backupRetentionDays: 7,
      updatedMs: 5,
      revision: 4,
    }
    rows.saveSettings(all)
    t.strictSame(image().catalogue.settings, all)
  })
}
