// Changes of members over HTTP: what is written to the address book, what is waited for, and what is refused.
import t, { type Test } from 'tap'
import type { Command } from '../../src/ledger/index.js'
import { followerOfNone, type Harness, startHarness } from './harness.js'

const nodes = '/api/v1/cluster/nodes'

async function begun(t: Test): Promise<Harness> {
  const h = await startHarness(t)
  for (const nodeId of [2, 3])
    await h.call('POST', nodes, { node_id: nodeId, addr: `n${nodeId}:500${nodeId}` })
  return h
}

const asked = (h: Harness): Command | undefined => h.gateway.submitsAsked.at(-1)?.command

t.test('a node is added, by either path, and a bad one is named', async t => {
  const h = await begun(t)
  const added = await h.call('POST', '/cluster/nodes', { node_id: 4, addr: '[2001:db8::4]:5004' })
  t.match(added, { status: 204, text: '' })
  t.match(asked(h), { type: 'member.add', nodeId: 4, apiAddress: '', replaces: null })
  t.match(await h.call('POST', nodes, { node_id: 4, addr: 'n4:5004' }), {
    status: 409,
    json: { code: 409, reason: 'member-exists', error: /Node 4 .*2001:db8::4/ },
  })
  for (const body of [
    { node_id: 0, addr: 'n4:5004' },
    { node_id: 4, addr: '' },
    { node_id: 4, addr: 'n4' },
    { node_id: 4, addr: 'n4:0' },
    { node_id: 4, addr: 'n4:65536' },
    { node_id: 4, addr: '[::x]:1' },
    { node_id: '4', addr: 'n4:5004' },
    { node_id: 4, addr: 'n4:5004', api_addr: 'x' },
    { addr: 'n4:5004' },
  ])
    t.equal((await h.call('POST', nodes, body)).status, 400, JSON.stringify(body))
})

t.test('a removal is answered when the leader has carried it out', async t => {
  const h = await begun(t)
  const removal = h.call('DELETE', `${nodes}/3`)
  while (asked(h)?.type !== 'member.remove') await new Promise(resolve => setTimeout(resolve, 5))
  const status = await h.call('GET', '/cluster/status')
  t.match(status.json.members, [{ node_id: 1 }, { node_id: 2 }, { node_id: 3, leaving: true }])
  const other = await h.call('DELETE', `${nodes}/2`)
  t.match(other, { status: 409, json: { reason: 'member-change-under-way' } })
  h.gateway.apply({ type: 'member.forget', nodeId: 3 })
  t.equal((await removal).status, 204)
  t.match(await h.call('DELETE', `${nodes}/3`), { status: 404, json: { code: 404 } })
  t.equal((await h.call('DELETE', `${nodes}/x`)).status, 400)
  t.match(await h.call('POST', nodes, { node_id: 3, addr: 'n3:5003' }), {
    status: 409,
    json: { reason: 'member-id-used' },
  })
})

t.test('a removal that is not done in time goes on, and the client is told so', async t => {
  const h = await begun(t)
  const slow = await h.call('DELETE', `${nodes}/3`, undefined, { 'request-timeout': '0.1' })
  t.match(slow, { status: 503, json: { reason: 'timeout', outcome: 'unknown' } })
  t.equal(h.gateway.ledger.cluster()?.members[2]?.leaving, true)
})

t.test('nobody is removed whose going leaves no live majority, unless forced', async t => {
  const h = await begun(t)
  const { progress } = h.gateway.view
  const dead = (nodeId: number) =>
    progress.map(peer => (peer.nodeId === nodeId ? { ...peer, active: false } : peer))
  h.gateway.view = { ...h.gateway.view, progress: dead(2) }
  t.match(await h.call('DELETE', `${nodes}/3`), {
    status: 409,
    json: { reason: 'quorum-at-risk', voters: [1, 2], live: [1], error: /only 1/ },
  })
  t.not(asked(h)?.type, 'member.remove')
  const forced = h.call('DELETE', `${nodes}/3?force=true`)
  while (asked(h)?.type !== 'member.remove') await new Promise(resolve => setTimeout(resolve, 5))
  t.match(asked(h), { nodeId: 3, forced: true })
  h.gateway.apply({ type: 'member.forget', nodeId: 3 })
  t.equal((await forced).status, 204)
  h.gateway.view = { ...h.gateway.view, voters: [1], progress: dead(2) }
  t.match(await h.call('DELETE', `${nodes}/1`), { status: 409, json: { reason: 'quorum-at-risk' } })
  const removal = h.call('DELETE', `${nodes}/2`)
  while (h.gateway.ledger.cluster()?.members[1]?.leaving !== true)
    await new Promise(resolve => setTimeout(resolve, 5))
  h.gateway.apply({ type: 'member.forget', nodeId: 2 })
  t.equal((await removal).status, 204, 'a dead learner may go')
})

