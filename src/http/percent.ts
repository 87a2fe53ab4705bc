// Percentages of exact counts.

/** @returns part ÷ whole in percent, one decimal, halves rounded up; 0 when the whole is 0. */
export function percentTenths(part: bigint, whole: bigint): number {
  if (whole === 0n) return 0
  return Number((part * 2000n + whole) / (whole * 2n)) / 10
}

/** The same with two decimals. */
export function percentHundredths(part: bigint, whole: bigint): number {
  if (whole === 0n) return 0
  return Number((part * 20_000n + whole) / (whole * 2n)) / 100
}
