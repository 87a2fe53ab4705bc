// Watching: every change once, in order, from wherever the client asks, over both transports.
import { connect } from 'node:net'
import t, { type Test } from 'tap'
import { WebSocket } from 'ws'
import { begunWith, Harness } from './harness.js'

type Event = { readonly id: string; readonly event: string; readonly data: Record<string, unknown> }

const begun = begunWith('10.0.0.0/16')

function allocate(h: Harness, times: number): void {
  for (let made = 0; made < times; made++)
    h.gateway.apply({
      type: 'allocation.create',
      networkId: 1,
      place: { count: 1 },
      hostname: `h${made}`,
      description: null,
      tags: [],
      ttlMs: 3_600_000,
    })
}

/** An event stream that is read event by event. */
class Stream {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  readonly #abort: AbortController
  readonly comments: string[] = []
  #text = ''

  private constructor(
    readonly response: Response,
    abort: AbortController,
  ) {
    this.#reader = (response.body as ReadableStream<Uint8Array>).getReader()
    this.#abort = abort
  }

  static async open(t: Test, h: Harness, search = '', headers = {}): Promise<Stream> {
    const abort = new AbortController()
    const response = await fetch(`${h.url}/api/v1/watch${search}`, {
      headers,
      signal: abort.signal,
    })
    const stream = new Stream(response, abort)
    t.teardown(() => stream.close())
    return stream
  }

  /** The next `count` events; fewer when the stream ends. */
  async take(count: number): Promise<Event[]> {
    const events: Event[] = []
    while (events.length < count) {
      const end = this.#text.indexOf('\n\n')
      if (end < 0) {
        const { done, value } = await this.#reader.read()
        if (done) break
        this.#text += Buffer.from(value).toString('utf8')
        continue
      }
      const block = this.#text.slice(0, end)
      this.#text = this.#text.slice(end + 2)
      if (block.startsWith(':')) this.comments.push(block)
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? ''
      if (field('data') !== '')
        events.push({ id: field('id'), event: field('event'), data: JSON.parse(field('data')) })
    }
    return events
  }

  async nextComment(): Promise<string> {
    while (this.comments.length === 0) {
      const { done, value } = await this.#reader.read()
      if (done) return ''
      const text = Buffer.from(value).toString('utf8')
      if (text.startsWith(':')) this.comments.push(text)
    }
    return this.comments.shift() ?? ''
  }

  close(): void {
    this.#abort.abort()
  }
}

t.test('from a revision on, every change comes in order, old and new alike', async t => {
  const h = await begun(t)
  allocate(h, 3)
  const stream = await Stream.open(t, h, '?from=2')
  t.match(stream.response.headers.get('content-type'), 'text/event-stream')
  t.equal(stream.response.headers.get('ipam-revision'), '5')
  const old = await stream.take(4)
  t.same(
    old.map(event => [event.id, event.event, event.data.resource]),
    [
      ['2.0', 'network_created', 'net-1'],
      ['3.0', 'ip_allocated', 'alloc-1'],
      ['4.0', 'ip_allocated', 'alloc-2'],
      ['5.0', 'ip_allocated', 'alloc-3'],
    ],
  )
  t.same(old[1]?.data, {
    revision: 3,
    n: 0,
    time: '2024-01-15T10:30:00Z',
    action: 'ip_allocated',
    resource: 'alloc-1',
    before: null,
    after: {
      id: 'alloc-1',
      vrf_id: 'vrf-1',
      network_id: 'net-1',
      ip: '10.0.0.1',
      end_ip: null,
      allocated_cidr: null,
      hostname: 'h0',
      description: null,
      tags: [],
      status: 'allocated',
      allocated_at: '2024-01-15T10:30:00Z',
      expires_at: '2024-01-15T11:30:00Z',
      released_at: null,
      held_until: null,
      revision: 3,
    },
    user: 'system',
  })
  await h.call('POST', '/api/v1/allocations/alloc-2/release')
  t.match(await stream.take(1), [
    { id: '6.0', event: 'ip_released', data: { before: { status: 'allocated' } } },
  ])
})

