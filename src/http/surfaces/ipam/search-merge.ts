// A page of two sorted lists as one: the regions, which are in memory, and the hosts, of which the finder gives any piece.

/** `pieceOf`: as many rows as there are, at most `limit`. */
export type HostList<Host> = (skip: number, limit: number) => Promise<readonly Host[]>
export type Merging<Region, Host> = {
  /** As many as there are, or as the rows up to the page's end. */
  readonly regions: readonly Region[]
  readonly hostsAt: HostList<Host>
  /** Below 0: the region comes first. No two are equal. */
  readonly compare: (region: Region, host: Host) => number
}

export async function mergedPage<Region, Host>(
  lists: Merging<Region, Host>,
  { skip, limit }: { readonly skip: number; readonly limit: number },
): Promise<(Region | Host)[]> {
  const { regions, hostsAt, compare } = lists
  const before = await regionsBefore(lists, skip)
  const hosts = await hostsAt(skip - before, limit)
  const page: (Region | Host)[] = []
  let [at, host] = [before, 0]
  while (page.length < limit) {
    const [nextRegion, nextHost] = [regions[at], hosts[host]]
    if (nextRegion === undefined && nextHost === undefined) break
    const isRegion =
      nextHost === undefined || (nextRegion !== undefined && compare(nextRegion, nextHost) < 0)
    if (isRegion) at += 1
    else host += 1
    page.push((isRegion ? nextRegion : nextHost) as Region | Host)
  }
  return page
}

/** How many of the first `skip` rows are regions: the fewest so that the last host among them comes before the next region. */
async function regionsBefore<Region, Host>(
  { regions, hostsAt, compare }: Merging<Region, Host>,
  skip: number,
): Promise<number> {
  let [low, high] = [0, Math.min(skip, regions.length)]
  while (low < high) {
    const middle = (low + high) >>> 1
    const next = regions[middle] as Region
    const [last] = await hostsAt(skip - middle - 1, 1)
    if (last !== undefined && compare(next, last) > 0) high = middle
    else low = middle + 1
  }
  return low
}
