// ipam pool: named pools of addresses that hand out aligned blocks (document 003).
import { type Command, Option } from 'commander'
import type { BlockAnswer, PoolAnswer } from '../api.js'
import type { Surroundings } from '../context.js'
import { positiveNumber, wholeNumber } from '../parse.js'
import { type PoolFamily, poolFamilyCommand } from './pool-family.js'

const STRATEGIES = ['first', 'best', 'last', 'least_recently_released', 'sparse']

const blocks: PoolFamily<PoolAnswer, BlockAnswer> = {
  command: 'pool',
  path: '/api/v1/ip-pools',
  pools: 'addresses: they hand out aligned blocks',
  items: 'blocks',
  poolColumns: [
    { title: 'NAME', value: pool => pool.name },
    { title: 'CIDR', value: pool => pool.cidr },
    { title: 'ALLOCATED', value: pool => pool.allocated_count },
    { title: 'AVAILABLE', value: pool => pool.available_count },
    { title: 'DESCRIPTION', value: pool => pool.description },
  ],
  itemColumns: [
    { title: 'BLOCK', value: block => block.allocated_cidr },
    { title: 'FOR', value: block => block.allocated_to },
    { title: 'SINCE', value: block => block.allocated_at },
    { title: 'DESCRIPTION', value: block => block.description },
  ],
  rangeOf: pool => pool.cidr,
  valueOf: block => block.allocated_cidr,
  creation: command => {
    command
      .argument('<cidr>', 'such as 10.100.0.0/16; a network that is there already becomes a pool')
      .option('-d, --description <text>')
      .addOption(
        new Option('--strategy <name>', 'which free block is handed out next').choices(STRATEGIES),
      )
    return ([cidr, options]) => {
      const { description, strategy } = options as { description?: string; strategy?: string }
      return {
        cidr,
        pool_type: String(cidr).includes(':') ? 'ipv6' : 'ipv4',
        description,
        strategy,
      }
    }
  },
  allocation: command => {
    command
      .argument('<prefix-length>', 'such as 30', wholeNumber)
      .option('-T, --ttl-hours <n>', 'release it by itself after so many hours', positiveNumber)
    return ([prefixLength, options]) => ({
      prefix_length: prefixLength,
      ttl_hours: (options as { ttlHours?: number }).ttlHours,
    })
  },
  release: command => {
    command.argument('<block>', 'exactly as it was allocated, such as 10.100.0.4/30')
    return ([block]) => ({ allocated_cidr: block })
  },
}

export function poolCommand(surroundings: Surroundings): Command {
  return poolFamilyCommand(blocks, surroundings)
}
