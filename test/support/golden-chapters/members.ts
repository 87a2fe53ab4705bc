// The address book of the cluster, and whether it acts by itself: in no log before (command versions 1 and 2).
import type { Command } from '../../../src/ledger/index.js'
import type { GoldenScript } from '../golden-script.js'

function add(nodeId: number, replaces: number | null = null, at = `[::1]:500${nodeId}`): Command {
  return { type: 'member.add', nodeId, raftAddress: at, apiAddress: '', replaces }
}
const update = (nodeId: number, set: { dataUuid?: string; apiAddress?: string }): Command => {
  return { type: 'member.update', nodeId, set }
}
const remove = (nodeId: number): Command => ({ type: 'member.remove', nodeId })
const keep = (nodeId: number): Command => ({ type: 'member.keep', nodeId })
const forget = (nodeId: number): Command => ({ type: 'member.forget', nodeId })
const effects = (on: boolean): Command => ({ type: 'effects.switch', on })

/** Afterwards the members are as they were. */
export function members(script: GoldenScript): void {
  script.refused('invalid', add(0))
  script.refused('invalid', add(4, null, ''))
  script.refused('member-exists', add(3))
  script.refused('member-address-taken', add(4, null, '[::1]:5003'))
  script.does(add(4))
  script.does(update(4, { dataUuid: 'd-4', apiAddress: '[::1]:8084' }))
  script.refused('member-other-data', update(4, { dataUuid: 'd-5' }))
  script.refused('member-not-found', update(9, {}))
  script.refused('member-not-leaving', keep(4))
  script.refused('member-not-leaving', forget(4))
  script.does(remove(4))
  script.refused('member-change-under-way', remove(3))
  script.refused('member-change-under-way', add(5))
  script.does(keep(4))
  script.does(remove(4))
  script.does({ type: 'member.remove', nodeId: 4, forced: true })
  script.does(forget(4))
  script.does(forget(4))
  script.refused('member-id-used', add(4))
  script.does(add(5, 3))
  script.does(keep(3))
  script.does(forget(5))
  script.refused('member-not-found', remove(5))
  script.does(add(6, 2))
  script.does(remove(6))
  script.does(forget(6))
  for (const on of [false, false, true]) script.does(effects(on))
}
