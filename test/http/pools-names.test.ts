// Names of pools in paths: percent-encoded, and any script and sign.
import { connect } from 'node:net'
import fc from 'fast-check'
import t from 'tap'
import { begunWith, type Harness } from './harness.js'

const begun = begunWith()
const IP = '/api/v1/ip-pools'

const names = [
  'a/b',
  '100%',
  '50%25',
  'two words',
  'größe',
  '東京 データセンター',
  '🦊'.repeat(100),
  'x'.repeat(100),
  '.hidden',
  '...',
  '?query#part',
  'it\'s "so" & <b>',
  'allocations',
  'a//b/',
  '\\',
  ':name',
]

async function lifeOf(h: Harness, name: string, cidr: string): Promise<readonly string[]> {
  const made = await h.call('POST', IP, { name, pool_type: 'ipv4', cidr })
  const path = made.headers.get('location') ?? ''
  const detail = await h.call('GET', path)
  const block = await h.call('POST', `${path}/allocate`, { prefix_length: 30 })
  const list = await h.call('GET', `${path}/allocations`)
  const { allocated_cidr } = block.json
  const freed = await h.call('POST', `${path}/release`, { allocated_cidr })
  const gone = await h.call('DELETE', path)
  if (freed.status !== 200 || gone.status !== 204) return [freed.text, gone.text]
  return [made.json.name, detail.json.name, block.json.pool_name, list.json.pool_name]
}

t.test('every name that may be given is found under its encoding', async t => {
  const h = await begun(t)
  for (const [index, name] of names.entries())
    t.same(await lifeOf(h, name, `10.${index}.0.0/24`), Array(4).fill(name), name)
})

t.test('any text of 1 to 100 code points is a name, once it is one', async t => {
  const h = await begun(t)
  const text = fc
    .string({ unit: 'binary', minLength: 1, maxLength: 100 })
    .filter(name => /^(?!\.{1,2}$)[^\p{Cc}\p{Cs}]*$/u.test(name))
  await fc.assert(
    fc.asyncProperty(text, async name => {
      const found = await lifeOf(h, name, '10.0.0.0/24')
      return found.length === 4 && found.every(one => one === name)
    }),
    { numRuns: 50 },
  )
})

t.test('the encoding may be more than is needed, and in either case', async t => {
  const h = await begun(t)
  await h.call('POST', IP, { name: 'a/b', pool_type: 'ipv4', cidr: '10.0.0.0/24' })
  for (const path of ['a%2Fb', 'a%2fb', '%61%2F%62'])
    t.equal((await h.call('GET', `${IP}/${path}`)).json.name, 'a/b', path)
  t.equal((await h.call('GET', `${IP}/a%2Fb/allocations`)).json.pool_name, 'a/b')
  t.equal((await h.call('GET', `${IP}/a/b`)).status, 404)
  t.equal((await h.call('GET', `${IP}/a%252Fb`)).status, 404, 'decoded once')
})

t.test('a name that is not encoded at all is no valid request', async t => {
  const h = await begun(t)
  const answer = await new Promise<string>(resolve => {
    const socket = connect(h.port, '127.0.0.1')
    socket.setEncoding('utf8').once('data', (text: string) => {
      socket.destroy()
      resolve(text)
    })
    socket.write(`GET ${IP}/größe HTTP/1.1\r\nHost: x\r\n\r\n`)
  })
  t.match(answer, /^HTTP\/1.1 400 Bad Request/)
})
