// What surfaces ask of countries and regions, answered address by address and compared.
import type { Ledger, Network } from '../../src/ledger/index.js'
import type { Model } from './model.js'
import { hostsIn } from './model-hosts.js'
import { same } from './model-queries.js'
import { contains, type ModelSpace, rangeOf } from './model-space.js'

/** @throws with the question whose answer is another one than the model's. */
export function checkRegions(ledger: Ledger, { space, countries }: Model): void {
  const view = ledger.regions()
  same(view.countries(), countries.countries, 'the countries')
  const regions = space.networks.filter(({ region }) => region !== null)
  regions.sort((a, b) => (a.first < b.first ? -1 : 1))
  same([...view.regions()], regions, 'the regions')
  same(view.regionCount(), regions.length, 'the number of regions')
  for (const region of regions) {
    const { id } = region
    same(view.regionFigures(id), figuresOf(space, region), `the figures of region ${id}`)
  }
}

function figuresOf(space: ModelSpace, region: Network) {
  const inside = space.networks.filter(one => {
    return one.family === region.family && contains(rangeOf(region), rangeOf(one))
  })
  const figures = inside.map(one => space.statistics(one))
  const sum = (numbers: readonly bigint[]) => numbers.reduce((all, one) => all + Number(one), 0)
  return {
    hosts: hostsIn(space, region).length,
    allocated: sum(figures.map(({ allocated }) => allocated)),
    available: sum(figures.map(({ available }) => available)),
  }
}
