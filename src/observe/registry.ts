// The process's metrics: one prom-client registry with Node's own figures, to which every room adds its own.
import { Counter, collectDefaultMetrics, Gauge, type Metric, Registry } from 'prom-client'
import { type Tally, TallyHistogram } from '../lib/index.js'

/** Bucket bounds in seconds for things that take from 50 µs to seconds. */
export const secondsBuckets = [
  0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1,
  2.5, 10,
]

export function createRegistry(): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  return registry
}

export function addCounter(registry: Registry, name: string, help: string): Counter {
  return new Counter({ name, help, registers: [registry] })
}

/** A gauge that is computed only when somebody scrapes. */
export function addGauge(registry: Registry, name: string, help: string, read: () => number): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(read())
    },
  })
}

export type Labelled = {
  readonly labels: { readonly [name: string]: string }
  readonly value: number
}
type LabelledOptions = { readonly name: string; readonly help: string; readonly labels: string[] }

/** As `addGauge`, for as many series as `read` gives: one that it gives no more is gone. */
export function addLabelledGauge(
  registry: Registry,
  { labels, ...options }: LabelledOptions,
  read: () => readonly Labelled[],
): void {
  new Gauge({
    ...options,
    labelNames: labels,
    registers: [registry],
    collect() {
      this.reset()
      for (const { labels: of, value } of read()) this.set(of, value)
    },
  })
}

/** The same for what only grows and is counted elsewhere. */
export function addLabelledCounter(
  registry: Registry,
  { labels, ...options }: LabelledOptions,
  read: () => readonly Labelled[],
): void {
  new Counter({
    ...options,
    labelNames: labels,
    registers: [registry],
    collect() {
      this.reset()
      for (const { labels: of, value } of read()) this.inc(of, value)
    },
  })
}

export function addHistogram(
  registry: Registry,
  name: string,
  help: string,
  bounds: readonly number[],
): Tally {
  const histogram = new TallyHistogram({ name, help, bounds })
  registry.registerMetric(histogram as unknown as Metric)
  return histogram.add({})
}
