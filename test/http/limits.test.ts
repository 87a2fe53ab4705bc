// How requests are counted, and how they wait for their turn, apart from any server.
import { Counter } from 'prom-client'
import t, { type Test } from 'tap'
import type { Call } from '../../src/http/call.js'
import { countedAddress } from '../../src/http/counted-address.js'
import { Limits } from '../../src/http/limits/limits.js'
import { Lines, WaitingRoom } from '../../src/http/limits/lines.js'
import { callerKey } from '../../src/http/limits/rule.js'
import { type Standing, Windows } from '../../src/http/limits/windows.js'
import { defaultHttpOptions } from '../../src/http/options.js'
import { defineRoute } from '../../src/http/route.js'
import type { Surface } from '../../src/http/surface.js'
import { coreSurface } from '../../src/http/surfaces/core/surface.js'
import { officeSurface } from '../../src/http/surfaces/office/surface.js'
import { poolsSurface } from '../../src/http/surfaces/pools/surface.js'

/** Long, so that the package's own timers, which are real, never end a window within a test. */
const HOUR = 3_600_000

/** Stands still unless told; the wall clock of this process goes with it for the length of the test. */
class HandClock {
  nowMs = 1_000_000_000
  #timers: { readonly atMs: number; readonly callback: () => void }[] = []

  constructor(t: Test) {
    t.intercept(Date, 'now', { value: () => this.nowMs })
  }

  monotonicMs = () => this.nowMs
  wallMs = () => this.nowMs
  after = (delayMs: number, callback: () => void) => {
    this.#timers.push({ atMs: this.nowMs + delayMs, callback })
    return () => undefined
  }

  /** @param late timers do not know yet */
  pass(durationMs: number, late = false): void {
    this.nowMs += durationMs
    if (late) return
    const due = this.#timers.filter(({ atMs }) => atMs <= this.nowMs)
    this.#timers = this.#timers.filter(timer => !due.includes(timer))
    for (const { callback } of due) callback()
  }
}

const allowedOf = (standings: readonly Standing[]) => standings.map(({ allowed }) => allowed)

function linesOf(clock: HandClock, points: number, places = 100, windowMs = HOUR) {
  const windows = new Windows({ points, windowMs }, 100, clock)
  return new Lines(windows, new WaitingRoom(places), clock)
}

t.test('a window begins with the first request and has room for so many', async t => {
  const clock = new HandClock(t)
  const windows = new Windows({ points: 2, windowMs: HOUR }, 100, clock)
  const shown = { points: 2, resetMs: HOUR }
  t.same(await windows.take('a'), { ...shown, allowed: true, remaining: 1 })
  clock.pass(1000)
  t.same(await windows.take('a'), { points: 2, allowed: true, remaining: 0, resetMs: HOUR - 1000 })
  t.match(await windows.take('a'), { allowed: false, remaining: 0, resetMs: HOUR - 1000 })
  t.match(await windows.take('b'), { allowed: true, remaining: 1, resetMs: HOUR })
  clock.pass(HOUR - 1000)
  t.same(await windows.take('a'), { ...shown, allowed: true, remaining: 1 })
})

t.test('so many keys are remembered; the one that was silent longest goes', async t => {
  const clock = new HandClock(t)
  const windows = new Windows({ points: 1, windowMs: HOUR }, 3, clock)
  for (const key of ['a', 'b', 'c', 'a', 'd']) await windows.take(key)
  t.equal(windows.keyCount, 3)
  t.notOk((await windows.take('a')).allowed, 'asked again, and so not the oldest')
  t.ok((await windows.take('b')).allowed, 'forgotten, and so new')
  for (let n = 0; n < 1000; n++) await windows.take(`flood ${n}`)
  t.equal(windows.keyCount, 3)
})

t.test('keys whose window is over are not kept', async t => {
  const clock = new HandClock(t)
  const windows = new Windows({ points: 1, windowMs: HOUR }, 100, clock)
  for (let n = 0; n < 50; n++) await windows.take(`${n}`)
  clock.pass(HOUR + 1)
  await windows.take('new')
  t.equal(windows.keyCount, 1)
})

