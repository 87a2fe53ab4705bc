// The thread in which one report becomes a PDF: laying out thousands of rows takes seconds, and the process has heartbeats to send.
import { parentPort, workerData } from 'node:worker_threads'
import type { Font } from 'fontkit'
import { Composer } from './compose.js'
import { openFont } from './open-font.js'
import type { FromPdfWorker, PdfWork, ToPdfWorker } from './pdf-messages.js'

const { document, fontPath } = workerData as PdfWork

function tell(message: FromPdfWorker, transferred: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transferred)
}

function readFont(): Font | null {
  if (fontPath === null) return null
  try {
    return openFont(fontPath)
  } catch (error) {
    tell({ type: 'font-unreadable', why: String(error) })
    return null
  }
}

const composer = new Composer(document, readFont(), piece => {
  const bytes = Uint8Array.from(piece)
  tell({ type: 'piece', bytes }, [bytes.buffer])
})

parentPort?.on('message', (message: ToPdfWorker) => {
  if (message.type === 'rows') {
    composer.add(message.rows)
    tell({ type: 'laid-out' })
    return
  }
  composer.end(lost => {
    tell({ type: 'done', lost })
    parentPort?.close()
  })
})
