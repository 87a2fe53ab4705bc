// How the benchmarks say what they measured.

/** The value that `share` of the sorted ones do not exceed; 0 when there are none. */
export function at(sorted: readonly number[], share: number): number {
  return sorted[Math.ceil((sorted.length - 1) * share)] ?? 0
}

export function milliseconds(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
