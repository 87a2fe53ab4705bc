// Receivers that answer with what is no sound HTTP, or with more of it than anybody reads: each attempt ends, in time and at little cost.
import { type AddressInfo, createServer, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { TargetPolicy } from '../../../src/effects/webhooks/target-policy.js'
import { openWebhookTransport } from '../../../src/effects/webhooks/webhook-transport.js'

const TIMEOUT_MS = 1_500
const never = new AbortController().signal

/** Posts once to a receiver that does this with the connection as soon as it is asked. `closed`: the sender has closed it. */
async function post(t: Test, answer: (socket: Socket) => void) {
  const sockets = new Set<Socket>()
  let close = (): void => {}
  const closed = new Promise<void>(resolve => {
    close = resolve
  })
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', close)
    socket.once('data', () => answer(socket))
  })
  await new Promise<void>(ready => server.listen(0, '127.0.0.1', ready))
  const { port } = server.address() as AddressInfo
  const policy = new TargetPolicy({ deny: [], allow: [] })
  const transport = openWebhookTransport({ timeoutMs: TIMEOUT_MS, policy })
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    transport.close()
    server.close()
  })
  const url = `http://127.0.0.1:${port}/`
  const sent = { url, headers: {}, body: Buffer.from('{}') }
  return { answer: await transport.post(sent, never), closed }
}

const says = (text: string) => (socket: Socket) => void socket.write(text)

/** As fast as it is read. */
const floods =
  (piece: string, begin = '') =>
  (socket: Socket): void => {
    const pieces = piece.repeat(1000)
    const more = (): void => {
      while (!socket.destroyed && socket.write(pieces));
    }
    socket.write(begin)
    socket.on('drain', more)
    more()
  }

t.test('who answers with another protocol has answered', { timeout: 10_000 }, async t => {
  const switching = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'
  for (const text of [switching, `${switching}more`]) {
    const { answer, closed } = await post(t, says(text))
    t.strictSame(answer, { statusCode: 101, error: 'answered with status 101' })
    await closed
  }
})

t.test('a status below 100 is none, and 999 is one', async t => {
  for (const status of ['000', '001', '099']) {
    const text = `HTTP/1.1 ${status} x\r\nContent-Length: 0\r\n\r\n`
    const { answer } = await post(t, says(text))
    t.match(answer, { statusCode: null, error: /the answer has no status of HTTP/ })
  }
  t.match(await post(t, says('HTTP/1.1 999 x\r\nContent-Length: 0\r\n\r\n')), {
    answer: { statusCode: 999 },
  })
})

t.test('a success that is not whole is none', async t => {
  const whole = 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n'
  const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'
  for (const answer of [
    (socket: Socket) => void socket.end(`${whole}abc`),
    (socket: Socket) => void socket.end(`${chunked}5\r\nabc`),
    says(`${chunked}zzz\r\n`),
  ])
    t.match(await post(t, answer), { answer: { statusCode: null, error: /\w/ } })
})

t.test('who sends without end, and no answer, is cut off at once', async t => {
  for (const [name, flood] of [
    ['goes on', floods('HTTP/1.1 100 Continue\r\n\r\n')],
    ['hints', floods('HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n')],
    ['empty lines', floods('\r\n')],
  ] as const) {
    const startMs = performance.now()
    const { answer, closed } = await post(t, flood)
    const error = 'more was sent than an answer may be long'
    t.strictSame(answer, { statusCode: null, error }, name)
    await closed
    t.ok(performance.now() - startMs < TIMEOUT_MS / 2, name)
  }
})

t.test('of an answer without end only the beginning is read', async t => {
  const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'
  const startMs = performance.now()
  t.match(await post(t, floods('1\r\nx\r\n', head)), { answer: { statusCode: 200, error: null } })
  t.ok(performance.now() - startMs < TIMEOUT_MS / 2)
})
