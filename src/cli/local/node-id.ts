// A node id as commander parses it.
import { InvalidArgumentError } from 'commander'

export function nodeIdOf(text: string): number {
  const nodeId = Number(text)
  if (/^[1-9]\d*$/.test(text) && Number.isSafeInteger(nodeId)) return nodeId
  throw new InvalidArgumentError('A whole number from 1 is needed.')
}
