// A report as data: what stands on its pages, in the words of whoever asked for it. It knows nothing of networks.

export type Figure = { readonly label: string; readonly value: string }

/** A horizontal bar; its colour tells how full that is. */
export type Bar = { readonly label: string; readonly percent: number; readonly figures: string }

/** Two counts of one day. */
export type DayColumn = { readonly label: string; readonly counts: readonly [number, number] }

export type Chart =
  | { readonly kind: 'bars'; readonly title: string; readonly bars: readonly Bar[] }
  | {
      readonly kind: 'days'
      readonly title: string
      /** Of the two counts. */
      readonly legend: readonly [string, string]
      readonly days: readonly DayColumn[]
    }

export type Column = {
  readonly heading: string
  /** Its share of the width. */
  readonly weight: number
  readonly align: 'left' | 'right'
}

export type ReportDocument = {
  readonly title: string
  /** Beneath the title: when it was made, what it is about. */
  readonly lines: readonly string[]
  readonly summary: readonly Figure[]
  readonly charts: readonly Chart[]
  readonly tableTitle: string
  readonly columns: readonly Column[]
  /** Instead of rows, where there are none. */
  readonly emptyText: string
  readonly landscape: boolean
  /** Beneath the table: that rows were left out. */
  readonly notes: readonly string[]
  /** Said when characters had to be replaced by question marks. */
  readonly lostText: string
  /** Milliseconds since 1970. */
  readonly madeMs: number
}

/** Cells in the order of the columns. */
export type Row = readonly string[]
