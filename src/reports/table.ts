// A table over as many pages as it needs, its headings on each.
import { colors, type Page, styles } from './page.js'
import type { Column, Row } from './report.js'
import type { Style, Typesetter } from './typesetter.js'

const PADDING = 4
const LINE_HEIGHT = 9.5
/** Above and beneath the lines of a row. */
const AIR = 3.5
/** Longer texts are cut: whoever needs all of it takes CSV. */
const CELL_LINES_MAX = 3

type Placed = Column & { readonly x: number; readonly width: number }

export class Table {
  readonly #columns: readonly Placed[]
  #rows = 0

  constructor(
    readonly page: Page,
    readonly type: Typesetter,
    columns: readonly Column[],
  ) {
    this.#columns = placed(columns, page)
    page.need(3 * (LINE_HEIGHT + 2 * AIR))
    this.#drawHeadings()
  }

  add(row: Row): void {
    const cells = this.#cells(row, styles.cell)
    const height = heightOf(cells)
    if (!this.page.fits(height)) {
      this.page.next()
      this.#drawHeadings()
    }
    if (this.#rows % 2 === 1) this.#fill(height, colors.band)
    this.#draw(cells, styles.cell)
    this.page.y += height
    this.#rows += 1
  }

  end(): void {
    this.page.rule(this.page.y)
    this.page.y += LINE_HEIGHT
  }

  #drawHeadings(): void {
    const cells = this.#cells(
      this.#columns.map(({ heading }) => heading),
      styles.headCell,
    )
    const height = heightOf(cells)
    this.#fill(height, colors.head)
    this.#draw(cells, styles.headCell)
    this.page.y += height
  }

  #fill(height: number, color: string): void {
    this.page.document.rect(this.page.left, this.page.y, this.page.width, height).fill(color)
  }

  #cells(row: Row, style: Style): string[][] {
    return this.#columns.map(({ width }, index) =>
      this.type.lines(row[index] ?? '', style, { width, linesMax: CELL_LINES_MAX }),
    )
  }

  #draw(cells: readonly (readonly string[])[], style: Style): void {
    this.#columns.forEach(({ x, width, align }, index) => {
      for (const [line, text] of cells[index]?.entries() ?? []) {
        const baseline = this.page.y + AIR + LINE_HEIGHT * (line + 1) - 2.5
        if (align === 'left') this.type.draw(text, { x, baseline }, style)
        else this.type.drawRight(text, { x: x + width, baseline }, style)
      }
    })
  }
}

function heightOf(cells: readonly (readonly string[])[]): number {
  const lines = cells.reduce((most, { length }) => Math.max(most, length), 1)
  return lines * LINE_HEIGHT + 2 * AIR
}

function placed(columns: readonly Column[], page: Page): Placed[] {
  const weights = columns.reduce((sum, { weight }) => sum + weight, 0)
  let x = page.left
  return columns.map(column => {
    const width = (page.width * column.weight) / weights
    const inner = { ...column, x: x + PADDING, width: width - 2 * PADDING }
    x += width
    return inner
  })
}
