// N clients, each sending its next request when the last one is answered: throughput and latency of one work.
import { RawClient } from './raw-client.js'

export type Work = {
  /** Base addresses; clients are spread over them. */
  readonly urls: readonly URL[]
  readonly clients: number
  readonly seconds: number
  /** One client's requests, made before the clock starts and sent in turn, over and over. */
  readonly requests: (url: URL, client: number) => readonly Buffer[]
  readonly expectedStatus: number
}

export type Figures = {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly count: number
}

type Client = {
  readonly connection: RawClient
  readonly url: URL
  readonly requests: readonly Buffer[]
}

/** @throws when an answer has another status. */
export async function measure(work: Work): Promise<Figures> {
  const clients = await Promise.all(Array.from({ length: work.clients }, (_, n) => open(work, n)))
  const latencies: number[] = []
  const start = performance.now()
  const end = start + work.seconds * 1000
  await Promise.all(clients.map(client => run(client, { work, end, latencies })))
  const seconds = (performance.now() - start) / 1000
  latencies.sort((a, b) => a - b)
  const at = (share: number): number => latencies[Math.floor((latencies.length - 1) * share)] ?? 0
  return {
    perSecond: latencies.length / seconds,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    count: latencies.length,
  }
}

async function open(work: Work, client: number): Promise<Client> {
  const url = work.urls[client % work.urls.length] as URL
  const connection = await RawClient.open(url)
  return { connection, url, requests: work.requests(url, client) }
}

type Run = { readonly work: Work; readonly end: number; readonly latencies: number[] }

function run({ connection, url, requests }: Client, { work, end, latencies }: Run): Promise<void> {
  return new Promise((resolve, reject) => {
    let n = 0
    let sent = performance.now()
    const send = () => connection.send(requests[n++ % requests.length] as Buffer)
    connection.onAnswer = answer => {
      const now = performance.now()
      if (answer instanceof Error) {
        reject(new Error(`${url.origin}: ${answer.message}`, { cause: answer }))
        return
      }
      const { status, body } = answer
      if (status !== work.expectedStatus) {
        const text = body.toString('utf8', 0, 300)
        reject(new Error(`${url.origin} answered ${status}: ${text}`))
        return
      }
      latencies.push(now - sent)
      sent = now
      if (now < end) send()
      else {
        connection.close()
        resolve()
      }
    }
    send()
  })
}
