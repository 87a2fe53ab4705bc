// Countries, regions, hosts and what is said of them (command version 6).
import type { Command } from '../../../src/ledger/index.js'
import { placed } from '../../ledger/office.js'
import { region, retire, updateHost, updateRegion } from '../../ledger/regions-world.js'
import { allocate, block, deleteNetwork, network, pool, release } from '../../ledger/world.js'
import type { GoldenScript, Said } from '../golden-script.js'
import { told, update } from './allocations.js'
import type { Cast } from './identities.js'

type CountrySet = Extract<Command, { type: 'country.update' }>['set']
type CreateHosts = Extract<Command, { type: 'hosts.create' }>

export function regions(script: GoldenScript, { admin, manager }: Cast): void {
  const mona = script.signedIn(manager, 'update')
  defaultCountries(script)
  const first = script.made(region('US', { tags: ['site=north', 'bare'] }), mona)
  editedCountries(script, script.signedIn(admin, 'admin'))
  regionsOfCountries(script, mona)
  facetOfNetwork(script, mona)
  hostsOf(script, first, mona)
  reservedRegion(script, mona)
  said(script, first, mona)
  retired(script, first, mona)
}

function updateCountry(code: string, set: CountrySet, ifRevision: number | null = null): Command {
  return { type: 'country.update', code, ifRevision, set }
}

function country(code: string, name: string, xFirst: number, xLast = xFirst): Command {
  return { type: 'country.create', code, name, continent: 'Europe', xFirst, xLast }
}

function hosts(regionId: number, hostnames: readonly string[], set: Partial<CreateHosts> = {}) {
  const facts = { osType: 'Linux', application: 'Büro “3”', costCenter: '42' }
  const about = { facts: { host: facts }, description: null, tags: [] }
  return { type: 'hosts.create', regionId, hostnames, ...about, ...set } as const
}

/** Nothing that was refused has given them rows. */
function defaultCountries(script: GoldenScript): void {
  script.refused('country-exists', country('US', 'Elsewhere', 230))
  script.refused('country-range-taken', country('IS', 'Iceland', 227, 230))
  script.refused('invalid', country('is', 'Iceland', 230))
  script.refused('invalid', country('IS', '<b>', 230))
  script.refused('country-not-found', updateCountry('XX', {}))
  script.refused('revision-mismatch', updateCountry('US', {}, 3))
}

function editedCountries(script: GoldenScript, root: Said): void {
  script.does(country('IS', 'Iceland', 230, 231), root)
  script.refused('country-exists', country('IX', 'ICELAND', 232), root)
  script.does(updateCountry('IS', { name: 'Ísland', xLast: 230 }), root)
  script.refused('country-range-taken', updateCountry('Ísland', { xFirst: 227 }), root)
  script.does(country('LI', 'Liechtenstein', 231), root)
  script.does({ type: 'country.delete', code: 'LI', ifRevision: null }, root)
  script.refused('country-not-found', { type: 'country.delete', code: 'LI', ifRevision: null })
}

function regionsOfCountries(script: GoldenScript, mona: Said): void {
  script.refused('country-not-found', region('Atlantis'), mona)
  script.refused('invalid', region('10.1.0.0/23', { name: 'two' }), mona)
  script.refused('invalid', region('10.1.0.7/24', { name: 'host bits' }), mona)
  script.refused('invalid', region('10.1.9.0/24', { name: 'a & b' }), mona)
  script.refused('invalid', region('10.1.9.0/24', { name: 'nine', owner: 'o'.repeat(101) }), mona)
  script.refused('region-exists', region('10.1.0.0/24', { name: 'again' }), mona)
  script.refused('region-name-taken', region('10.31.0.0/24', { name: 'US' }), mona)
  script.does(region('10.32.0.0/24', { name: 'US' }), mona)
  // Whole but for the last one, which nobody gets twice.
  for (const length of [17, 18, 19, 20, 21, 22, 23, 24]) {
    script.does(placed(`10.230.${256 - 2 ** (25 - length)}.0/${length}`), mona)
  }
  script.does(region('Ísland', { name: 'last' }))
  script.refused('country-exhausted', region('IS', { name: 'more' }), mona)
}

/** What is there already becomes a region, and stays what it was beside that. */
function facetOfNetwork(script: GoldenScript, mona: Said): void {
  const id = script.made(network('10.33.0.0/24', { description: 'old', tags: ['kept'] }))
  script.does(allocate(id, { count: 3 }))
  script.does(region('10.33.0.0/24', { name: 'Toronto' }), mona)
  script.refused('region-not-found', updateRegion(9999, {}), mona)
  script.refused('region-name-taken', updateRegion(id, { name: 'US' }), mona)
  script.refused('revision-mismatch', updateRegion(id, { name: 'Ottawa' }, 1), mona)
  script.does(updateRegion(id, { name: 'Ottawa', owner: 'noc', tags: ['a=1'] }), mona)
  script.refused('network-in-use', deleteNetwork(id))
  script.refused('network-in-use', retire(id), mona)
}

