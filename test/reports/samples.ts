// A report as the surface might order it, and the whole file that comes of it.
import { makePdf, type PdfOutcome, type ReportDocument, type Row } from '../../src/reports/index.js'

export const english: ReportDocument = {
  title: 'IP utilization report',
  lines: ['Made 2024-01-15T10:30:00Z', 'Period 2024-01-01 to 2024-01-15'],
  summary: [
    { label: 'Subnets', value: '10' },
    { label: 'Addresses', value: '2,540' },
    { label: 'Utilization', value: '19.69 %' },
  ],
  charts: [
    {
      kind: 'bars',
      title: 'Fullest subnets',
      bars: [
        { label: '10.0.0.0/24', percent: 97.5, figures: '97.50 % of 254' },
        { label: '10.0.1.0/24', percent: 40, figures: '40.00 % of 254' },
        { label: '10.0.2.0/24', percent: 0, figures: '0.00 % of 254' },
      ],
    },
    {
      kind: 'days',
      title: 'Allocations by day',
      legend: ['allocated', 'released'],
      days: Array.from({ length: 15 }, (_, day) => ({
        label: `01-${String(day + 1).padStart(2, '0')}`,
        counts: [day % 4, (day * 3) % 5] as const,
      })),
    },
  ],
  tableTitle: 'Subnets',
  columns: [
    { heading: 'Network', weight: 3, align: 'left' },
    { heading: 'Description', weight: 4, align: 'left' },
    { heading: 'Addresses', weight: 2, align: 'right' },
  ],
  emptyText: 'There are none.',
  landscape: false,
  notes: ['Only the first rows are shown here.'],
  lostText: 'Some characters are shown as question marks.',
  madeMs: Date.UTC(2024, 0, 15, 10, 30),
}

export const chinese: ReportDocument = {
  ...english,
  title: 'IP地址使用率报告',
  lines: ['生成时间 2024-01-15T10:30:00Z', '统计周期 2024-01-01 至 2024-01-15'],
  summary: [
    { label: '网段总数', value: '10' },
    { label: '地址总数', value: '2,540' },
    { label: '使用率', value: '19.69 %' },
  ],
  tableTitle: '网段明细',
  columns: [
    { heading: '网段', weight: 3, align: 'left' },
    { heading: '描述', weight: 4, align: 'left' },
    { heading: '地址总数', weight: 2, align: 'right' },
  ],
}

export function rowsOf(count: number, description: string): Row[] {
  return Array.from({ length: count }, (_, index) => [
    `10.${index >> 8}.${index & 255}.0/24`,
    description,
    String(254),
  ])
}

export type Made = { readonly file: Buffer; readonly outcome: PdfOutcome }

export async function made(
  document: ReportDocument,
  rows: readonly Row[],
  fontPath: string | null,
): Promise<Made> {
  const pieces: Uint8Array[] = []
  let outcome: PdfOutcome | null = null
  const order = {
    document,
    fontPath,
    rows: slices(rows),
    signal: new AbortController().signal,
    onDone: (done: PdfOutcome) => {
      outcome = done
    },
  }
  for await (const piece of makePdf(order)) pieces.push(piece)
  if (outcome === null) throw new Error('the PDF ended without saying so')
  return { file: Buffer.concat(pieces), outcome }
}

const SLICE = 200

async function* slices(rows: readonly Row[]) {
  for (let at = 0; at < rows.length; at += SLICE) yield rows.slice(at, at + SLICE)
}
