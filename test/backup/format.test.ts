// A backup is read back as it was written, however its bytes come; one wrong or missing byte anywhere is named.
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import {
  BackupDamagedError,
  type BackupFacts,
  type BackupHeader,
  BackupReader,
  backupBytes,
  writeBackup,
} from '../../src/backup/index.js'

const MIB = 1 << 20

function factsOf(state: Uint8Array): BackupFacts {
  return {
    clusterId: 7,
    clusterUuid: 'c-1',
    index: 4711,
    term: 3,
    timeMs: Date.UTC(2024, 0, 15),
    nodeId: 2,
    version: '1.0.0',
    stateBytes: state.length,
    stateSha256: createHash('sha256').update(state).digest('hex'),
  }
}

async function written(state: Uint8Array): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  const read = async (offset: number, bytes: number) => state.slice(offset, offset + bytes)
  for await (const piece of writeBackup(factsOf(state), { read })) pieces.push(piece)
  return Buffer.concat(pieces)
}

function readBack(
  file: Uint8Array,
  pieceBytes = file.length,
): { header: BackupHeader; state: Buffer } {
  const reader = new BackupReader()
  const state: Uint8Array[] = []
  for (let at = 0; at < file.length; at += pieceBytes)
    state.push(reader.push(file.subarray(at, at + pieceBytes)))
  return { header: reader.end(), state: Buffer.concat(state) }
}

function damageOf(file: Uint8Array): BackupDamagedError {
  try {
    readBack(file)
  } catch (error) {
    if (error instanceof BackupDamagedError) return error
    throw error
  }
  throw new Error('the damage was not seen')
}

function stateOf(bytes: number): Buffer {
  return Buffer.from(Uint8Array.from({ length: bytes }, (_, at) => (at * 7 + (at >> 8)) & 0xff))
}

t.test('what was written is read, in pieces of any size', async t => {
  for (const bytes of [0, 1, MIB - 1, MIB, MIB + 1, 2 * MIB + 5]) {
    const state = stateOf(bytes)
    const file = await written(state)
    t.equal(file.length, backupBytes(factsOf(state)), `${bytes} bytes: the length is known before`)
    for (const piece of [file.length, MIB + 3, 4096, 700]) {
      const { header, state: found } = readBack(file, piece)
      const { headerBytes, ...facts } = header
      t.same(facts, factsOf(state))
      t.equal(file[headerBytes - 1], 10, 'the state begins after the line end')
      t.ok(found.equals(state), `${bytes} bytes in pieces of ${piece}`)
    }
  }
  t.ok(readBack(await written(stateOf(300)), 1).state.equals(stateOf(300)), 'byte by byte')
})

t.test('one changed byte anywhere is seen', async t => {
  const file = await written(stateOf(3000))
  fc.assert(
    fc.property(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
      const damaged = Buffer.from(file)
      damaged.writeUInt8(damaged.readUInt8(at) ^ mask, at)
      damageOf(damaged)
    }),
    { numRuns: 2000 },
  )
  t.end()
})

t.test('a file that ends early is told from one that is damaged', async t => {
  const file = await written(stateOf(3000))
  fc.assert(
    fc.property(fc.nat(file.length - 1), length => {
      const { code, message } = damageOf(file.subarray(0, length))
      return length < 15
        ? code === 'no-backup'
        : code === 'truncated' && message.includes(`${length}`)
    }),
    { numRuns: 500 },
  )
  t.end()
})

t.test('the place is named', async t => {
  const file = await written(stateOf(2 * MIB + 5))
  const head = file.indexOf(10) + 1
  const flip = (at: number) => {
    const damaged = Buffer.from(file)
    damaged.writeUInt8(damaged.readUInt8(at) ^ 1, at)
    return damageOf(damaged).message
  }
  t.match(flip(head + MIB + 17), `between bytes ${head + MIB} and ${head + 2 * MIB - 1}`)
  t.match(flip(head + 2 * MIB + 1), `between bytes ${head + 2 * MIB} and ${head + 2 * MIB + 4}`)
  t.match(flip(file.length - 80), `between bytes ${head + 2 * MIB + 5} and ${file.length - 1}`)
  t.match(flip(head - 10), `between bytes 0 and ${head - 1}: its first line`)
  t.match(damageOf(file.subarray(0, head + MIB)).message, `ends at byte ${head + MIB} of`)
  t.match(damageOf(Buffer.concat([file, file.subarray(0, 1)])).message, /longer than/)
  t.match(damageOf(Buffer.from('SQLite format 3\0')), { code: 'no-backup' })
  t.match(damageOf(Buffer.alloc(10_000, 65)), { code: 'no-backup' })
  t.match(damageOf(Buffer.alloc(0)), { code: 'no-backup', message: 'The backup is empty.' })
  t.match(damageOf(Buffer.from('{"ipam_backup":2}\n')), { code: 'format-unknown' })
  t.end()
})
