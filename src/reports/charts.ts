// Charts, drawn as vectors.
import { colorOf, colors, type Page, styles } from './page.js'
import type { Bar, Chart, DayColumn } from './report.js'
import type { Typesetter } from './typesetter.js'

const HEADING_HEIGHT = 20
const BAR_HEIGHT = 9
const BAR_STEP = 16
const AXIS_HEIGHT = 14
const LABEL_WIDTH = 130
const FIGURES_WIDTH = 120
const GAP = 8
const PLOT_HEIGHT = 90
const DAY_LABEL_STEP = 44
const AFTER = 18
const QUARTERS = [0, 25, 50, 75, 100]

export function drawChart(page: Page, type: Typesetter, chart: Chart): void {
  if (chart.kind === 'bars') drawBars(page, type, chart.title, chart.bars)
  else drawDays(page, type, chart)
  page.y += AFTER
}

export function drawHeading(page: Page, type: Typesetter, text: string): void {
  type.draw(text, { x: page.left, baseline: page.y + styles.heading.size }, styles.heading)
  page.y += HEADING_HEIGHT
}

function drawBars(page: Page, type: Typesetter, title: string, bars: readonly Bar[]): void {
  page.need(HEADING_HEIGHT + bars.length * BAR_STEP + AXIS_HEIGHT)
  drawHeading(page, type, title)
  const x = page.left + LABEL_WIDTH + GAP
  const width = page.width - LABEL_WIDTH - FIGURES_WIDTH - 2 * GAP
  const top = page.y
  for (const bar of bars) {
    drawBar(page, type, bar, { x, width })
    page.y += BAR_STEP
  }
  drawScale(page, type, { x, width, top })
  page.y += AXIS_HEIGHT
}

type Plot = { readonly x: number; readonly width: number }

function drawBar(page: Page, type: Typesetter, bar: Bar, { x, width }: Plot): void {
  const top = page.y + (BAR_STEP - BAR_HEIGHT) / 2
  const baseline = top + BAR_HEIGHT - 1.5
  const room = { width: LABEL_WIDTH, linesMax: 1 }
  const [label = ''] = type.lines(bar.label, styles.bar, room)
  type.drawRight(label, { x: x - GAP, baseline }, styles.bar)
  const filled = (width * Math.min(bar.percent, 100)) / 100
  page.document.rect(x, top, width, BAR_HEIGHT).fill(colors.track)
  if (filled > 0) page.document.rect(x, top, filled, BAR_HEIGHT).fill(colorOf(bar.percent))
  type.draw(bar.figures, { x: x + width + GAP, baseline }, styles.bar)
}

/** Lines at each quarter, through the bars, and what they stand for. */
function drawScale(page: Page, type: Typesetter, { x, width, top }: Plot & { top: number }): void {
  for (const percent of QUARTERS) {
    const at = x + (width * percent) / 100
    page.document
      .moveTo(at, top)
      .lineTo(at, page.y)
      .lineWidth(0.4)
      .strokeColor(colors.rule)
      .stroke()
    const text = `${percent} %`
    const left = at - type.width(text, styles.small) / 2
    type.draw(text, { x: left, baseline: page.y + 10 }, styles.small)
  }
}

type DaysChart = Extract<Chart, { kind: 'days' }>

function drawDays(page: Page, type: Typesetter, chart: DaysChart): void {
  page.need(HEADING_HEIGHT + PLOT_HEIGHT + AXIS_HEIGHT)
  drawHeading(page, type, chart.title)
  drawLegend(page, type, chart.legend)
  const most = Math.max(1, ...chart.days.flatMap(({ counts }) => counts))
  const foot = page.y + PLOT_HEIGHT
  const axis = type.width(String(most), styles.small) + GAP
  const plot = { x: page.left + axis, width: page.width - axis }
  type.draw(String(most), { x: page.left, baseline: page.y + 5 }, styles.small)
  type.draw('0', { x: page.left, baseline: foot }, styles.small)
  drawColumns(page, chart.days, { ...plot, foot, most })
  drawDayLabels(page, type, chart.days, { ...plot, foot })
  page.y = foot + AXIS_HEIGHT
}

/** On the heading's line, at its right end. */
function drawLegend(page: Page, type: Typesetter, legend: readonly [string, string]): void {
  const baseline = page.y - HEADING_HEIGHT + styles.heading.size
  let right = page.right
  for (const [index, text] of [...legend.entries()].reverse()) {
    type.drawRight(text, { x: right, baseline }, styles.small)
    right -= type.width(text, styles.small) + 11
    page.document.rect(right, baseline - 6, 7, 7).fill(index === 0 ? colors.first : colors.second)
    right -= 12
  }
}

type Columns = Plot & { readonly foot: number; readonly most: number }

function drawColumns(page: Page, days: readonly DayColumn[], plot: Columns): void {
  const step = plot.width / Math.max(days.length, 1)
  const width = Math.min(step * 0.4, 10)
  days.forEach(({ counts }, index) => {
    const middle = plot.x + step * (index + 0.5)
    counts.forEach((count, which) => {
      if (count === 0) return
      const height = (PLOT_HEIGHT * count) / plot.most
      const x = which === 0 ? middle - width : middle
      page.document
        .rect(x, plot.foot - height, width, height)
        .fill(which === 0 ? colors.first : colors.second)
    })
  })
  page.rule(plot.foot)
}

/** As many as there is room for, the first among them. */
function drawDayLabels(
  page: Page,
  type: Typesetter,
  days: readonly DayColumn[],
  { x, width, foot }: Plot & { foot: number },
): void {
  const step = width / Math.max(days.length, 1)
  const every = Math.max(1, Math.ceil(DAY_LABEL_STEP / step))
  for (let index = 0; index < days.length; index += every) {
    const label = days[index]?.label ?? ''
    const middle = x + step * (index + 0.5)
    const left = Math.min(
      Math.max(middle - type.width(label, styles.small) / 2, page.left),
      page.right - type.width(label, styles.small),
    )
    type.draw(label, { x: left, baseline: foot + 10 }, styles.small)
  }
}
