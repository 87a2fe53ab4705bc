// Readers of a moment beside scans: who waits for whom when the write-ahead log is to be begun anew.
import t from 'tap'
import { ScanSlots } from '../../src/store/scan/scan-slots.js'

const never = new AbortController().signal
const turn = () => new Promise(resolve => setImmediate(resolve))

t.test('a brief reader does not wait for scans, and is counted while it reads', async t => {
  const slots = new ScanSlots({ activeMax: 1, waitingMax: 1 })
  const scan = await slots.take(never)
  const brief = await slots.takeBriefly(never)
  t.equal(slots.active, 2)
  scan()
  brief()
  brief()
  t.equal(slots.active, 0)
  await slots.idle()
})

t.test('it waits for a reset once no scan is in the way, and may give up', async t => {
  const slots = new ScanSlots({ activeMax: 1, waitingMax: 1 })
  const scan = await slots.take(never)
  slots.hold()
  const first = await slots.takeBriefly(never)
  first()
  scan()
  const controller = new AbortController()
  const givenUp = slots.takeBriefly(controller.signal)
  let isIn = false
  const second = slots.takeBriefly(never).then(release => {
    isIn = true
    return release
  })
  controller.abort(new Error('enough'))
  await t.rejects(givenUp, { message: 'enough' })
  await turn()
  t.equal(isIn, false)
  slots.resume()
  const release = await second
  t.equal(slots.active, 1)
  release()
  await slots.idle()
})
