// Many seeds one after the other, and the sum of what happened in them.
import { type SeedReport, Simulation } from './simulation.js'

export type SimulateOptions = {
  /** The first seed; the others follow it. */
  readonly from: number
  readonly seeds: number
  /** No seed begins after that; null = all are run. */
  readonly secondsMax: number | null
  readonly showsTrace: boolean
  /** What replays a seed, but for `--seed`. */
  readonly command: string
  readonly print: (line: string) => void
}

export type Summary = {
  readonly seeds: number
  /** The first one with a finding, where the run ended. */
  readonly failedSeed: number | null
  readonly totals: Readonly<Record<string, number>>
}

/** Of a failing seed: what came before its finding. The whole of it is what the replay prints. */
const TRACE_SHOWN = 60

export async function simulate(options: SimulateOptions): Promise<Summary> {
  const { from, seeds, secondsMax, print } = options
  const startedMs = performance.now()
  const secondsPassed = () => (performance.now() - startedMs) / 1000
  const totals: Record<string, number> = {}
  print(`seeds from ${from} on`)
  let done = 0
  let failedSeed: number | null = null
  while (done < seeds && failedSeed === null && secondsPassed() < (secondsMax ?? Infinity)) {
    const seed = from + done
    const report = await new Simulation(seed).run()
    done += 1
    add(totals, report)
    if (options.showsTrace) for (const line of report.trace) print(line)
    if (report.findings.length === 0) continue
    failedSeed = seed
    tell(report, options)
  }
  const rate = done / secondsPassed()
  print(`${done} seeds in ${secondsPassed().toFixed(1)} s, ${rate.toFixed(2)} seeds/s`)
  for (const [what, count] of Object.entries(totals)) print(`  ${what}: ${count}`)
  return { seeds: done, failedSeed, totals }
}

function tell({ plan, findings, trace }: SeedReport, options: SimulateOptions): void {
  const { print, showsTrace, command } = options
  if (!showsTrace) for (const line of trace.slice(-TRACE_SHOWN)) print(line)
  for (const finding of findings) print(`FOUND: ${finding}`)
  print(`again: ${command} --seed ${plan.seed}`)
}

function add(totals: Record<string, number>, report: SeedReport): void {
  const { elections, membershipChanges, entries, operations, faults } = report
  const all = {
    elections,
    'membership changes': membershipChanges,
    'entries committed': entries,
    ...Object.fromEntries(Object.entries(operations).map(([what, n]) => [`checked: ${what}`, n])),
    ...Object.fromEntries([...faults].map(([kind, n]) => [`fault: ${kind}`, n])),
  }
  for (const [what, count] of Object.entries(all)) totals[what] = (totals[what] ?? 0) + count
}