t.test('those beyond the limit wait for the next window; beyond that, nobody in vain', async t => {
  const clock = new HandClock(t)
  const lines = linesOf(clock, 2)
  const turns = Array.from({ length: 5 }, () => lines.take('a', HOUR))
  t.match(await turns[4], { allowed: false, remaining: 0, resetMs: HOUR }, 'at once')
  t.ok((await lines.take('b', HOUR)).allowed, 'other keys are not concerned')
  clock.pass(HOUR + 10)
  t.same(allowedOf(await Promise.all(turns)), [true, true, true, true, false])
  t.match(await turns[3], { remaining: 0, resetMs: HOUR }, 'of the window it was let into')
})

t.test('whoever comes when the window is over goes behind those who wait', async t => {
  const clock = new HandClock(t)
  const lines = linesOf(clock, 2)
  for (let n = 0; n < 2; n++) await lines.take('a', HOUR)
  const first = lines.take('a', HOUR)
  await new Promise(setImmediate)
  clock.pass(HOUR + 10, true)
  const second = lines.take('a', HOUR)
  const third = lines.take('a', HOUR)
  t.notOk((await third).allowed)
  clock.pass(0)
  t.match(await first, { allowed: true, remaining: 1 })
  t.match(await second, { allowed: true, remaining: 0 })
})

t.test('nobody waits longer than he may', async t => {
  const clock = new HandClock(t)
  const lines = linesOf(clock, 1)
  await lines.take('a', HOUR)
  t.notOk((await lines.take('a', HOUR - 1)).allowed)
  const patient = lines.take('a', HOUR)
  await new Promise(setImmediate)
  t.notOk((await lines.take('a', HOUR - 1)).allowed, 'beside one who waits')
  clock.pass(HOUR + 10)
  t.ok((await patient).allowed)
})

t.test('where too many wait already, under whatever key, nobody more does', async t => {
  const clock = new HandClock(t)
  const lines = linesOf(clock, 1, 2)
  for (const key of ['a', 'b', 'c']) await lines.take(key, HOUR)
  const waiting = [lines.take('a', HOUR), lines.take('b', HOUR)]
  await new Promise(setImmediate)
  t.notOk((await lines.take('c', HOUR)).allowed)
  clock.pass(HOUR + 10)
  t.same(allowedOf(await Promise.all(waiting)), [true, true])
  const next = lines.take('a', HOUR)
  await new Promise(setImmediate)
  clock.pass(HOUR + 10)
  t.ok((await next).allowed, 'the places are free again')
})

t.test('an address counts as itself, one of IPv6 as its /64', async t => {
  const same = (one: string | null, other: string | null) =>
    countedAddress(one) === countedAddress(other)
  t.ok(same('2001:db8::1', '2001:db8:0:0:ffff::2'))
  t.notOk(same('2001:db8::1', '2001:db8:0:1::1'))
  t.ok(same('fe80::1%eth0', 'fe80::2%eth1'))
  t.notOk(same('192.0.2.1', '192.0.2.2'))
  t.notOk(same('192.0.2.1', `::${0xc0000201}`), 'families do not mix')
  t.ok(same('192.0.2.1', '::ffff:192.0.2.1'), 'as a proxy on a dual-stack socket writes it')
  t.ok(same('192.0.2.1', '::FFFF:c000:201'))
  t.notOk(same('::ffff:192.0.2.1', '::ffff:192.0.2.2'))
  t.equal(countedAddress(null), '')
})

/** A request as the gate sees it. */
function callOf(clock: HandClock, userId: number | null, remoteAddress = '192.0.2.1') {
  const headers: string[] = []
  const call = {
    app: { clock, proxies: null },
    caller: userId === null ? null : { user: { id: userId } },
    request: { socket: { remoteAddress } },
    response: { destroyed: false },
    timeoutMs: 10_000,
    addHeaders: (...more: string[]) => headers.push(...more),
  }
  return { call: call as unknown as Call, headers }
}

const route = defineRoute({
  method: 'GET',
  paths: ['/x'],
  id: 'x',
  tag: 'x',
  summary: 'x',
  permission: 'read',
  answers: {},
  handle: () => null,
})
const tabled: Surface = {
  ...officeSurface,
  limits: () => [
    { name: 'all', points: 3, windowMs: HOUR, key: callerKey, routes: 'all' },
    { name: 'few', points: 1, windowMs: HOUR, key: callerKey, routes: 'named' },
  ],
}

