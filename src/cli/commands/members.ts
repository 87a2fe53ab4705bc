// ipam cluster add | remove | replace | transfer: asks for the change, then shows how far it is until it is done.
import { Command } from 'commander'
import type { ClusterStatusAnswer } from '../api.js'
import { RefusedError } from '../client.js'
import { clientOptions, contextOf, type Surroundings } from '../context.js'
import { positiveNumber, wholeNumber } from '../parse.js'
import { fulfil, type Wish } from '../wish.js'

type Member = ClusterStatusAnswer['members'][number]

/** `done` is what is said in the end. */
type Change = Wish & { readonly done: string }

const NODES = '/api/v1/cluster/nodes'

export function memberCommands(surroundings: Surroundings): Command[] {
  const run = (of: Command, change: Change) => carryOut(of, surroundings, change)
  const add = wishCommand('add')
    .description('add a node, started with --join, and wait until it votes')
    .argument('<id>', 'its node id, never used before', wholeNumber)
    .argument('<address>', 'host:port of its peer link')
    .option('--api-address <host:port>', 'where it answers HTTP; it is asked when not given')
  add.action((id: number, address: string, options: AddressOption) =>
    run(add, addition(id, address, options)),
  )
  const remove = wishCommand('remove')
    .description('remove a node for good; a leader hands over first')
    .argument('<id>', 'its node id', wholeNumber)
    .option('--force', 'also when no majority of voters would be heard from afterwards')
  remove.action((id: number, options: { force?: boolean }) => run(remove, removal(id, options)))
  const replace = wishCommand('replace')
    .description('replace a node by one started with --join, in one step once that has caught up')
    .argument('<old-id>', 'the member that goes', wholeNumber)
    .argument('<new-id>', 'node id of the new one, never used before', wholeNumber)
    .argument('<address>', 'host:port of its peer link')
    .option('--api-address <host:port>', 'where it answers HTTP; it is asked when not given')
  replace.action((oldId: number, id: number, address: string, options: AddressOption) =>
    run(replace, replacement(oldId, id, addition(id, address, options))),
  )
  const transfer = wishCommand('transfer')
    .description('hand leadership to a node, or to the voter that has most of the log')
    .argument('[id]', 'the node that is to lead', wholeNumber)
  transfer.action((id: number | undefined) => run(transfer, transferTo(id)))
  const keep = wishCommand('keep')
    .description('take a removal or a replacement back, as long as the node is still there')
    .argument('<id>', 'the node that stays', wholeNumber)
  keep.action((id: number) => run(keep, keeping(id)))
  return [add, remove, replace, keep, transfer]
}

function wishCommand(name: string): Command {
  return clientOptions(new Command(name))
    .option('--no-wait', 'end as soon as the change is under way')
    .option('--timeout <seconds>', 'end with code 4 when it is not done by then', positiveNumber)
}

type AddressOption = { readonly apiAddress?: string }

function addition(id: number, addr: string, { apiAddress }: AddressOption): Change {
  const body = { node_id: id, addr, ...(apiAddress ? { api_addr: apiAddress } : {}) }
  return {
    request: { method: 'POST', path: NODES, body },
    done: `Node ${id} is a voting member.`,
    goes: null,
    isTaken: status => find(status, id) !== undefined,
    progress: status => {
      const member = find(status, id)
      if (member === undefined) throw new RefusedError(409, `node ${id} was taken out again`)
      return member.role === 'learner' ? catchingUp(member) : null
    },
  }
}

function replacement(oldId: number, id: number, added: Change): Change {
  const body = { ...(added.request.body as object), old_node_id: oldId }
  return {
    request: { method: 'POST', path: '/api/v1/cluster/replace', body },
    done: `Node ${id} has taken the place of node ${oldId}, which can be stopped.`,
    goes: oldId,
    isTaken: status => {
      const member = find(status, id)
      return member !== undefined && (member.replaces === oldId || !find(status, oldId))
    },
    progress: status => {
      const behind = added.progress(status)
      if (behind !== null) return behind
      return leaving(status, oldId)
    },
  }
}

function removal(id: number, { force }: { readonly force?: boolean }): Change {
  const query = force === true ? { query: { force } } : {}
  return {
    request: { method: 'DELETE', path: `${NODES}/${id}`, ...query },
    done: `Node ${id} is removed and can be stopped; its id is not used again.`,
    goes: id,
    isTaken: status => find(status, id)?.leaving === true,
    progress: status => leaving(status, id),
  }
}

function keeping(id: number): Change {
  return {
    request: { method: 'POST', path: '/api/v1/cluster/keep', body: { node_id: id } },
    done: `Node ${id} stays.`,
    goes: null,
    isTaken: status => find(status, id)?.leaving === false,
    progress: () => null,
  }
}

function transferTo(id: number | undefined): Change {
  const body = id === undefined ? {} : { node_id: id }
  return {
    request: { method: 'POST', path: '/api/v1/cluster/transfer', body },
    done: 'Leadership is handed over.',
    goes: null,
    // Nothing is recorded: it is asked for until an answer says that it is done.
    isTaken: () => false,
    progress: () => null,
  }
}

async function carryOut(of: Command, surroundings: Surroundings, change: Change): Promise<void> {
  const { client, output } = contextOf(of, surroundings)
  const { wait = true, timeout } = of.opts<{ wait?: boolean; timeout?: number }>()
  await fulfil(client, change, {
    wait,
    timeoutMs: timeout === undefined ? null : timeout * 1000,
    onProgress: clause => surroundings.stderr(`${clause} …\n`),
  })
  const text = wait ? change.done : 'The change is under way: ipam cluster status'
  output.write(output.json ? `${JSON.stringify({ done: wait })}\n` : `${text}\n`)
}

function catchingUp({ node_id, lag, active }: Member): string {
  if (active === false) return `node ${node_id} does not answer: is it started with --join?`
  return lag === null ? `node ${node_id} catches up` : `node ${node_id} catches up, ${lag} behind`
}

function leaving(status: ClusterStatusAnswer, id: number): string | null {
  const member = find(status, id)
  if (member === undefined) return null
  if (!member.leaving) throw new RefusedError(409, `node ${id} stays: the wish was taken back`)
  return member.held == null
    ? `node ${id} is still leaving`
    : `node ${id} is held: ${member.held} (ipam cluster keep ${id} takes the wish back)`
}

function find(status: ClusterStatusAnswer, id: number): Member | undefined {
  return status.members.find(({ node_id }) => node_id === id)
}
