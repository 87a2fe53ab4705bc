// Starts a worker thread, from built code or under a test's TypeScript loader.
import { type ResourceLimits, Worker } from 'node:worker_threads'

/**
 * The worker loads itself and nothing else: what the process preloads (a test runner's loaders, an agent) would cost it
 * a second each time, and serves no one there.
 */
const NOTHING_INHERITED = { execArgv: [], env: {} }

/**
 * Built code starts the file itself. Under a TypeScript loader (tests run the sources) Node 20 does not pass the
 * loader on to a worker's entry, so a line of JavaScript registers it there first.
 * @param entry as it is called when built: `…/x.js`
 */
export function startWorker(
  entry: URL,
  workerData: unknown,
  resourceLimits: ResourceLimits = {},
): Worker {
  const settings = { ...NOTHING_INHERITED, workerData, resourceLimits }
  if (import.meta.url.endsWith('.js')) return new Worker(entry, settings)
  const code = `import('tsx/esm/api').then(loader => { loader.register(); return import(${JSON.stringify(entry.href)}) })`
  return new Worker(code, { ...settings, eval: true })
}
