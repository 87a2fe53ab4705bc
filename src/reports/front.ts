// What a report begins with: its title, what it is about, and the figures that matter most.
import { colors, type Page, styles } from './page.js'
import type { Figure } from './report.js'
import type { Typesetter } from './typesetter.js'

const TITLE_HEIGHT = 24
const LINE_HEIGHT = 13
const FIGURE_HEIGHT = 38
const FIGURES_IN_ROW = 3
const PADDING = 8
const GAP = 6
const AFTER = 16

export function drawTitle(
  page: Page,
  type: Typesetter,
  title: string,
  lines: readonly string[],
): void {
  type.draw(title, { x: page.left, baseline: page.y + styles.title.size }, styles.title)
  page.y += TITLE_HEIGHT
  for (const line of lines) {
    const [shown = ''] = type.lines(line, styles.line, { width: page.width, linesMax: 1 })
    type.draw(shown, { x: page.left, baseline: page.y + LINE_HEIGHT - 3 }, styles.line)
    page.y += LINE_HEIGHT
  }
  page.y += PADDING
  page.rule(page.y)
  page.y += AFTER
}

/** In boxes, a few to a row. */
export function drawSummary(page: Page, type: Typesetter, figures: readonly Figure[]): void {
  const inRow = Math.min(FIGURES_IN_ROW, Math.max(figures.length, 1))
  const width = (page.width - GAP * (inRow - 1)) / inRow
  for (let at = 0; at < figures.length; at += inRow) {
    page.need(FIGURE_HEIGHT)
    figures.slice(at, at + inRow).forEach((figure, column) => {
      drawFigure(page, type, figure, { x: page.left + column * (width + GAP), width })
    })
    page.y += FIGURE_HEIGHT + GAP
  }
  page.y += AFTER - GAP
}

type Box = { readonly x: number; readonly width: number }

function drawFigure(page: Page, type: Typesetter, figure: Figure, { x, width }: Box): void {
  page.document.roundedRect(x, page.y, width, FIGURE_HEIGHT, 3).fill(colors.band)
  const inner = { width: width - 2 * PADDING, linesMax: 1 }
  const [label = ''] = type.lines(figure.label, styles.label, inner)
  const [value = ''] = type.lines(figure.value, styles.figure, inner)
  type.draw(label, { x: x + PADDING, baseline: page.y + 13 }, styles.label)
  type.draw(value, { x: x + PADDING, baseline: page.y + 29 }, styles.figure)
}
