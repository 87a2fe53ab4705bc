// ipam watch: every change as it happens, from any revision on, without gaps or doubles across reconnects.
import { Command } from 'commander'
import { UnreachableError } from '../client.js'
import { clientOptions, contextOf, type Surroundings } from '../context.js'
import { wholeNumber } from '../parse.js'

type WatchEvent = {
  readonly revision: number
  readonly n: number
  readonly time: string
  readonly action: string
  readonly resource: string
  readonly user: string
}

const RECONNECT_MS = 1000

export function watchCommand(surroundings: Surroundings): Command {
  const command = clientOptions(new Command('watch'))
    .description('print every change as it happens')
    .option('--from <revision>', 'from this revision on (default: from now)', wholeNumber)
  return command.action(async (options: { from?: number }) => {
    const { client, output } = contextOf(command, surroundings)
    let last: { revision: number; n: number } | null = null
    for (;;) {
      try {
        const from = last?.revision ?? options.from
        const query = from === undefined ? {} : { from }
        const response = await client.open(
          { method: 'GET', path: '/api/v1/watch', query },
          new AbortController().signal,
        )
        for await (const event of eventsOf(response)) {
          if (last !== null && isAtOrBefore(event, last)) continue
          last = event
          output.write(`${output.json ? JSON.stringify(event) : describe(event)}\n`)
        }
      } catch (error) {
        if (last === null && error instanceof UnreachableError) throw error
        if (!(error instanceof UnreachableError || error instanceof TypeError)) throw error
      }
      surroundings.stderr('connection lost; trying again\n')
      await new Promise(resolve => setTimeout(resolve, RECONNECT_MS))
    }
  })
}

function describe(event: WatchEvent): string {
  return `${event.time}  ${String(event.revision).padStart(8)}  ${event.action.padEnd(22)}  ${event.resource}  ${event.user}`
}

function isAtOrBefore(event: WatchEvent, last: { revision: number; n: number }): boolean {
  return event.revision < last.revision || (event.revision === last.revision && event.n <= last.n)
}

/** Server-sent events, data lines only (WHATWG HTML, 9.2). */
async function* eventsOf(response: Response): AsyncIterable<WatchEvent> {
  if (response.body === null) return
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of response.body) {
    text += decoder.decode(chunk as Uint8Array, { stream: true })
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const data = block
        .split('\n')
        .filter(line => line.startsWith('data:'))
        .map(line => line.slice('data:'.length).trimStart())
        .join('\n')
      if (data !== '') yield JSON.parse(data) as WatchEvent
    }
  }
}
