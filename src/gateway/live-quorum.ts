// Whether a cluster with these voters would be able to decide anything, by what its leader hears: asked when a change of
// members is wished for, and again when it is carried out.

/** Fewer voters are heard than a majority. */
export type QuorumRisk = { readonly voters: readonly number[]; readonly live: readonly number[] }

/** null = a majority of them is heard. */
export function quorumRisk(
  voters: readonly number[],
  isActive: (nodeId: number) => boolean,
): QuorumRisk | null {
  const live = voters.filter(isActive)
  return live.length > voters.length / 2 ? null : { voters, live }
}

/** What the cluster would risk without that node; null = nothing, or it does not vote. */
export function riskWithout(
  gone: number,
  voters: readonly number[],
  isActive: (nodeId: number) => boolean,
): QuorumRisk | null {
  if (!voters.includes(gone)) return null
  const rest = voters.filter(nodeId => nodeId !== gone)
  return quorumRisk(rest, isActive)
}

/** `the voters would be 1, 2, and the leader hears only 1 of them: no majority` */
export function describeRisk({ voters, live }: QuorumRisk): string {
  if (voters.length === 0) return 'the cluster would have no voter'
  const heard = live.length === 0 ? 'none' : `only ${live.join(', ')}`
  return `the voters would be ${voters.join(', ')}, and the leader hears ${heard} of them: no majority`
}