function hostsOf(script: GoldenScript, id: number, mona: Said): void {
  script.does(hosts(id, ['web-1', 'WEB-2.Example.net', 'web-3']), mona)
  script.refused('hostname-taken', hosts(id, ['web-4', 'Web-1']), mona)
  script.refused('hostname-taken', hosts(id, ['web-4', 'web-4']), mona)
  for (const name of ['', '-web', 'a_b', 'w'.repeat(254)])
    script.refused('invalid', hosts(id, [name]), mona)
  script.refused('invalid', hosts(id, []), mona)
  script.refused('region-not-found', hosts(9999, ['web-9']), mona)
  script.does(hosts(id, ['db-1'], { tags: ['tier=db'], description: 'first' }))
  const inner = script.made(network('10.1.0.64/28'))
  const run = script.made(allocate(inner, { count: 3 }, { hostname: 'Cluster' }))
  script.refused('hostname-taken', updateHost(run, { hostname: 'DB-1' }), mona)
  script.refused('invalid', updateHost(run, { hostname: 'no_name' }), mona)
  script.does(updateHost(run, { hostname: 'cluster', host: { purpose: 'tests' } }), mona)
  script.does(updateHost(run, { host: { notes: 'n', osType: null }, tags: ['x'] }), mona)
  script.refused('revision-mismatch', updateHost(run, {}, 1), mona)
  script.refused('host-not-found', updateHost(9999, {}), mona)
  script.does(update(run, { host: { application: 'by another way' } }), mona)
  script.does(told(id, { host: { costCenter: '7' } }), mona)
  const names = Array.from({ length: 100 }, (_, at) => `many-${at}`)
  script.does(hosts(id, names), mona)
  const others = names.map(name => `other-${name}`)
  script.does(hosts(id, others), mona)
  script.refused(
    'no-space',
    hosts(
      id,
      names.slice(0, 50).map(name => `last-${name}`),
    ),
    mona,
  )
}

/** It allocates nothing to anybody, in networks inside it neither. */
function reservedRegion(script: GoldenScript, mona: Said): void {
  const id = script.made(region('10.34.0.0/24', { name: 'Kept' }), mona)
  const inner = script.made(network('10.34.0.64/28'))
  const before = script.made(allocate(id))
  script.does(pool('kept pool', '10.34.0.128/28'))
  script.does(updateRegion(id, { status: 'Reserved' }), mona)
  for (const networkId of [id, inner]) script.refused('region-reserved', allocate(networkId), mona)
  script.refused('region-reserved', hosts(id, ['web']), mona)
  script.refused('region-reserved', block('kept pool', 30), mona)
  const steps = [allocate(inner)]
  script.refused('step-refused', { type: 'bulk', steps }, mona)
  script.refused('step-refused', { type: 'transaction', steps }, mona)
  script.does(release(before))
  script.does(updateRegion(id, { status: 'Active' }), mona)
  script.does(allocate(inner), mona)
}

function said(script: GoldenScript, regionId: number, mona: Said): void {
  const comment = (resourceType: 'region' | 'host', resourceId: number, text = 'gut “so”') =>
    ({ type: 'comment.create', resourceType, resourceId, text }) as const
  script.does(comment('region', regionId), mona)
  const other = script.made(region('10.36.0.0/24', { name: 'Talked of' }), mona)
  const host = script.made(hosts(other, ['talked-of']), mona)
  script.does(comment('host', host), mona)
  script.does(comment('host', host, 'nobody signed in'))
  script.refused('invalid', comment('host', host, ' \n'), mona)
  script.refused('region-not-found', comment('region', 9999), mona)
  script.refused('host-not-found', comment('host', 9999), mona)
}

function retired(script: GoldenScript, id: number, mona: Said): void {
  script.refused('revision-mismatch', { ...retire(id), ifRevision: 1 } as Command, mona)
  script.refused('invalid', retire(id, true, 'r'.repeat(1001)), mona)
  script.does(pool('blocks', '10.35.0.0/24'))
  const blocked = script.made({ ...region('10.35.0.0/24', { name: 'Blocks' }) }, mona)
  script.does(block('blocks', 28))
  script.refused('network-in-use', retire(blocked, true), mona)
  script.does(retire(id, true, 'moved to the south'), mona)
  script.refused('region-not-found', retire(id, true), mona)
  const empty = script.made(region('10.1.0.0/24', { name: 'US' }), mona)
  script.does(retire(empty), mona)
}