t.test('a removal that is held is shown as such, and taken back', async t => {
  const h = await begun(t)
  h.raftStatus = { ...followerOfNone, leaderId: 1 }
  const heldOf = async (nodeId: number): Promise<string | null> => {
    const { members } = (await h.call('GET', '/cluster/status')).json
    return members.find((member: { node_id: number }) => member.node_id === nodeId).held
  }
  h.gateway.apply({ type: 'member.remove', nodeId: 3 })
  t.equal(await heldOf(3), null)
  const { progress } = h.gateway.view
  const silent = progress.map(peer => (peer.nodeId === 2 ? { ...peer, active: false } : peer))
  h.gateway.view = { ...h.gateway.view, progress: silent }
  t.equal(
    await heldOf(3),
    'without it the voters would be 1, 2, and the leader hears only 1 of them: no majority',
  )
  t.equal(await heldOf(2), null)
  const keep = '/api/v1/cluster/keep'
  t.equal((await h.call('POST', keep, { node_id: 3 })).status, 204)
  t.equal(await heldOf(3), null)
  t.match(await h.call('POST', '/cluster/keep', { node_id: 3 }), {
    status: 409,
    json: { reason: 'member-not-leaving' },
  })
  t.equal((await h.call('POST', keep, { node_id: 9 })).status, 404)
  t.equal((await h.call('POST', keep, {})).status, 400)
  h.gateway.apply({ type: 'member.remove', nodeId: 3, forced: true })
  t.equal(await heldOf(3), null, 'nothing holds what is forced')

  h.gateway.apply({ type: 'member.forget', nodeId: 3 })
  const body = { old_node_id: 2, node_id: 4, addr: 'n4:5004' }
  t.equal((await h.call('POST', '/cluster/replace', body)).status, 204)
  h.gateway.view = { ...h.gateway.view, voters: [1, 2], learners: [4], progress }
  t.equal(await heldOf(2), 'node 4 has to catch up first')
  t.match(await heldOf(4), /does not answer the leader/)
  const alone = { nodeId: 4, state: 'replicate', match: 1, active: true } as const
  h.gateway.view = { ...h.gateway.view, voters: [1, 2, 5], progress: [alone] }
  t.match(await heldOf(4), /with it the voters would be 1, 5, 4, .* only 4 of them/)
})

t.test('the status tells which programs run, and what the state was brought to', async t => {
  const h = await begun(t)
  h.programs.set(2, { program: '0.9.0', commandVersion: 1 })
  const before = (await h.call('GET', '/cluster/status')).json
  t.match(before, {
    command_version: 1,
    members: [
      { node_id: 1, program: '1.0.0', command_version: 2 },
      { node_id: 2, program: '0.9.0', command_version: 1 },
      { node_id: 3, program: null, command_version: null },
    ],
  })
  h.gateway.apply({ type: 'member.remove', nodeId: 3, forced: true })
  t.equal((await h.call('GET', '/cluster/status')).json.command_version, 2)
})

t.test('a node is replaced by one wish', async t => {
  const h = await begun(t)
  const replace = '/api/v1/cluster/replace'
  const body = { old_node_id: 2, node_id: 4, addr: 'n4:5004' }
  t.equal((await h.call('POST', replace, { ...body, old_node_id: 9 })).status, 404)
  t.equal((await h.call('POST', replace, { ...body, addr: 'n4' })).status, 400)
  t.equal((await h.call('POST', replace, body)).status, 204)
  t.match((await h.call('GET', '/cluster/status')).json.members, [
    {},
    { node_id: 2, leaving: true },
    {},
    { node_id: 4, replaces: 2 },
  ])
})

t.test('leadership goes to whom it is asked for, or to who has most', async t => {
  const h = await begun(t)
  const transfer = '/api/v1/cluster/transfer'
  const answer = h.call('POST', transfer, { node_id: 3 })
  while (h.transfers.length === 0) await new Promise(resolve => setTimeout(resolve, 5))
  h.raftStatus = { ...followerOfNone, leaderId: 3 }
  t.equal((await answer).status, 204)
  const view = h.gateway.view
  h.gateway.view = {
    ...view,
    leaderId: 3,
    voters: [1, 3],
    progress: view.progress.map(peer => ({ ...peer, match: peer.nodeId })),
  }
  t.equal((await h.call('POST', transfer, { node_id: 3 })).status, 204, 'it leads already')
  h.raftStatus = { ...followerOfNone, leaderId: 1 }
  t.equal((await h.call('POST', transfer)).status, 204)
  t.same(h.transfers, [3, 1], 'node 2 is no voter')
  for (const [body, status] of [
    [{ node_id: 9 }, 404],
    [{ node_id: 2 }, 409],
    [{ node_id: 'x' }, 400],
  ] as const)
    t.equal((await h.call('POST', transfer, body)).status, status)
  h.gateway.view = { ...h.gateway.view, progress: [] }
  t.match(await h.call('POST', transfer), { status: 409, json: { reason: 'not-electable' } })
})
