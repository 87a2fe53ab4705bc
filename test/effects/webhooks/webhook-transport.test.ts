// POSTs to real servers on loopback: what is an answer, what is none, and where nothing is sent to.
import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import t, { type Test } from 'tap'
import { TargetPolicy } from '../../../src/effects/webhooks/target-policy.js'
import { openWebhookTransport } from '../../../src/effects/webhooks/webhook-transport.js'

const never = new AbortController().signal

async function serve(t: Test, listener: RequestListener): Promise<{ url: string; server: Server }> {
  const server = createServer(listener)
  await new Promise<void>(ready => server.listen(0, '127.0.0.1', ready))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?a=1`, server }
}

function sender(t: Test, options: { timeoutMs?: number; deny?: string[] } = {}) {
  const { timeoutMs = 5_000, deny = [] } = options
  const policy = new TargetPolicy({ deny, allow: [] })
  const transport = openWebhookTransport({ timeoutMs, policy })
  t.teardown(() => transport.close())
  return (url: string, signal = never) =>
    transport.post({ url, headers: { 'X-IPAM-Event': 'e' }, body: Buffer.from('{"a":1}') }, signal)
}

t.test('a post arrives as it is, and connections are kept', async t => {
  const seen: unknown[] = []
  const ports = new Set<number | undefined>()
  const { url } = await serve(t, (request, response) => {
    ports.add(request.socket.remotePort)
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => {
      const { method, url, headers } = request
      seen.push([method, url, headers['x-ipam-event'], Buffer.concat(chunks).toString()])
      response.end('thanks')
    })
  })
  const post = sender(t)
  for (let at = 0; at < 3; at += 1) t.strictSame(await post(url), { statusCode: 200, error: null })
  t.strictSame(seen[0], ['POST', '/hook?a=1', 'e', '{"a":1}'])
  t.equal(seen.length, 3)
  t.equal(ports.size, 1)
})

t.test('only 2xx is success; a redirect is not followed', async t => {
  let asked = 0
  const { url } = await serve(t, (request, response) => {
    asked += 1
    const status = Number(request.url?.split('/')[1])
    response.writeHead(status, { location: '/200' }).end()
  })
  const post = sender(t)
  for (const [status, error] of [
    [200, null],
    [204, null],
    [299, null],
    [302, /status 302; redirects are not followed/],
    [404, /status 404$/],
    [500, /status 500$/],
  ] as const)
    t.match(await post(new URL(`/${status}`, url).href), { statusCode: status, error })
  t.equal(asked, 6)
})

t.test('who answers nothing, half, or for ever is given up in time', async t => {
  const { url } = await serve(t, ({ url }, response) => {
    if (url === '/half') response.writeHead(200).write('half')
    if (url === '/trickle') setInterval(() => response.write('.'), 20).unref()
  })
  const post = sender(t, { timeoutMs: 200 })
  for (const path of ['/nothing', '/half', '/trickle']) {
    const startMs = performance.now()
    t.strictSame(await post(new URL(path, url).href), {
      statusCode: null,
      error: 'no whole answer within 0.2 s',
    })
    t.ok(performance.now() - startMs < 2_000, path)
  }
})

t.test('of a huge answer only the beginning is read', async t => {
  let closed = 0
  const { url } = await serve(t, (_, response) => {
    response.on('close', () => closed++)
    const more = (): void => {
      while (!response.destroyed && response.write(Buffer.alloc(16_384)));
    }
    response.on('drain', more)
    more()
  })
  t.strictSame(await sender(t)(url), { statusCode: 200, error: null })
  await new Promise(resolve => setTimeout(resolve, 50))
  t.equal(closed, 1)
})

t.test('what is not HTTP, is closed, or is not there is told apart', async t => {
  const tcp = createTcpServer(socket => {
    socket.on('error', () => {})
    socket.once('data', data => {
      if (String(data).startsWith('POST /close')) socket.destroy()
      else socket.end('220 mail.example.com ESMTP\r\n')
    })
  })
  await new Promise<void>(ready => tcp.listen(0, '127.0.0.1', ready))
  const { port } = tcp.address() as AddressInfo
  const post = sender(t)
  t.match(await post(`http://127.0.0.1:${port}/close`), { statusCode: null, error: /was closed/ })
  t.match(await post(`http://127.0.0.1:${port}/`), { statusCode: null, error: /not HTTP/ })
  await new Promise(resolve => tcp.close(resolve))
  t.match(await post(`http://127.0.0.1:${port}/`), {
    statusCode: null,
    error: 'connection refused',
  })
  t.match(await post(`https://127.0.0.1:${port}/`), { error: 'connection refused' })
})

t.test('a connection that was closed while it was kept is no failure', async t => {
  let drops = true
  const { url } = await serve(t, (request, response) => {
    const { remotePort } = request.socket
    if (remotePort === first && drops) {
      drops = false
      request.socket.destroy()
      return
    }
    first ||= remotePort ?? 0
    response.end()
  })
  let first = 0
  const post = sender(t)
  t.match(await post(url), { statusCode: 200 })
  t.match(await post(url), { statusCode: 200 })
  t.equal(drops, false)
})

t.test('nothing is sent to where it must not be, by address or by name', async t => {
  let asked = 0
  const { url } = await serve(t, (_, response) => {
    asked += 1
    response.end()
  })
  const { port } = new URL(url)
  const post = sender(t, { deny: ['127.0.0.0/8', '::1', '192.0.2.0/24'] })
  for (const [target, error] of [
    [url, 'webhooks are not sent to 127.0.0.1'],
    [`http://2130706433:${port}/`, 'webhooks are not sent to 127.0.0.1'],
    [`http://[::ffff:127.0.0.1]:${port}/`, /not sent to ::ffff:7f00:1/],
    [`http://localhost:${port}/`, /not sent to localhost \((127\.0\.0\.1|::1)\)/],
    ['http://169.254.169.254/latest/meta-data', 'webhooks are not sent to 169.254.169.254'],
    [`http://0.0.0.0:${port}/`, 'webhooks are not sent to 0.0.0.0'],
    ['ftp://192.0.2.1/', /only http and https/],
    ['file:///etc/passwd', /only http and https/],
    ['no url', /cannot be read/],
  ] as const)
    t.match(await post(target), { statusCode: null, error }, target)
  t.equal(asked, 0)
})

t.test('a name is resolved, and connected to where that is allowed', async t => {
  const { url } = await serve(t, (_, response) => response.end())
  const named = url.replace('127.0.0.1', 'localhost')
  t.match(await sender(t, { deny: ['::1'] })(named), { statusCode: 200 })
  t.match(await sender(t)('http://no-such-name.invalid/'), { statusCode: null, error: /resolve/ })
})

t.test('a post that is aborted throws, before it began too', async t => {
  const { url } = await serve(t, () => {})
  const abort = new AbortController()
  const posting = sender(t)(url, abort.signal)
  setTimeout(() => abort.abort(new Error('stopping')), 50)
  await t.rejects(posting, /stopping/)
  await t.rejects(sender(t)(url, abort.signal), /stopping/)
})
