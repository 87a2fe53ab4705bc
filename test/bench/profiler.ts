// Takes a CPU profile of a running process over its inspector, so that its start is not in it.
import { WebSocket } from 'ws'

export type CpuProfile = {
  readonly nodes: readonly {
    readonly id: number
    readonly children?: readonly number[]
    readonly callFrame: {
      readonly functionName: string
      readonly url: string
      readonly lineNumber: number
    }
  }[]
  readonly samples: readonly number[]
  /** µs from one sample to the next. */
  readonly timeDeltas: readonly number[]
}

const INTERVAL_MICROS = 250

export class Profiler {
  readonly #socket: WebSocket
  readonly #waiting = new Map<number, (result: unknown) => void>()
  #nextId = 1

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('message', text => {
      const { id, result } = JSON.parse(String(text)) as { id?: number; result: unknown }
      if (id === undefined) return
      this.#waiting.get(id)?.(result)
      this.#waiting.delete(id)
    })
  }

  /** @param port that the process was started with (--inspect) */
  static async start(port: number): Promise<Profiler> {
    const targets = await fetch(`http://127.0.0.1:${port}/json/list`)
    const [target] = (await targets.json()) as { webSocketDebuggerUrl: string }[]
    const socket = new WebSocket(target?.webSocketDebuggerUrl ?? '', { perMessageDeflate: false })
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
    const profiler = new Profiler(socket)
    await profiler.#ask('Profiler.enable')
    await profiler.#ask('Profiler.setSamplingInterval', { interval: INTERVAL_MICROS })
    await profiler.#ask('Profiler.start')
    return profiler
  }

  async stop(): Promise<CpuProfile> {
    const { profile } = (await this.#ask('Profiler.stop')) as { profile: CpuProfile }
    this.#socket.close()
    return profile
  }

  #ask(method: string, params: object = {}): Promise<unknown> {
    const id = this.#nextId++
    return new Promise(resolve => {
      this.#waiting.set(id, resolve)
      this.#socket.send(JSON.stringify({ id, method, params }))
    })
  }
}
