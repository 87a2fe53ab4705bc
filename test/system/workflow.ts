// Document 002's "Complete Workflow Example", run as it stands there, and what its commands answered.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../support/processes.js'

/** The port that the example's URLs name. */
export const WORKFLOW_PORT = 8080

/** Lines 408 to 432 of the seed document in ../shared/seeds whose name begins with 002. */
export function workflowText(): string {
  return readFileSync(join(projectRoot(), 'test/fixtures/document-002-workflow.sh'), 'utf8')
}

export type WorkflowRun = {
  readonly exitCode: number
  /** What a person who pastes it sees. */
  readonly printed: string
  /** What the variables hold that it sets. */
  readonly network: unknown
  readonly networkId: string
  readonly allocation: unknown
  readonly allocationId: string
  readonly ip: string
}

/** The text is run unchanged on its own port; for another one, that number in its URLs is all that is replaced. */
export async function runWorkflow(port: number): Promise<WorkflowRun> {
  const text = workflowText().replaceAll(`localhost:${WORKFLOW_PORT}`, `localhost:${port}`)
  const tell = `printf '%s\\0' "$NETWORK" "$NETWORK_ID" "$ALLOCATION" "$ALLOCATION_ID" "$IP" >&3`
  const { exitCode, printed, told } = await runBash(`${text}\n${tell}\n`)
  const [network = '', networkId = '', allocation = '', allocationId = '', ip = ''] =
    told.split('\0')
  return {
    exitCode,
    printed,
    network: parse(network),
    networkId,
    allocation: parse(allocation),
    allocationId,
    ip,
  }
}

/** Runs a script with bash in `directory`. `told` is what it wrote to descriptor 3. */
export async function runBash(
  script: string,
  options: { readonly directory?: string } = {},
): Promise<{ exitCode: number; printed: string; errors: string; told: string }> {
  const child = spawn('bash', ['-c', script], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env: withoutLoaders(),
    ...(options.directory === undefined ? {} : { cwd: options.directory }),
  })
  const texts = ['', '', '']
  for (const [position, stream] of child.stdio.slice(1).entries()) {
    stream?.on('data', (chunk: Buffer) => {
      texts[position] += chunk.toString()
    })
  }
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', code => resolve(code ?? -1))
  })
  const [printed = '', errors = '', told = ''] = texts
  return { exitCode, printed, errors, told }
}

/** The test runner puts its loaders into NODE_OPTIONS of every child; programs run as they are shipped. */
export function withoutLoaders(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, ...environment } = process.env
  return environment
}

/** The text itself where it is no JSON, so that a check shows it. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
