// What a PDF's thread and whoever ordered it say to one another.
import type { ReportDocument, Row } from './report.js'

export type PdfWork = { readonly document: ReportDocument; readonly fontPath: string | null }

export type ToPdfWorker =
  | { readonly type: 'rows'; readonly rows: readonly Row[] }
  | { readonly type: 'end' }

export type FromPdfWorker =
  /** To rows: the next may come. */
  | { readonly type: 'laid-out' }
  | { readonly type: 'piece'; readonly bytes: Uint8Array }
  | { readonly type: 'font-unreadable'; readonly why: string }
  /** The last; `lost`: characters that no font had. */
  | { readonly type: 'done'; readonly lost: number }
