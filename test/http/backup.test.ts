// A backup over HTTP: whole, at the level asked for, one at a time, and gone when its client is.
import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import t from 'tap'
import { BackupReader } from '../../src/backup/index.js'
import { NoRoomError } from '../../src/store/index.js'
import { copyOf } from '../support/fake-gateway.js'
import { begunWith } from './harness.js'

const STATE = randomBytes((5 << 20) + 77)

const begun = begunWith()

t.test('it holds at least what was answered before', async t => {
  const h = await begun(t)
  let released = 0
  h.gateway.takeCopy = index => ({ ...copyOf(index + 5, STATE), release: () => released++ })
  for (const level of ['linearizable', 'none'] as const) {
    const response = await fetch(`${h.url}/api/v1/backup?level=${level}`)
    t.match(response, { status: 200 })
    const file = Buffer.from(await response.arrayBuffer())
    t.equal(response.headers.get('content-length'), String(file.length))
    t.equal(response.headers.get('ipam-revision'), '6')
    t.match(h.gateway.readsAsked.at(-1), { level })
    const reader = new BackupReader()
    t.ok(Buffer.from(reader.push(file)).subarray(0, STATE.length).equals(STATE))
    t.match(reader.end(), { index: 6, term: 3, clusterUuid: 'c-1', clusterId: 100, nodeId: 1 })
  }
  t.equal(released, 2)
})

t.test('it is one at a time, and a client that leaves makes room for the next', async t => {
  const h = await begun(t)
  let reads = 0
  let release = () => {}
  const released = new Promise<void>(resolve => {
    release = resolve
  })
  h.gateway.takeCopy = index => {
    const copy = copyOf(index, STATE)
    const read = (offset: number, bytes: number) => {
      reads++
      return copy.read(offset, bytes)
    }
    return { ...copy, read, release }
  }
  const socket = connect(h.port, '127.0.0.1')
  socket.on('error', () => {})
  socket.pause()
  socket.write('GET /api/v1/backup HTTP/1.1\r\nHost: x\r\n\r\n')
  while (reads === 0) await new Promise(resolve => setTimeout(resolve, 5))
  const refused = await h.call('GET', '/api/v1/backup')
  t.match(refused, { status: 429, json: { reason: 'backup-under-way' } })
  t.ok(refused.headers.get('retry-after'))
  t.ok(reads < 6, 'a client that does not read is not read for')
  socket.destroy()
  await released
  const next = await fetch(`${h.url}/api/v1/backup`)
  t.equal(next.status, 200)
  await next.arrayBuffer()
})

t.test('a client that takes nothing is cut', async t => {
  const h = await begun(t, { backupStallMs: 50 })
  let release = () => {}
  const released = new Promise<void>(resolve => {
    release = resolve
  })
  // More than the buffers of both sockets hold.
  h.gateway.takeCopy = index => ({ ...copyOf(index, Buffer.alloc(32 << 20)), release })
  const socket = connect(h.port, '127.0.0.1')
  socket.on('error', () => {})
  socket.pause()
  socket.write('GET /api/v1/backup HTTP/1.1\r\nHost: x\r\n\r\n')
  await released
  t.match(h.logged.at(-1), { message: 'a backup was not taken to its end' })
  socket.destroy()
})

t.test('what goes wrong is said, or cut where it can be said no more', async t => {
  const h = await begun(t)
  h.gateway.takeCopy = () => Promise.reject(new NoRoomError('There is no room for a copy.'))
  t.match(await h.call('GET', '/api/v1/backup'), {
    status: 507,
    json: { reason: 'no-room', error: /no room for a copy\. Ask another node/ },
  })
  h.gateway.takeCopy = index => {
    const read = () => Promise.reject(new Error('the disk is gone'))
    return { ...copyOf(index, STATE), read }
  }
  await t.rejects(fetch(`${h.url}/api/v1/backup`).then(response => response.arrayBuffer()))
  h.gateway.takeCopy = index => copyOf(index, STATE)
  const head = await fetch(`${h.url}/api/v1/backup`, { method: 'HEAD' })
  t.match(head, { status: 200 })
  t.ok(Number(head.headers.get('content-length')) > STATE.length)
})

t.test('effects are shown and switched', async t => {
  const h = await begun(t)
  const at = '/api/v1/effects'
  t.match(await h.call('GET', at), { status: 200, json: { enabled: true } })
  t.match(await h.call('POST', at, { enabled: false }), { status: 200, json: { enabled: false } })
  t.match(await h.call('GET', at), { json: { enabled: false } })
  t.match((await h.call('GET', '/api/v1/audit?limit=1')).json, [
    { action: 'effects_switched', details: 'Switched effects off', resource: 'cluster' },
  ])
  t.match(await h.call('POST', at, {}), { status: 400 })
})
