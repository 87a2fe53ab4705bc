// The catalogue of tags and custom fields on the office surface.
import t from 'tap'
import { refusal, startOffice } from './office.js'

const TAGS = '/api/tags'
const FIELDS = '/api/custom-fields'
const NOW = '2024-01-15T10:30:00Z'
/** As document 004 writes them. */
const production = { name: 'production', color: '#ff0000', description: '生产环境' }
const department = {
  entity_type: 'ip',
  field_name: 'department',
  field_type: 'text',
  is_required: false,
  field_options: null,
}
const times = { created_at: NOW, updated_at: NOW }

t.test('a tag is made, read, changed and deleted as the document has it', async t => {
  const office = await startOffice(t)
  const manager = await office.token('manager')
  const made = await office.as(manager, 'POST', TAGS, production)
  t.equal(made.status, 201)
  t.strictSame(made.json, { id: 1, ...production, ...times })
  t.equal(made.headers.get('location'), `${TAGS}/1`)
  const bare = await office.as(manager, 'POST', TAGS, { name: 'env=test' })
  t.match(bare.json, { id: 2, name: 'env=test', color: null, description: null })
  const read = await office.as(manager, 'GET', `${TAGS}/1`)
  t.strictSame(read.json, made.json)
  const etag = String(read.headers.get('etag'))
  t.equal(etag, made.headers.get('etag'))
  const known = { 'if-none-match': etag }
  t.equal((await office.as(manager, 'GET', `${TAGS}/1`, undefined, known)).status, 304)
  const set = { color: '#00FF00', description: null }
  const changed = await office.as(manager, 'PUT', `${TAGS}/1`, set, { 'if-match': etag })
  t.strictSame(changed.json, { ...made.json, color: '#00ff00', description: null })
  for (const method of ['PUT', 'DELETE']) {
    const body = method === 'PUT' ? set : undefined
    const answer = await office.as(manager, method, `${TAGS}/1`, body, { 'if-match': etag })
    t.equal(refusal(answer), '412 REVISION_MISMATCH', method)
  }
  const list = await office.as(manager, 'GET', TAGS)
  t.strictSame(list.json, { data: [changed.json, bare.json] })
  const gone = await office.as(manager, 'DELETE', `${TAGS}/1`)
  t.strictSame([gone.status, gone.json], [200, { message: 'The tag was deleted.' }])
  t.equal(refusal(await office.as(manager, 'GET', `${TAGS}/1`)), '404 RESOURCE_NOT_FOUND')
})

t.test('a custom field too; lists are of one entity type where one is asked for', async t => {
  const office = await startOffice(t)
  const manager = await office.token('manager')
  const made = await office.as(manager, 'POST', FIELDS, department)
  t.equal(made.status, 201)
  t.strictSame(made.json, { id: 1, ...department, ...times })
  t.equal(made.headers.get('location'), `${FIELDS}/1`)
  const select = { field_type: 'select', field_options: ['north', 'south'], is_required: true }
  const other = { entity_type: 'subnet', field_name: 'department', ...select }
  t.match((await office.as(manager, 'POST', FIELDS, other)).json, { id: 2, ...other })
  const idsOf = async (query: string) =>
    (await office.as(manager, 'GET', `${FIELDS}${query}`)).json.data.map(
      ({ id }: { id: number }) => id,
    )
  t.strictSame(await idsOf(''), [1, 2])
  t.strictSame(await idsOf('?entity_type=ip'), [1])
  t.strictSame(await idsOf('?entity_type=subnet&level=none'), [2])
  const wrong = await office.as(manager, 'GET', `${FIELDS}?entity_type=vrf`)
  t.equal(refusal(wrong), '422 INVALID_REQUEST')
  const changed = await office.as(manager, 'PUT', `${FIELDS}/1`, { field_name: 'unit', ...select })
  t.match(changed.json, { id: 1, entity_type: 'ip', field_name: 'unit', ...select })
  t.match((await office.as(manager, 'PUT', `${FIELDS}/1`, { field_type: 'date' })).json, {
    field_type: 'date',
    field_options: null,
  })
  t.equal((await office.as(manager, 'GET', `${FIELDS}/1`)).json.field_type, 'date')
  const gone = await office.as(manager, 'DELETE', `${FIELDS}/1`)
  t.strictSame([gone.status, gone.json], [200, { message: 'The custom field was deleted.' }])
  t.equal(refusal(await office.as(manager, 'DELETE', `${FIELDS}/1`)), '404 RESOURCE_NOT_FOUND')
})