t.test(
  'the default is from now, a future revision waits, an event id resumes exactly after',
  async t => {
    const h = await begun(t)
    allocate(h, 2)
    const now = await Stream.open(t, h)
    const future = await Stream.open(t, h, '?from=6')
    const resumed = await Stream.open(t, h, '?from=1', { 'last-event-id': '3.0' })
    const after = await Stream.open(t, h, '?after=3.0')
    allocate(h, 2)
    t.same(
      (await now.take(2)).map(event => event.id),
      ['5.0', '6.0'],
    )
    t.same(
      (await future.take(1)).map(event => event.id),
      ['6.0'],
    )
    for (const stream of [resumed, after])
      t.same(
        (await stream.take(3)).map(event => event.id),
        ['4.0', '5.0', '6.0'],
      )
  },
)

t.test(
  'the changes of one revision are told apart, and resuming between them loses none',
  async t => {
    const h = await begun(t)
    const step = { network_id: 'net-1' }
    await h.call('POST', '/api/v1/allocations/bulk', {
      steps: [{ allocate: step }, { allocate: step }, { allocate: step }],
    })
    const stream = await Stream.open(t, h, '', { 'last-event-id': '3.0' })
    t.same(
      (await stream.take(2)).map(event => event.id),
      ['3.1', '3.2'],
    )
  },
)

t.test('many watchers and a long history: no gap and no double for any of them', async t => {
  const h = await begun(t)
  allocate(h, 700)
  const streams = await Promise.all(
    ['?from=1', '?from=300', '', '?from=703'].map(search => Stream.open(t, h, search)),
  )
  allocate(h, 700)
  const wanted = (first: number) =>
    Array.from({ length: 1403 - first }, (_, index) => `${first + index}.0`)
  for (const [index, first] of [2, 300, 703, 703].entries()) {
    const stream = streams[index] as Stream
    const skip = index === 0 ? 2 : 0
    await stream.take(skip)
    const ids = (await stream.take(1403 - first)).map(event => event.id)
    t.same(ids, wanted(first), `stream ${index}`)
  }
})

t.test('what is pruned is 410 with the oldest revision kept', async t => {
  const h = await begun(t)
  allocate(h, 3)
  h.gateway.pruneAll()
  for (const search of ['?from=2', '?after=3.0', '?from=0'])
    t.match(await h.call('GET', `/api/v1/watch${search}`), {
      status: 410,
      json: { reason: 'history-pruned', oldest_revision: 6 },
    })
  const stream = await Stream.open(t, h, '?from=6')
  allocate(h, 1)
  t.match(await stream.take(1), [{ id: '6.0' }])
})

t.test('a watcher that keeps up is not disturbed by pruning', async t => {
  const h = await begun(t)
  const stream = await Stream.open(t, h)
  allocate(h, 2)
  t.equal((await stream.take(2)).length, 2)
  h.gateway.pruneAll()
  allocate(h, 1)
  t.match(await stream.take(1), [{ id: '5.0' }])
})

t.test('nonsense is 400', async t => {
  const h = await begun(t)
  for (const search of ['?from=-1', '?from=x', '?after=3', '?after=a.b', '?since=3'])
    t.equal((await h.call('GET', `/api/v1/watch${search}`)).status, 400, search)
  const header = await h.call('GET', '/api/v1/watch', undefined, { 'last-event-id': 'x' })
  t.equal(header.status, 400)
})

t.test('an idle stream shows that it lives', async t => {
  const h = await begun(t, { watchHeartbeatMs: 20 })
  const stream = await Stream.open(t, h)
  t.match(await stream.nextComment(), /^: heartbeat/)
  t.match(await stream.nextComment(), /^: heartbeat/)
})

