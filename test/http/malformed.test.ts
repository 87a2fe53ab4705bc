// Whatever is sent, the answer is a client's error in the envelope, never a 500.
import { connect } from 'node:net'
import fc from 'fast-check'
import t from 'tap'
import { jsonErrorPosition } from '../../src/http/json-position.js'
import { canonicalJson } from '../../src/http/request-headers.js'
import { begunWith } from './harness.js'

const begun = begunWith('10.0.0.0/24')

t.test('malformed JSON is 400 and names the position', async t => {
  const h = await begun(t)
  for (const [text, position] of [
    ['{"a":x}', 5],
    ['{a:1}', 1],
    ['{"a":1', 6],
    ['[1,]', 3],
    ['{"a":1}}', 7],
    ['nul', 0],
    ['"a\u0001"', 2],
    ['"\\x"', 1],
    ['{"a" 1}', 5],
    ['{"a":1 "b"}', 7],
    ['   ', 3],
    ['01', 1],
    ["{'a':1}", 1],
    ['[1}', 2],
    ['"abc', 4],
  ] as const) {
    const answer = await h.call('POST', '/api/v1/networks', text)
    t.match(answer, { status: 400, json: { reason: 'malformed-json', position } }, text)
  }
  const latin1 = await fetch(`${h.url}/api/v1/networks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: Buffer.from('{"description":"\xe9"}', 'latin1'),
  })
  t.equal(latin1.status, 400)
})

t.test('the position of an error is where the text stops being a prefix of JSON', async t => {
  let judged = 0
  const fragments = fc.array(
    fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '1',
      'true',
      'nul',
      ' ',
      '-',
      '"',
      '\\u00',
    ),
    { maxLength: 12 },
  )
  fc.assert(
    fc.property(fragments, parts => {
      judged++
      const text = parts.join('')
      try {
        JSON.parse(text)
      } catch {
        const position = jsonErrorPosition(text)
        return position >= 0 && position <= text.length
      }
      return jsonErrorPosition(text) === text.length
    }),
    { numRuns: 2000 },
  )
  t.equal(judged, 2000)
})

t.test('only JSON in UTF-8 without compression is taken', async t => {
  const h = await begun(t)
  const body = JSON.stringify({ cidr: '10.7.0.0/24' })
  const send = (headers: Record<string, string>) =>
    h.call('POST', '/api/v1/networks', body, headers)
  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/json; charset=latin1',
  ])
    t.match(await send({ 'content-type': type }), { status: 415, json: { code: 415 } }, type)
  t.equal((await send({ 'content-encoding': 'gzip' })).status, 415)
  t.equal((await send({ 'content-type': 'Application/JSON; charset="UTF-8"' })).status, 201)
  const none = await fetch(`${h.url}/api/v1/networks`, { method: 'POST', body: new Blob([body]) })
  t.equal(none.status, 415)
  t.match(await h.call('POST', '/api/v1/networks'), {
    status: 400,
    json: { reason: 'body-missing' },
  })
})

t.test('a body that is too large is 413, and the connection can go on', async t => {
  const h = await begun(t, { bodyBytesMax: 1000 })
  const large = JSON.stringify({ cidr: '10.0.0.0/8', description: 'x'.repeat(1000) })
  t.match(await h.call('POST', '/api/v1/networks', large), { status: 413, json: { code: 413 } })
  const chunked = await fetch(`${h.url}/api/v1/networks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: new Blob([large]).stream(),
    duplex: 'half',
  })
  t.equal(chunked.status, 413)
  const endless = JSON.stringify({ description: 'x'.repeat(100_000) })
  const answer = await raw(
    h.port,
    `POST /api/v1/networks HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10000000\r\n\r\n${endless}`,
  )
  t.match(answer, /^HTTP\/1\.1 413 /)
  t.match(answer, /Connection: close/i)
  const atLimit = JSON.stringify({ cidr: '10.8.0.0/24', description: '' })
  const padded = atLimit.padEnd(1000, ' ')
  t.equal((await h.call('POST', '/api/v1/networks', padded)).status, 201)
})

