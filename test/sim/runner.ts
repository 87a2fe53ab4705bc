// Who runs a seed: this process, or another one, which a seed may take down with it and which runs beside others.
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { emptyReport, type SeedReport } from './report.js'

export type SeedRunner = {
  run(seed: number): Promise<SeedReport>
  close(): void
}

/** A world that takes longer hangs; the slowest take a few seconds. */
const SEED_MS_MAX = 180_000
const STDERR_KEPT = 4_000

const worker = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? 'worker.ts' : 'worker.js', import.meta.url),
)

export class ProcessRunner implements SeedRunner {
  readonly #mutation: string | null
  #process: ChildProcess | null = null
  #stderr = ''

  constructor(mutation: string | null) {
    this.#mutation = mutation
  }

  /** A process that ends in the middle of a seed has found something, too; the next seed gets another one. */
  run(seed: number): Promise<SeedReport> {
    const child = this.#ensure()
    return new Promise(resolve => {
      const end = (report: SeedReport): void => {
        clearTimeout(timer)
        child.removeAllListeners('message')
        child.removeAllListeners('exit')
        resolve(report)
      }
      const fail = (finding: string): void => {
        this.close()
        end({ ...emptyReport(seed), findings: [`${finding}\n${this.#stderr}`] })
      }
      const timer = setTimeout(() => fail('its world did not end'), SEED_MS_MAX)
      child.once('message', message => end(message as SeedReport))
      child.once('exit', (code, signal) => fail(`its process ended with ${signal ?? code}`))
      child.send(seed)
    })
  }

  close(): void {
    this.#process?.kill('SIGKILL')
    this.#process = null
  }

  #ensure(): ChildProcess {
    if (this.#process !== null) return this.#process
    const args = this.#mutation === null ? [] : [this.#mutation]
    this.#stderr = ''
    const child = fork(worker, args, {
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
      serialization: 'advanced',
    })
    child.stderr?.on('data', data => {
      this.#stderr = `${this.#stderr}${data}`.slice(-STDERR_KEPT)
    })
    this.#process = child
    return child
  }
}
