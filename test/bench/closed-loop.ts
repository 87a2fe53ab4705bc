// N clients, each sending its next request when the last one is answered: throughput and latency of one work.
import { RawClient } from './raw-client.js'

export type Work = {
  /** Base addresses; clients are spread over them. */
  readonly urls: readonly URL[]
  readonly clients: number
  readonly seconds: number
  /** The request text of one client's n-th request. */
  readonly request: (url: URL, client: number, n: number) => string
  readonly expectedStatus: number
}

export type Figures = {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly count: number
}

/** @throws when an answer has another status. */
export async function measure(work: Work): Promise<Figures> {
  const latencies: number[] = []
  const start = performance.now()
  const end = start + work.seconds * 1000
  await Promise.all(
    Array.from({ length: work.clients }, async (_, client) => {
      const url = work.urls[client % work.urls.length] as URL
      const connection = await RawClient.open(url)
      for (let n = 0; ; n++) {
        const sent = performance.now()
        if (sent >= end) break
        const answer = await connection.send(work.request(url, client, n))
        if (answer.status !== work.expectedStatus) {
          throw new Error(`${url.origin} answered ${answer.status}: ${answer.body.slice(0, 300)}`)
        }
        latencies.push(performance.now() - sent)
      }
      connection.close()
    }),
  )
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
