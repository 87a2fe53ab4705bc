// The option table in words: for `ipam serve --check`, and to keep cluster.example.yaml complete.
import { stringify } from 'yaml'
import type { OptionValues } from './load.js'
import { environmentName, type OptionSpec, optionTable } from './option-table.js'
import {
  formatDuration,
  formatHostPort,
  formatSize,
  type HostPort,
  type NodeSpec,
} from './values.js'

/** The effective configuration as YAML that could be loaded again. Files with secrets are named, never read out. */
export function describeEffective(values: OptionValues): string {
  const document: Record<string, unknown> = {}
  for (const spec of optionTable as readonly OptionSpec[]) {
    const value = printable(spec, (values as Record<string, unknown>)[spec.key])
    if (value !== null) nest(document, spec.key.split('.'), value)
  }
  return stringify(document)
}

/** One line an option: key, default, what it is for. */
export function describeOptions(): string {
  const rows = (optionTable as readonly OptionSpec[]).map(spec => {
    const standard = spec.default === null ? 'not set' : String(spec.default)
    return `${spec.key} (${standard}; ${environmentName(spec.key)})\n    ${spec.help}`
  })
  return rows.join('\n')
}

function printable(spec: OptionSpec, value: unknown): unknown {
  if (value === null || value === undefined) return null
  switch (spec.type) {
    case 'duration':
      return formatDuration(value as number)
    case 'bytes':
      return formatSize(value as number)
    case 'addresses':
      return (value as readonly HostPort[]).map(formatHostPort)
    case 'nodes':
      return (value as readonly NodeSpec[]).map(node => ({
        node_id: node.nodeId,
        raft_addr: node.raftAddress,
        api_addr: node.apiAddress,
      }))
    default:
      return value
  }
}

function nest(tree: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [head, ...rest] = path
  if (head === undefined) return
  if (rest.length === 0) tree[head] = value
  else {
    const branch = (tree[head] ?? {}) as Record<string, unknown>
    tree[head] = branch
    nest(branch, rest, value)
  }
}
