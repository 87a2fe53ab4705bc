// A disk that fills up under a node: it acknowledges nothing it could not write, says why, ends, and loses nothing.
import { spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { Daemon, freePorts } from '../support/processes.js'
import { endWithTest, logOf, temporaryDirectory } from './cluster-of-three.js'
import { allocate, call, createNetwork } from './http.js'
import { until } from './until.js'

const DISK_BYTES = 32 * 1024 * 1024
/** What is left for the node to write into until it meets the end. */
const LEFT_BYTES = 256 * 1024
const ALLOCATIONS_BEFORE = 50
/** Far more than fit into what is left. */
const ALLOCATIONS_MAX = 20_000
const CHUNK_BYTES = 64 * 1024

t.setTimeout(120_000)

t.test('a node whose disk is full ends with a clear word, and has all it acknowledged', async t => {
  const directory = temporaryDirectory(t)
  const disk = join(directory, 'disk')
  const refusal = mountDisk(t, disk)
  if (refusal !== null) {
    t.pass(`left out: a file system of its own could not be mounted (${refusal})`, { skip: true })
    return
  }
  const [port] = await freePorts(1)
  const url = `http://127.0.0.1:${port}`
  const daemon = new Daemon({
    url,
    logFile: join(directory, 'node.log'),
    args: ['--data-dir', join(disk, 'data'), '--listen', `127.0.0.1:${port}`],
  })
  endWithTest(t, [daemon])
  daemon.start()
  await daemon.ready()
  const network = await createNetwork(url, '10.0.0.0/8')
  const acknowledged = new Map<string, string>()
  for (let count = 0; count < ALLOCATIONS_BEFORE; count++) {
    const { id, ip } = await allocate(url, { network_id: network.id })
    acknowledged.set(id, ip)
  }

  const ballast = join(disk, 'ballast')
  fillDisk(disk, ballast, LEFT_BYTES)
  const stillRunning = await allocateUntilRefused(url, network.id, acknowledged)
  t.notOk(stillRunning, `the disk was full after ${acknowledged.size} allocations`)
  t.equal(await daemon.exited(), 1, 'the daemon ends with exit code 1')
  const said = await until('it says why', () => /this node has stopped: (.*)\n/.exec(logOf(daemon)))
  t.match(said[1], /no space left|disk is full|ENOSPC/i, 'and says that the disk is full')

  // What it has ended with may leave some room; now there is none.
  fillDisk(disk, ballast, 0)
  daemon.start()
  t.equal(await daemon.exited(), 1, 'started again with the disk still full it ends again')
  t.notMatch(logOf(daemon), /\n\s+at /, 'without a stack trace')

  rmSync(ballast)
  daemon.start()
  await daemon.ready()
  const live = (await call(url, '/api/v1/allocations')).body as { id: string; ip: string }[]
  const found = new Map(live.map(({ id, ip }) => [id, ip]))
  const missing = [...acknowledged].filter(([id, ip]) => found.get(id) !== ip)
  t.same(missing, [], 'with space again everything acknowledged is there')
  t.equal(new Set(found.values()).size, found.size, 'no address twice')
  const next = await allocate(url, { network_id: network.id })
  t.notOk(found.has(next.id), 'and it goes on')
  t.equal(await daemon.end('SIGTERM'), 0)
})

/** @returns why it could not; null when the directory is a file system of DISK_BYTES until the test's end */
function mountDisk(t: Test, directory: string): string | null {
  mkdirSync(directory)
  const type = ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'tmpfs', directory]
  const { status, stderr, error } = spawnSync('mount', type, { encoding: 'utf8' })
  if (status !== 0) return error?.message ?? stderr.trim()
  t.teardown(() => void spawnSync('umount', [directory]))
  return null
}

/** Lets a file grow until no more than `leftBytes` of the disk are left. */
function fillDisk(disk: string, ballast: string, leftBytes: number): void {
  const file = openSync(ballast, 'a')
  const freeBytes = () => {
    const { bavail, bsize } = statfsSync(disk)
    return bavail * bsize
  }
  for (let free = freeBytes(); free > leftBytes; free = freeBytes())
    writeSync(file, Buffer.alloc(Math.min(CHUNK_BYTES, free - leftBytes), 1))
  closeSync(file)
}

/** @returns whether the node still answers after so many that the disk cannot hold */
async function allocateUntilRefused(
  url: string,
  networkId: string,
  acknowledged: Map<string, string>,
): Promise<boolean> {
  for (let count = 0; count < ALLOCATIONS_MAX; count++) {
    try {
      const { id, ip } = await allocate(url, { network_id: networkId })
      acknowledged.set(id, ip)
    } catch {
      return false
    }
  }
  return true
}