t.test('what is no HTTP is answered in the envelope and closed', async t => {
  const h = await begun(t, { headerBytesMax: 2048 })
  const nonsense = await raw(h.port, 'BLAH\r\n\r\n')
  t.match(nonsense, /^HTTP\/1\.1 400 Bad Request\r\n/)
  t.match(nonsense, /"code":400/)
  const headers = await raw(h.port, `GET / HTTP/1.1\r\nHost: x\r\nA: ${'x'.repeat(5000)}\r\n\r\n`)
  t.match(headers, /^HTTP\/1\.1 431 /)
  t.match(headers, /"code":431/)
  const absolute = await raw(
    h.port,
    'GET http://other/api/v1/networks/net-1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
  )
  t.match(absolute, /^HTTP\/1\.1 200 /)
  const asterisk = await raw(h.port, 'OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
  t.match(asterisk, /^HTTP\/1\.1 204 /)
})

t.test('no body, path or query makes a 500', async t => {
  const h = await begun(t)
  await h.call('POST', '/api/v1/allocations', { network_id: 'net-1' })
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom('net-1', 'alloc-1', '10.0.0.0/24', '10.0.0.7', '::/0', 1, 33, 1e308, -0, ''),
  )
  const fields = [
    'network_id',
    'cidr',
    'parent',
    'prefix_length',
    'vrf',
    'count',
    'ip',
    'hostname',
    'description',
    'tags',
    'ttl_hours',
    'hold_hours',
    'revision',
    'name',
    'steps',
    'node_id',
    'addr',
    '__proto__',
    'constructor',
  ]
  const body = fc.oneof(
    fc.dictionary(fc.constantFrom(...fields), value, { maxKeys: 4 }),
    fc.jsonValue({ maxDepth: 3 }),
  )
  const targets = fc.constantFrom(
    'POST /api/v1/networks',
    'PATCH /api/v1/networks/net-1',
    'POST /api/v1/allocations',
    'PATCH /api/v1/allocations/alloc-1',
    'POST /api/v1/allocations/alloc-1/renew',
    'POST /api/v1/allocations/alloc-9/release',
    'POST /api/v1/allocations/bulk',
    'POST /api/v1/vrfs',
    'PATCH /api/v1/vrfs/vrf-1',
    'POST /api/v1/cluster/nodes',
  )
  await fc.assert(
    fc.asyncProperty(targets, body, async (target, sent) => {
      const [method = '', path = ''] = target.split(' ')
      const answer = await h.call(method, path, JSON.stringify(sent))
      return answer.status < 500 || answer.status === 501
    }),
    { numRuns: 250 },
  )
  const parameter = fc.constantFrom(
    'limit',
    'cursor',
    'level',
    'all',
    'network_id',
    'vrf',
    'from',
    'after',
    'x',
  )
  const query = fc.array(fc.tuple(parameter, fc.string({ maxLength: 20 })), { maxLength: 3 })
  const paths = fc.constantFrom(
    'networks',
    'allocations',
    'audit',
    'networks/net-1',
    'vrfs',
    'health',
  )
  await fc.assert(
    fc.asyncProperty(paths, fc.string({ maxLength: 12 }), query, async (path, tail, pairs) => {
      const search = new URLSearchParams(pairs)
      const suffix = tail === '' ? '' : `/${encodeURIComponent(tail)}`
      const answer = await h.call('GET', `/api/v1/${path}${suffix}?${search}`)
      return answer.status < 500
    }),
    { numRuns: 250 },
  )
})

t.test('canonical JSON does not depend on the order of keys', async t => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 })), object => {
      const reversed = Object.fromEntries(Object.entries(object).reverse())
      return canonicalJson(object) === canonicalJson(reversed)
    }),
  )
  t.equal(
    canonicalJson({ b: [1, { d: null, c: 'x' }], a: undefined }),
    '{"b":[1,{"c":"x","d":null}]}',
  )
})

/** Sends bytes as they are; resolves with everything that comes back. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let answer = ''
    socket.on('data', data => {
      answer += data.toString('latin1')
    })
    socket.on('error', error => (answer === '' ? reject(error) : resolve(answer)))
    socket.on('close', () => resolve(answer))
    socket.write(text)
  })
}
