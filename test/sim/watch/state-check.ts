// `ipam check` on a state as it would stand on a disk.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkStateFile } from '../../../src/store/index.js'

/** @returns what it finds */
export function checkImage(image: Uint8Array): readonly string[] {
  const directory = mkdtempSync(join(tmpdir(), 'ipam-simulated-'))
  try {
    const path = join(directory, 'state.sqlite')
    writeFileSync(path, image)
    return checkStateFile(path).findings.map(({ area, message }) => `check: ${area}: ${message}`)
  } finally {
    rmSync(directory, { recursive: true })
  }
}
