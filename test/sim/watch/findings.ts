// What a simulated world did that it must never do; the first finding ends it.

export class Findings {
  readonly list: string[] = []

  constructor(readonly onFinding: (finding: string) => void) {}

  get any(): boolean {
    return this.list.length > 0
  }

  readonly report = (finding: string): void => {
    this.list.push(finding)
    this.onFinding(finding)
  }

  /** What a check throws is a finding, and the node that was looked at goes on as if nobody had looked. */
  guard(check: () => void): void {
    try {
      check()
    } catch (error) {
      this.report(error instanceof Error ? error.message : String(error))
    }
  }
}
