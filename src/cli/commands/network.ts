// ipam network: add, list, show, stats, delete.
import { Command } from 'commander'
import type { NetworkAnswer } from '../api.js'
import { clientOptions, contextOf, type Surroundings } from '../context.js'
import { formatFields, formatTable, show } from '../output.js'
import { wholeNumber, words } from '../parse.js'

const columns = [
  { title: 'ID', value: (network: NetworkAnswer) => network.id },
  { title: 'CIDR', value: (network: NetworkAnswer) => network.cidr },
  { title: 'TAGS', value: (network: NetworkAnswer) => network.tags },
  { title: 'CREATED', value: (network: NetworkAnswer) => network.created_at },
  { title: 'DESCRIPTION', value: (network: NetworkAnswer) => network.description },
]

export function networkCommand(surroundings: Surroundings): Command {
  const network = new Command('network').description(
    'networks: CIDRs from which addresses are allocated',
  )
  network.addCommand(addCommand(surroundings))
  network.addCommand(listCommand(surroundings))
  for (const [name, suffix, description] of [
    ['show', '', 'show one network'],
    ['stats', '/stats', 'how full a network is'],
  ] as const) {
    const command = clientOptions(new Command(name))
      .description(description)
      .argument('<id>', 'such as net-1')
    network.addCommand(
      command.action(async (id: string) => {
        const { client, output } = contextOf(command, surroundings)
        const path = `/api/v1/networks/${encodeURIComponent(id)}${suffix}`
        show(output, await client.call<object>({ method: 'GET', path }), formatFields)
      }),
    )
  }
  return network.addCommand(deleteCommand(surroundings))
}

function addCommand(surroundings: Surroundings): Command {
  const command = clientOptions(new Command('add'))
    .description('add a network: a CIDR, or the next free child of a parent')
    .argument('[cidr]', 'such as 10.0.0.0/16 or 2001:db8::/48')
    .option('-d, --description <text>')
    .option('-t, --tags <a,b>', 'comma-separated', words)
    .option('--vrf <name>', 'address space (default: default)')
    .option('--hold-hours <n>', 'keep a released address back for so long', wholeNumber)
    .option('--parent <id>', 'take the next free child of this network …')
    .option('--prefix-length <n>', '… of this prefix length', wholeNumber)
  return command.action(async (cidr: string | undefined, options: Record<string, unknown>) => {
    const { client, output } = contextOf(command, surroundings)
    const body = {
      cidr,
      parent: options.parent,
      prefix_length: options.prefixLength,
      description: options.description,
      tags: options.tags,
      vrf: options.vrf,
      hold_hours: options.holdHours,
    }
    const answer = await client.call<NetworkAnswer>({
      method: 'POST',
      path: '/api/v1/networks',
      body,
    })
    show(output, answer, network => `Network ${network.cidr} added as ${network.id}.`)
  })
}

function listCommand(surroundings: Surroundings): Command {
  const command = clientOptions(new Command('list'))
    .description('list all networks')
    .option('--vrf <name>')
  return command.action(async (options: { vrf?: string }) => {
    const { client, output } = contextOf(command, surroundings)
    const query = options.vrf === undefined ? {} : { vrf: options.vrf }
    const answer = await client.call<NetworkAnswer[]>({
      method: 'GET',
      path: '/api/v1/networks',
      query,
    })
    show(output, answer, networks =>
      networks.length === 0 ? 'No networks found.' : formatTable(columns, networks),
    )
  })
}

function deleteCommand(surroundings: Surroundings): Command {
  const command = clientOptions(new Command('delete'))
    .description('delete a network that has no live allocations')
    .argument('<id>', 'such as net-1')
  return command.action(async (id: string) => {
    const { client, output } = contextOf(command, surroundings)
    await client.call({ method: 'DELETE', path: `/api/v1/networks/${encodeURIComponent(id)}` })
    show(output, { deleted: id }, () => `Network ${id} deleted.`)
  })
}
