// A Prometheus histogram whose observations cost a few additions: prom-client's own looks up its labels anew each time,
// which on every request is dearer than routing it. It is registered there all the same, and read when somebody scrapes.

type Labels = Readonly<Record<string, string>>

type Sample = {
  readonly metricName: string
  readonly labels: Readonly<Record<string, string | number>>
  readonly value: number
}

/** Observations with one set of labels. */
export class Tally {
  readonly labels: Labels
  readonly #bounds: readonly number[]
  /** One more than there are bounds: the last counts what is above them all. */
  readonly #counts: number[]
  #sum = 0
  #count = 0

  constructor(labels: Labels, bounds: readonly number[]) {
    this.labels = labels
    this.#bounds = bounds
    this.#counts = [...bounds, Number.POSITIVE_INFINITY].map(() => 0)
  }

  get count(): number {
    return this.#count
  }

  observe(value: number): void {
    let at = 0
    while (at < this.#bounds.length && value > (this.#bounds[at] as number)) at++
    this.#counts[at] = (this.#counts[at] as number) + 1
    this.#sum += value
    this.#count += 1
  }

  samples(name: string): Sample[] {
    const { labels } = this
    let below = 0
    const buckets = this.#bounds.map((bound, at) => {
      below += this.#counts[at] as number
      return { metricName: `${name}_bucket`, labels: { le: bound, ...labels }, value: below }
    })
    return [
      ...buckets,
      { metricName: `${name}_bucket`, labels: { le: '+Inf', ...labels }, value: this.#count },
      { metricName: `${name}_sum`, labels, value: this.#sum },
      { metricName: `${name}_count`, labels, value: this.#count },
    ]
  }
}

export class TallyHistogram {
  readonly name: string
  readonly help: string
  readonly type = 'histogram'
  readonly aggregator = 'sum'
  readonly #bounds: readonly number[]
  readonly #tallies: Tally[] = []

  /** @param bounds upper bounds of the buckets, ascending */
  constructor(options: {
    readonly name: string
    readonly help: string
    readonly bounds: readonly number[]
  }) {
    this.name = options.name
    this.help = options.help
    this.#bounds = options.bounds
  }

  get tallies(): readonly Tally[] {
    return this.#tallies
  }

  /** To be kept by the caller: it is made anew at each call. */
  add(labels: Labels): Tally {
    const tally = new Tally(labels, this.#bounds)
    this.#tallies.push(tally)
    return tally
  }

  /** What prom-client's registry asks its metrics for. */
  async get() {
    const { name, help, type, aggregator } = this
    const values = this.#tallies.flatMap(tally => tally.samples(name))
    return { name, help, type, aggregator, values }
  }
}