t.test('everybody reads, who may update writes, and a token is always needed', async t => {
  const office = await startOffice(t)
  const manager = await office.token('manager')
  await office.as(manager, 'POST', TAGS, production)
  await office.as(manager, 'POST', FIELDS, department)
  t.match(office.h.gateway.submitsAsked.at(-1)?.context.principal, { permission: 'update' })
  const reader = await office.token('reader')
  for (const [path, body, set] of [
    [TAGS, { name: 'x' }, { color: null }],
    [FIELDS, { ...department, field_name: 'x' }, { is_required: true }],
  ] as const) {
    for (const read of [path, `${path}/1`]) {
      t.equal((await office.as(reader, 'GET', read)).status, 200, read)
      t.equal(refusal(await office.h.call('GET', read)), '401 UNAUTHORIZED', read)
    }
    for (const [method, at, sent] of [
      ['POST', path, body],
      ['PUT', `${path}/1`, set],
      ['DELETE', `${path}/1`, undefined],
    ] as const) {
      const refused = await office.as(reader, method, at, sent)
      t.equal(refusal(refused), '403 INSUFFICIENT_PERMISSIONS', `${method} ${at}`)
      t.equal(refusal(await office.h.call(method, at, sent)), '401 UNAUTHORIZED')
    }
  }
})

t.test('what cannot be is refused by name, in the language asked for', async t => {
  const office = await startOffice(t)
  const manager = await office.token('manager')
  await office.as(manager, 'POST', TAGS, production)
  await office.as(manager, 'POST', FIELDS, department)
  const zh = { 'accept-language': 'zh' }
  for (const [path, body, field, reason] of [
    [TAGS, {}, 'name', '缺少该字段'],
    [TAGS, { name: '' }, 'name', '不能为空'],
    [TAGS, { name: '=x' }, 'name', '标签必须以键开头'],
    [TAGS, { name: 'a\u0000' }, 'name', '不能包含控制字符'],
    [TAGS, { name: 'a', color: 'red' }, 'color', '必须是形如#ff0000的颜色'],
    [TAGS, { name: 'a', colour: '#ff0000' }, 'colour', '未知字段'],
    [FIELDS, { ...department, entity_type: 'vrf' }, 'entity_type', '必须是以下之一：ip, subnet'],
    [
      FIELDS,
      { ...department, field_options: ['a'] },
      'field_options',
      '只有下拉选择类型可以有选项',
    ],
    [
      FIELDS,
      { ...department, field_type: 'select' },
      'field_options',
      '下拉选择类型至少需要一个选项',
    ],
    [
      FIELDS,
      { ...department, field_type: 'select', field_options: ['a', 'a'] },
      'field_options',
      '选项不能重复',
    ],
  ] as const) {
    const answer = await office.as(manager, 'POST', path, body, zh)
    const row = JSON.stringify(body)
    t.equal(refusal(answer), '422 INVALID_REQUEST', row)
    t.strictSame(answer.json.error.details, { field, reason }, row)
    t.equal(answer.json.error.message, '请求参数无效', row)
  }
  for (const [path, body, code, chinese] of [
    [TAGS, production, 'TAG_EXISTS', '标签名称已存在'],
    [FIELDS, department, 'CUSTOM_FIELD_EXISTS', '自定义字段已存在'],
  ] as const) {
    const twice = await office.as(manager, 'POST', path, body, zh)
    t.equal(refusal(twice), `422 ${code}`)
    t.match(twice.json.error, { message: chinese, details: { existing_id: 1 } })
    for (const id of ['99', '0', 'x', 'tag-1'])
      for (const [method, set] of [
        ['GET', undefined],
        ['PUT', path === TAGS ? { color: null } : { is_required: true }],
        ['DELETE', undefined],
      ] as const) {
        const answer = await office.as(manager, method, `${path}/${id}`, set)
        t.equal(refusal(answer), '404 RESOURCE_NOT_FOUND', `${method} ${path}/${id}`)
      }
  }
})

t.test('strangers on the core surface see nothing of it', async t => {
  const office = await startOffice(t)
  const admin = await office.token('admin')
  await office.as(admin, 'POST', TAGS, production)
  await office.as(admin, 'POST', FIELDS, department)
  await office.as(admin, 'PUT', '/api/system/config', { smtp_port: 25 })
  const { text } = await office.h.call('GET', '/api/v1/audit')
  t.notMatch(text, /tag|production|department|smtp/)
  const actions = office.h.gateway.rows.changes().map(({ action }) => action)
  t.strictSame(actions.slice(-3), ['tag.created', 'custom-field.created', 'settings.updated'])
})

t.test('a retry with the same key is answered as the first try was', async t => {
  const office = await startOffice(t)
  const manager = await office.token('manager')
  const key = { 'idempotency-key': 'k-1' }
  const first = await office.as(manager, 'POST', TAGS, production, key)
  const again = await office.as(manager, 'POST', TAGS, production, key)
  t.strictSame([again.status, again.text], [201, first.text])
  t.equal((await office.as(manager, 'GET', TAGS)).json.data.length, 1)
})
