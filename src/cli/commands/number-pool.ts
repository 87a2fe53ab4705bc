// ipam rtrd: pools of route targets and route distinguishers (document 003); ipam number: of VLAN ids and AS numbers.
import { Argument, type Command, Option } from 'commander'
import type { NumberAnswer, NumberPoolAnswer } from '../api.js'
import type { Surroundings } from '../context.js'
import { wholeNumber } from '../parse.js'
import { type PoolFamily, poolFamilyCommand } from './pool-family.js'

type NumberFamily = PoolFamily<NumberPoolAnswer, NumberAnswer>

const SHORT_ASN_MAX = 65_535

const inCommon: Omit<NumberFamily, 'command' | 'path' | 'pools' | 'creation'> = {
  items: 'values',
  poolColumns: [
    { title: 'NAME', value: pool => pool.name },
    { title: 'TYPE', value: pool => pool.pool_type ?? pool.kind },
    { title: 'RANGE', value: pool => pool.format_display },
    { title: 'ALLOCATED', value: pool => pool.allocated_count },
    { title: 'AVAILABLE', value: pool => pool.available_count },
    { title: 'DESCRIPTION', value: pool => pool.description },
  ],
  itemColumns: [
    { title: 'VALUE', value: row => row.value },
    { title: 'FOR', value: row => row.allocated_to },
    { title: 'SINCE', value: row => row.allocated_at },
    { title: 'DESCRIPTION', value: row => row.description },
  ],
  rangeOf: pool => pool.format_display,
  valueOf: row => row.value,
  allocation: () => () => ({}),
  release: command => {
    command.argument('<value>', 'as it was allocated, such as 65000:1000')
    return ([value]) => ({ value })
  },
}

const routes: NumberFamily = {
  ...inCommon,
  command: 'rtrd',
  path: '/api/v1/rtrd-pools',
  pools: 'route targets or route distinguishers',
  creation: command => {
    command
      .addArgument(new Argument('<type>').choices(['rt', 'rd']))
      .argument('<administrator>', 'an ASN, or an IPv4 address')
    addRange(command)
    command.addOption(
      new Option('-f, --format <n>', '0 two-octet ASN, 1 IPv4 address, 2 four-octet ASN').choices([
        '0',
        '1',
        '2',
      ]),
    )
    return ([type, administrator, first, last, options]) => {
      const { format, description } = options as { format?: string; description?: string }
      return {
        description,
        pool_type: type,
        format_type: format === undefined ? formatOf(String(administrator)) : Number(format),
        admin_value: administrator,
        range_start: first,
        range_end: last,
      }
    }
  },
}

const numbers: NumberFamily = {
  ...inCommon,
  command: 'number',
  path: '/api/v1/number-pools',
  pools: 'VLAN ids or AS numbers',
  creation: command => {
    command.addArgument(new Argument('<type>').choices(['vlan', 'asn']))
    addRange(command)
    command.option('--domain <name>', 'the layer-2 domain in which VLAN ids are unique')
    return ([type, first, last, options]) => {
      const { domain, description } = options as { domain?: string; description?: string }
      return {
        description,
        kind: type,
        admin_value: domain,
        range_start: first,
        range_end: last,
      }
    }
  },
}

export function numberPoolCommands(surroundings: Surroundings): readonly Command[] {
  return [routes, numbers].map(family => poolFamilyCommand(family, surroundings))
}

function addRange(command: Command): void {
  command
    .argument('<first>', 'number of the range', wholeNumber)
    .argument('<last>', 'number of the range', wholeNumber)
    .option('-d, --description <text>')
}

/** As the administrator looks; an ASN that fits two octets is taken for one of two. */
function formatOf(administrator: string): number {
  if (administrator.includes('.')) return 1
  return Number(administrator) > SHORT_ASN_MAX ? 2 : 0
}
