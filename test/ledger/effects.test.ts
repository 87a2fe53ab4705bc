// Whether the cluster acts by itself is part of its state: switched once, told in history, kept through changes of members.
import t from 'tap'
import type { Command } from '../../src/ledger/index.js'
import { World } from './world.js'

const turn = (on: boolean): Command => ({ type: 'effects.switch', on })

t.test('effects are on until somebody says off', async t => {
  const world = new World()
  world.result(turn(true))
  t.strictSame(world.lastChanges(), [], 'they were on')
  world.result(turn(false))
  t.equal(world.ledger.cluster()?.effects, 'off')
  t.match(world.lastChanges(), [
    { action: 'effects.switched', before: { effects: 'on' }, after: { effects: 'off' } },
  ])
  world.result(turn(false))
  t.strictSame(world.lastChanges(), [], 'said twice it changes nothing')
  const [nodeId, raftAddress] = [2, 'n2:5001']
  world.result({ type: 'member.add', nodeId, raftAddress, apiAddress: '', replaces: null })
  t.match(world.ledger.cluster(), { effects: 'off', members: [{ nodeId: 1 }, { nodeId: 2 }] })
  world.result(turn(true))
  t.notOk('effects' in (world.ledger.cluster() ?? {}))
})
