// `npm start` and `npm run cluster` as a person runs them: in a terminal of their own, ended with Ctrl-C.
import { type ChildProcess, spawn } from 'node:child_process'
import { connect } from 'node:net'
import type { Test } from 'tap'
import { projectRoot } from '../support/processes.js'
import { until } from './until.js'
import { withoutLoaders } from './workflow.js'

export class NpmProgram {
  readonly #child: ChildProcess
  readonly #exited: Promise<void>
  #printed = ''

  /** @param args of npm. Ends with the test. */
  constructor(
    t: Test,
    args: readonly string[],
    environment: { readonly [name: string]: string } = {},
  ) {
    // A process group of its own is what Ctrl-C in a terminal reaches.
    this.#child = spawn('npm', [...args], {
      cwd: projectRoot(),
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...withoutLoaders(), ...environment },
    })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#printed += chunk.toString()
      })
    }
    this.#exited = new Promise((resolve, reject) => {
      this.#child.once('error', reject)
      this.#child.once('close', () => resolve())
    })
    t.teardown(() => this.#signal('SIGKILL'))
  }

  /** Everything on standard output and standard error so far. */
  get printed(): string {
    return this.#printed
  }

  async prints(pattern: RegExp): Promise<RegExpExecArray> {
    try {
      return await until(`${pattern} is printed`, () => pattern.exec(this.#printed))
    } catch (error) {
      throw new Error(`${(error as Error).message}; printed was:\n${this.#printed}`)
    }
  }

  /** Resolves when every process of it has closed its output. */
  async interrupt(): Promise<void> {
    this.#signal('SIGINT')
    await this.#exited
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#child.pid === undefined) return
    try {
      process.kill(-this.#child.pid, signal)
    } catch {
      // The whole group has ended.
    }
  }
}

/** Whether somebody listens on a port of this machine. */
export function isTaken(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1')
    const answer = (taken: boolean) => {
      socket.destroy()
      resolve(taken)
    }
    socket.once('connect', () => answer(true))
    socket.once('error', () => answer(false))
  })
}
