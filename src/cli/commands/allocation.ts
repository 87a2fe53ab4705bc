// ipam allocate, release, list: the daily work.
import { Command } from 'commander'
import type { AllocationAnswer } from '../api.js'
import { type Client, RefusedError } from '../client.js'
import { clientOptions, contextOf, type Surroundings } from '../context.js'
import { formatTable, show } from '../output.js'
import { positiveNumber, wholeNumber, words } from '../parse.js'

const columns = [
  { title: 'ID', value: (row: AllocationAnswer) => row.id },
  { title: 'IP', value: rangeOf },
  { title: 'NETWORK', value: (row: AllocationAnswer) => row.network_id },
  { title: 'STATUS', value: (row: AllocationAnswer) => row.status },
  { title: 'HOSTNAME', value: (row: AllocationAnswer) => row.hostname },
  { title: 'EXPIRES', value: (row: AllocationAnswer) => row.expires_at },
  { title: 'DESCRIPTION', value: (row: AllocationAnswer) => row.description },
]

function rangeOf(allocation: AllocationAnswer): string {
  return allocation.end_ip === null ? allocation.ip : `${allocation.ip}-${allocation.end_ip}`
}

export function allocateCommand(surroundings: Surroundings): Command {
  const command = clientOptions(new Command('allocate'))
    .description('allocate the next free address, a run of them, a block, or a certain address')
    .requiredOption('-n, --network <id>', 'network to take from, such as net-1')
    .option('-k, --count <n>', 'so many addresses in a row', wholeNumber)
    .option('--ip <address>', 'this address')
    .option('--prefix-length <n>', 'an aligned block of this prefix length', wholeNumber)
    .option('-H, --hostname <name>')
    .option('-d, --description <text>')
    .option('-t, --tags <a,b>', 'comma-separated', words)
    .option('-T, --ttl-hours <n>', 'release it by itself after so many hours', positiveNumber)
  return command.action(async (options: Record<string, unknown>) => {
    const { client, output } = contextOf(command, surroundings)
    const body = {
      network_id: options.network,
      count: options.count,
      ip: options.ip,
      prefix_length: options.prefixLength,
      hostname: options.hostname,
      description: options.description,
      tags: options.tags,
      ttl_hours: options.ttlHours,
    }
    const path = '/api/v1/allocations'
    const answer = await client.call<AllocationAnswer>({ method: 'POST', path, body })
    show(output, answer, allocation => `${rangeOf(allocation)} allocated as ${allocation.id}.`)
  })
}

export function releaseCommand(surroundings: Surroundings): Command {
  const command = clientOptions(new Command('release'))
    .description('release an allocation, by its id or by its first address')
    .argument('<id-or-ip>', 'such as alloc-7 or 10.0.0.5')
    .option('-n, --network <id>', 'where to look the address up')
    .option('--revision <n>', 'only if the allocation is still at this revision', wholeNumber)
  return command.action(async (name: string, options: { network?: string; revision?: number }) => {
    const { client, output } = contextOf(command, surroundings)
    const id = /^alloc-\d+$/.test(name) ? name : await findByAddress(client, name, options.network)
    await client.call({
      method: 'POST',
      path: `/api/v1/allocations/${encodeURIComponent(id)}/release`,
      ifMatch: options.revision?.toString(),
    })
    show(output, { released: id }, () => `${name} released.`)
  })
}

async function findByAddress(client: Client, ip: string, network?: string): Promise<string> {
  const query = network === undefined ? {} : { network_id: network }
  const live = await client.call<AllocationAnswer[]>({
    method: 'GET',
    path: '/api/v1/allocations',
    query,
  })
  const found = live.find(allocation => allocation.ip === ip)
  if (found !== undefined) return found.id
  throw new RefusedError(404, `no live allocation begins at ${ip}; see ipam list`)
}

export function listCommand(surroundings: Surroundings): Command {
  const command = clientOptions(new Command('list'))
    .description('list allocations')
    .option('-n, --network <id>', 'only of this network')
    .option('-a, --all', 'also released and expired ones')
  return command.action(async (options: { network?: string; all?: boolean }) => {
    const { client, output } = contextOf(command, surroundings)
    const query = { network_id: options.network, all: options.all }
    const path = '/api/v1/allocations'
    const answer = await client.call<AllocationAnswer[]>({ method: 'GET', path, query })
    show(output, answer, rows =>
      rows.length === 0 ? 'No allocations found.' : formatTable(columns, rows),
    )
  })
}
