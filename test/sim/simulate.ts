// Many seeds, some at a time, and the sum of what happened in them. What is printed comes in the order of the seeds.
import { type SeedReport, Totals } from './report.js'
import type { SeedRunner } from './runner.js'

export type SimulateOptions = {
  /** The first seed; the others follow it. */
  readonly from: number
  readonly seeds: number
  /** No seed begins after that; null = all are run. */
  readonly secondsMax: number | null
  /** Each runs one seed at a time. */
  readonly runners: readonly SeedRunner[]
  readonly showsTrace: boolean
  /** What replays a seed, but for `--seed`. */
  readonly command: string
  readonly print: (line: string) => void
}

export type Summary = {
  readonly seeds: number
  /** The lowest one with a finding, where the run ended. */
  readonly failedSeed: number | null
  readonly totals: Totals
}

/** Of a failing seed: what came before its finding. The whole of it is what the replay prints. */
const TRACE_SHOWN = 60

export async function simulate(options: SimulateOptions): Promise<Summary> {
  const { from, seeds, secondsMax, runners, print } = options
  const startedMs = performance.now()
  const secondsPassed = () => (performance.now() - startedMs) / 1000
  const totals = new Totals()
  const reports = new Map<number, SeedReport>()
  print(`seeds from ${from} on`)
  let begun = 0
  let done = 0
  let failedSeed: number | null = null
  /** What others had begun when one failed is looked at as long as it comes before that. */
  const take = (): void => {
    for (let next = reports.get(done); next !== undefined; next = reports.get(done)) {
      if (failedSeed !== null) return
      reports.delete(done)
      done += 1
      totals.add(next)
      if (options.showsTrace) for (const line of next.trace) print(line)
      if (next.findings.length === 0) continue
      failedSeed = next.seed
      tell(next, options)
    }
  }
  let isFailing = false
  const runAll = async (runner: SeedRunner): Promise<void> => {
    while (begun < seeds && !isFailing && secondsPassed() < (secondsMax ?? Infinity)) {
      const at = begun++
      const report = await runner.run(from + at)
      isFailing ||= report.findings.length > 0
      reports.set(at, report)
      take()
    }
  }
  await Promise.all(runners.map(runAll))
  for (const runner of runners) runner.close()
  const rate = done / secondsPassed()
  print(`${done} seeds in ${secondsPassed().toFixed(1)} s, ${rate.toFixed(2)} seeds/s`)
  for (const line of totals.lines()) print(line)
  return { seeds: done, failedSeed, totals }
}

function tell({ seed, findings, trace }: SeedReport, options: SimulateOptions): void {
  const { print, showsTrace, command } = options
  if (!showsTrace) for (const line of trace.slice(-TRACE_SHOWN)) print(line)
  for (const finding of findings) print(`FOUND: ${finding}`)
  print(`again: ${command} --seed ${seed}`)
}