t.test('there is a bound on watchers, and one that leaves makes room', async t => {
  const h = await begun(t, { watchersMax: 1 })
  const first = await Stream.open(t, h)
  t.match(await h.call('GET', '/api/v1/watch'), { status: 503, json: { reason: 'overloaded' } })
  first.close()
  let next = await fetch(`${h.url}/api/v1/watch`)
  while (next.status === 503) {
    await next.text()
    next = await fetch(`${h.url}/api/v1/watch`)
  }
  t.equal(next.status, 200)
  await next.body?.cancel()
})

t.test('a client that stops reading is dropped, others are not held up', async t => {
  const h = await begun(t, { watchStallMs: 200 })
  const stuck = connect(h.port, '127.0.0.1')
  stuck.pause()
  stuck.on('error', () => undefined)
  stuck.write('GET /api/v1/watch?from=1 HTTP/1.1\r\nHost: x\r\n\r\n')
  const stream = await Stream.open(t, h)
  while (!(await h.registry.metrics()).includes('http_watchers 2'))
    await new Promise(resolve => setTimeout(resolve, 20))
  while (!(await h.registry.metrics()).includes('http_watchers_dropped_total 1')) {
    allocate(h, 100)
    // Read as it comes: who lets it pile up is as slow as the one that is dropped.
    t.equal((await stream.take(100)).length, 100)
  }
  t.match(await h.registry.metrics(), 'http_watchers 1')
  stuck.destroy()
})

t.test('closing the server ends streams in so many words', async t => {
  const h = await new Harness().start()
  const stream = await Stream.open(t, h)
  const socket = new WebSocket(`${h.url.replace('http', 'ws')}/api/v1/watch`)
  await new Promise(resolve => socket.once('open', resolve))
  const closed = new Promise<number>(resolve => socket.once('close', resolve))
  await h.server.close()
  t.match(await stream.take(2), [{ event: 'end', data: { reason: 'closing' } }])
  t.equal(await closed, 1001)
})

t.test('over WebSocket the same JSON comes, one message a change', async t => {
  const h = await begun(t, { watchHeartbeatMs: 200 })
  allocate(h, 300)
  const stream = await Stream.open(t, h, '?from=2')
  const socket = new WebSocket(`${h.url.replace('http', 'ws')}/api/v1/watch?from=2`)
  const messages: string[] = []
  let pings = 0
  socket.on('ping', () => pings++)
  const done = new Promise<void>(resolve => {
    socket.on('message', data => {
      messages.push(String(data))
      if (messages.length === 331) resolve()
    })
  })
  await new Promise(resolve => socket.once('open', resolve))
  allocate(h, 30)
  await done
  const events = await stream.take(331)
  t.same(
    messages.map(text => JSON.parse(text)),
    events.map(event => event.data),
  )
  while (pings < 2) await new Promise(resolve => setTimeout(resolve, 10))
  t.equal(socket.readyState, WebSocket.OPEN)
  socket.close()
})

t.test('a refused WebSocket gets an ordinary answer', async t => {
  const h = await begun(t, { watchersMax: 1 })
  const refused = (path: string, options = {}) =>
    new Promise<number>(resolve => {
      const socket = new WebSocket(`${h.url.replace('http', 'ws')}${path}`, options)
      socket.on('unexpected-response', (request, response) => {
        resolve(response.statusCode ?? 0)
        request.destroy()
      })
      socket.on('error', () => undefined)
    })
  t.equal(await refused('/api/v1/watch?from=x'), 400)
  t.equal(await refused('/nope'), 404)
  t.equal(await refused('/api/v1/networks'), 200, 'not a place for WebSocket: served as it is')
  t.equal(await refused('/api/v1/watch', { origin: 'http://evil.example' }), 403)
  h.gateway.pruneAll()
  t.equal(await refused('/api/v1/watch?from=1'), 410)
  await Stream.open(t, h)
  t.equal(await refused('/api/v1/watch'), 503)
})
