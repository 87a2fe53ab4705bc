// Messages of the office surface in the language that the client reads best.
import t from 'tap'
import { languageOf } from '../../src/http/language.js'
import { refusal, startOffice } from './office.js'

t.test('the language wanted most is spoken, else the own one', t => {
  for (const [header, locale, language] of [
    [undefined, 'en', 'en'],
    [undefined, 'zh', 'zh'],
    ['zh', 'en', 'zh'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'en', 'zh'],
    ['en-GB,en;q=0.9,zh;q=0.8', 'zh', 'en'],
    ['en;q=0.5, zh-Hant-TW;q=0.7', 'en', 'zh'],
    ['fr, de;q=0.9', 'zh', 'zh'],
    ['fr, *;q=0.5', 'zh', 'zh'],
    ['zh;q=0, en;q=0.1', 'zh', 'en'],
    ['zh;q=0', 'en', 'en'],
    ['zh;q=2, en;q=0.5', 'zh', 'en'],
    ['ZH-cn', 'en', 'zh'],
    ['zhx', 'en', 'en'],
    ['', 'zh', 'zh'],
    [',;,', 'en', 'en'],
  ] as const)
    t.equal(languageOf(header, locale), language, `${header} / ${locale}`)
  t.end()
})

t.test('errors and messages follow it, and say which it is', async t => {
  const office = await startOffice(t)
  const zh = { 'accept-language': 'zh-CN,zh;q=0.9' }
  const token = await office.token('reader')
  for (const [answer, message, details] of [
    [await office.login('x', 'y', zh), '用户名或密码错误', {}],
    [
      await office.h.call('GET', '/api/users', undefined, zh),
      '需要身份认证',
      { permission: 'admin' },
    ],
    [
      await office.as(token, 'GET', '/api/users', undefined, zh),
      '权限不足',
      { permission: 'admin' },
    ],
    [await office.h.call('GET', '/api/nothing', undefined, zh), '资源不存在', {}],
    [
      await office.as(token, 'PUT', '/api/auth/profile', { theme: 'blue' }, zh),
      '请求参数无效',
      { field: 'theme', reason: '必须是以下之一：light, dark' },
    ],
    [
      await office.as(token, 'PUT', '/api/auth/profile', { email: 'nowhere' }, zh),
      '请求参数无效',
      { field: 'email', reason: '邮箱格式不正确' },
    ],
    [
      await office.as(token, 'PUT', '/api/auth/profile', { colour: 'x' }, zh),
      '请求参数无效',
      { field: 'colour', reason: '未知字段' },
    ],
  ] as const) {
    t.equal(answer.json.error.message, message)
    t.strictSame(answer.json.error.details, details)
    t.equal(answer.headers.get('content-language'), 'zh')
    t.match(answer.headers.get('vary'), 'Accept-Language')
  }
  const english = await office.login('x', 'y', { 'accept-language': 'fr' })
  t.equal(english.json.error.message, 'The user name or the password is wrong.')
  t.equal(english.headers.get('content-language'), 'en')
})

t.test('where nothing is asked for, the locale of the server is spoken', async t => {
  const office = await startOffice(t, { locale: 'zh' })
  t.equal((await office.login('x', 'y')).json.error.message, '用户名或密码错误')
  const core = await office.h.call('GET', '/api/v1/networks/net-9')
  t.match(core.json.error, /^Network net-9 not found/, 'other surfaces speak English')
  t.equal(core.headers.get('content-language'), null)
})

t.test('whatever is unknown under /api answers in the envelope of this surface', async t => {
  const office = await startOffice(t)
  for (const [method, path, said] of [
    ['GET', '/api', '404 RESOURCE_NOT_FOUND'],
    ['GET', '/api/subnet', '404 RESOURCE_NOT_FOUND'],
    ['DELETE', '/api/auth/login', '405 METHOD_NOT_ALLOWED'],
    ['GET', '/api/users/%zz', '400 INVALID_REQUEST'],
    ['POST', '/api/auth/login', '422 INVALID_REQUEST'],
  ] as const)
    t.equal(refusal(await office.h.call(method, path)), said, path)
  t.equal(refusal(await office.h.call('POST', '/api/auth/login', '{"a"')), '400 INVALID_REQUEST')
  t.equal((await office.h.call('GET', '/api/v1/nothing')).json.code, 404, 'but not under /api/v1')
})
