// Whether two records of a beginning are the same one; then the two nodes are of one cluster.
import type { BootstrapMember } from '../data-directory/identity.js'

export function sameMembers(
  left: readonly BootstrapMember[],
  right: readonly BootstrapMember[],
): boolean {
  return (
    left.length === right.length &&
    left.every((member, place) => {
      const other = right[place]
      return (
        member.nodeId === other?.nodeId &&
        member.dataUuid === other.dataUuid &&
        member.raftAddress === other.raftAddress &&
        member.apiAddress === other.apiAddress
      )
    })
  )
}
