import t from 'tap'
import { formatCidr, parseAddress } from '../../src/ledger/index.js'
import { block, pool, release, releaseBlock, World } from './world.js'

/** First fit among 2^16 addresses, by looking at each of them. */
class SlowPool {
  private readonly taken = new Uint8Array(2 ** 16)

  place(size: number): number | null {
    for (let start = 0; start < this.taken.length; start += size) {
      let end = start
      while (end < start + size && this.taken[end] === 0) end += 1
      if (end < start + size) continue
      this.taken.fill(1, start, end)
      return start
    }
    return null
  }

  release(start: number, size: number): void {
    this.taken.fill(0, start, start + size)
  }
}

const BASE = 0x0a000000n
const cidr = (start: number, prefixLength: number) =>
  formatCidr({ family: 4, first: BASE + BigInt(start), prefixLength })

t.test(
  'a /16 full of /30s, half of them released, takes /29s where the slow model puts them',
  async t => {
    const world = new World()
    const slow = new SlowPool()
    world.pool(pool('a', '10.0.0.0/16'))
    const misplaced: string[] = []
    const fill = (prefixLength: number): string[] => {
      const size = 2 ** (32 - prefixLength)
      const placed: string[] = []
      for (let start = slow.place(size); start !== null; start = slow.place(size)) {
        const found = world.block(block('a', prefixLength))
        if (found !== cidr(start, prefixLength)) misplaced.push(`${found} at ${start}`)
        placed.push(found)
      }
      t.equal(world.refusal(block('a', prefixLength)).code, 'pool-exhausted')
      return placed
    }
    /** By the allocation's id, which costs the rows in memory no search; every 500th by its CIDR. */
    const free = (at: number) => {
      const text = thirties[at] ?? ''
      world.result(at % 500 < 4 ? releaseBlock('a', text) : release(at + 1))
      slow.release(Number(parseAddress(text.slice(0, -3))?.value) - Number(BASE), 4)
    }

    const thirties = fill(30)
    t.equal(thirties.length, 16_384)
    for (let at = 1; at < thirties.length; at += 2) free(at)
    t.equal(world.poolFigures('a'), '65536 32768 32768')
    t.strictSame(fill(29), [], 'every free /30 stands alone')
    for (let at = 2; at < thirties.length; at += 4) free(at)
    t.equal(fill(29).length, 4096)
    t.equal(fill(30).length, 4096)
    t.strictSame(misplaced, [])
    t.equal(world.poolFigures('a'), '65536 65536 0')

    const live = world.rows.allocations().filter(claim => claim.status === 'allocated')
    live.sort((a, b) => (a.first < b.first ? -1 : 1))
    const overlaps = live.filter(
      (claim, at) => (live[at + 1]?.first ?? claim.last + 1n) <= claim.last,
    )
    t.strictSame(overlaps, [])
    t.equal(live.length, world.ledger.blockCount(1))
  },
)
