// ipam cluster add | remove | replace | transfer: asks for the change, then shows how far it is until it is done.
import { setTimeout as sleep } from 'node:timers/promises'
import { Command } from 'commander'
import type { ClusterStatusAnswer } from '../api.js'
import { type ApiRequest, type Client, RefusedError } from '../client.js'
import { clientOptions, contextOf, type Surroundings } from '../context.js'
import { wholeNumber } from '../parse.js'

type Member = ClusterStatusAnswer['members'][number]

type Change = {
  readonly request: ApiRequest
  /** What is said when it is done. */
  readonly done: string
  /** How far it is, as a clause; null = done. */
  readonly progress: (status: ClusterStatusAnswer) => string | null
}

const LOOK_MS = 500
const NODES = '/api/v1/cluster/nodes'

export function memberCommands(surroundings: Surroundings): Command[] {
  const run = (of: Command, change: Change) => carryOut(of, surroundings, change)
  const add = clientOptions(new Command('add'))
    .description('add a node, started with --join, and wait until it votes')
    .argument('<id>', 'its node id, never used before', wholeNumber)
    .argument('<address>', 'host:port of its peer link')
    .option('--api-address <host:port>', 'where it answers HTTP; it is asked when not given')
    .option('--no-wait', 'end as soon as the change is under way')
  add.action((id: number, address: string, options: AddressOption) =>
    run(add, addition(id, address, options)),
  )
  const remove = clientOptions(new Command('remove'))
    .description('remove a node for good; a leader hands over first')
    .argument('<id>', 'its node id', wholeNumber)
    .option('--force', 'also when no majority of voters would be heard from afterwards')
  remove.action((id: number, options: { force?: boolean }) => run(remove, removal(id, options)))
  const replace = clientOptions(new Command('replace'))
    .description('replace a node by one started with --join, in one step once that has caught up')
    .argument('<old-id>', 'the member that goes', wholeNumber)
    .argument('<new-id>', 'node id of the new one, never used before', wholeNumber)
    .argument('<address>', 'host:port of its peer link')
    .option('--api-address <host:port>', 'where it answers HTTP; it is asked when not given')
    .option('--no-wait', 'end as soon as the change is under way')
  replace.action((oldId: number, id: number, address: string, options: AddressOption) =>
    run(replace, replacement(oldId, id, addition(id, address, options))),
  )
  const transfer = clientOptions(new Command('transfer'))
    .description('hand leadership to a node, or to the voter that has most of the log')
    .argument('[id]', 'the node that is to lead', wholeNumber)
  transfer.action((id: number | undefined) => run(transfer, transferTo(id)))
  return [add, remove, replace, transfer]
}

type AddressOption = { readonly apiAddress?: string }

function addition(id: number, addr: string, { apiAddress }: AddressOption): Change {
  const body = { node_id: id, addr, ...(apiAddress ? { api_addr: apiAddress } : {}) }
  return {
    request: { method: 'POST', path: NODES, body },
    done: `Node ${id} is a voting member.`,
    progress: status => {
      const member = find(status, id)
      if (member === undefined) return `node ${id} is not a member yet`
      return member.role === 'learner' ? catchingUp(member) : null
    },
  }
}

function replacement(oldId: number, id: number, added: Change): Change {
  const body = { ...(added.request.body as object), old_node_id: oldId }
  return {
    request: { method: 'POST', path: '/api/v1/cluster/replace', body },
    done: `Node ${id} has taken the place of node ${oldId}, which can be stopped.`,
    progress: status => {
      const behind = added.progress(status)
      if (behind !== null) return behind
      return find(status, oldId) === undefined ? null : `node ${oldId} is still leaving`
    },
  }
}

function removal(id: number, { force }: { readonly force?: boolean }): Change {
  const query = force === true ? { query: { force } } : {}
  return {
    request: { method: 'DELETE', path: `${NODES}/${id}`, ...query },
    done: `Node ${id} is removed and can be stopped; its id is not used again.`,
    progress: status => (find(status, id) === undefined ? null : `node ${id} is still leaving`),
  }
}

function transferTo(id: number | undefined): Change {
  const body = id === undefined ? {} : { node_id: id }
  return {
    request: { method: 'POST', path: '/api/v1/cluster/transfer', body },
    done: 'Leadership is handed over.',
    progress: ({ leader_id }) => {
      if (leader_id === null) return 'nobody leads yet'
      return id === undefined || leader_id === id ? null : `node ${leader_id} leads still`
    },
  }
}

async function carryOut(of: Command, surroundings: Surroundings, change: Change): Promise<void> {
  const { client, output } = contextOf(of, surroundings)
  const { wait } = of.opts<{ wait?: boolean }>()
  const { stderr } = surroundings
  await client.call(change.request)
  for (let told = ''; wait !== false; ) {
    const progress = await look(client, change)
    if (progress === null) break
    if (progress !== told) stderr(`${progress} …\n`)
    told = progress
    await sleep(LOOK_MS)
  }
  const text = wait === false ? 'The change is under way: ipam cluster status' : change.done
  output.write(output.json ? `${JSON.stringify({ done: wait !== false })}\n` : `${text}\n`)
}

/** A node that cannot answer now is no reason to give up: the change goes on without whoever watches it. */
async function look(client: Client, { progress }: Change): Promise<string | null> {
  try {
    const path = '/api/v1/cluster/status'
    return progress(await client.call<ClusterStatusAnswer>({ method: 'GET', path }))
  } catch (error) {
    if (error instanceof RefusedError && error.status < 500) throw error
    return error instanceof Error ? error.message : String(error)
  }
}

function catchingUp({ node_id, lag, active }: Member): string {
  if (active === false) return `node ${node_id} does not answer: is it started with --join?`
  return lag === null ? `node ${node_id} catches up` : `node ${node_id} catches up, ${lag} behind`
}

function find(status: ClusterStatusAnswer, id: number): Member | undefined {
  return status.members.find(({ node_id }) => node_id === id)
}
