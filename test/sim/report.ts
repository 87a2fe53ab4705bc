// What one seed's world was like, what happened in it, and what it did that it must never do.

export type SeedReport = {
  readonly seed: number
  readonly findings: readonly string[]
  readonly trace: readonly string[]
  /** What happened how often, by name. */
  readonly events: Readonly<Record<string, number>>
  /** Answers, reads and claims that were compared with what is true, by kind. */
  readonly checks: Readonly<Record<string, number>>
  /** Faults that struck, by kind. */
  readonly faults: Readonly<Record<string, number>>
}

export function emptyReport(seed: number): SeedReport {
  return { seed, findings: [], trace: [], events: {}, checks: {}, faults: {} }
}

/** Sums of many worlds. */
export class Totals {
  readonly events: Record<string, number> = {}
  readonly checks: Record<string, number> = {}
  readonly faults: Record<string, number> = {}

  add({ events, checks, faults }: SeedReport): void {
    addTo(this.events, events)
    addTo(this.checks, checks)
    addTo(this.faults, faults)
  }

  lines(): readonly string[] {
    const sum = Object.values(this.checks).reduce((all, count) => all + count, 0)
    return [
      ...linesOf(this.events),
      `operations checked: ${sum}`,
      ...linesOf(this.checks).map(line => `  ${line}`),
      'faults:',
      ...linesOf(this.faults).map(line => `  ${line}`),
    ]
  }
}

function addTo(sums: Record<string, number>, counts: Readonly<Record<string, number>>): void {
  for (const [what, count] of Object.entries(counts)) sums[what] = (sums[what] ?? 0) + count
}

function linesOf(counts: Readonly<Record<string, number>>): readonly string[] {
  return Object.entries(counts).map(([what, count]) => `${what}: ${count}`)
}