function limitsOf(clock: HandClock, enabled = true) {
  const limited = new Counter({ name: 'x_total', help: 'x', labelNames: ['rule'], registers: [] })
  const options = { ...defaultHttpOptions.limits, enabled }
  return { limits: new Limits(options, { clock, limited }), limited }
}

t.test(
  'a route may have a stricter limit beside that of all, and the strictest is told',
  async t => {
    const clock = new HandClock(t)
    const { limits, limited } = limitsOf(clock)
    const general = limits.gateOf(tabled, route)
    const strict = limits.gateOf(tabled, { ...route, limit: 'few' })
    const ask = async (gate: typeof general, userId: number | null = 7) => {
      const { call, headers } = callOf(clock, userId)
      const answer = gate?.pass(call, () => null).then(() => 'passed')
      return [await answer?.catch(({ status }) => status), headers[1], headers[3]]
    }
    t.same(await ask(general), ['passed', '3', '2'])
    t.same(await ask(strict), ['passed', '1', '0'])
    t.same(await ask(strict), [429, '1', '0'])
    t.same(await ask(general), [429, '3', '0'], 'the refused one counted here, too')
    t.same(await ask(strict, 8), ['passed', '1', '0'], 'another user')
    t.same(await ask(general, null), ['passed', '3', '2'], 'an address is no user')
    const counted = (await limited.get()).values.map(({ labels, value }) => [labels.rule, value])
    t.same(counted, [
      ['few', 1],
      ['all', 1],
    ])
  },
)

t.test('a refusal says which limit, and when to come again', async t => {
  const clock = new HandClock(t)
  const gate = limitsOf(clock).limits.gateOf(tabled, { ...route, limit: 'few' })
  await gate?.pass(callOf(clock, 7).call, () => null)
  clock.pass(500)
  const { call, headers } = callOf(clock, 7)
  await t.rejects(gate?.pass(call, () => null) ?? Promise.resolve(), {
    status: 429,
    reason: 'rate-limited',
    message: /at most 1 .*limit few/,
    fields: { limit: 'few' },
    headers: ['Retry-After', '3600'],
  })
  t.equal(headers[5], String((clock.nowMs - 500 + HOUR) / 1000))
})

t.test('who fails to sign in hears why, until he has failed too often', async t => {
  const clock = new HandClock(t)
  const gate = limitsOf(clock).limits.gateOf(tabled, route)
  const fail = async () => {
    throw new Error('bad token')
  }
  for (let n = 0; n < 3; n++)
    await t.rejects(gate?.pass(callOf(clock, null).call, fail) ?? fail(), { message: 'bad token' })
  await t.rejects(gate?.pass(callOf(clock, null).call, fail) ?? fail(), /Too many requests/)
  await gate?.pass(callOf(clock, null, '192.0.2.2').call, () => null)
})

t.test('whoever is gone when his turn comes is not served', async t => {
  const clock = new HandClock(t)
  const gate = limitsOf(clock).limits.gateOf(tabled, route)
  const { call } = callOf(clock, 7)
  Object.assign(call, { response: { destroyed: true } })
  await t.rejects(gate?.pass(call, () => null) ?? Promise.resolve(), { name: 'ClientGone' })
})

t.test('nothing stands before routes that are not limited', async t => {
  const clock = new HandClock(t)
  const { limits } = limitsOf(clock)
  for (const surface of [coreSurface, poolsSurface])
    for (const ours of surface.routes)
      t.equal(limits.gateOf(surface, ours), null, `${ours.method} ${ours.paths[0]}`)
  const free = officeSurface.routes.filter(ours => limits.gateOf(officeSurface, ours) === null)
  t.same(
    free.map(({ id }) => id),
    ['officeHealth'],
  )
  t.equal(limitsOf(clock, false).limits.gateOf(officeSurface, route), null, 'limits are off')
  t.throws(
    () => limits.gateOf(tabled, { ...route, limit: 'fwe' }),
    /Route x has limit fwe, which office has not/,
  )
})
