// The finder's tables at work: each call brings them nearer to the state by a slice, and answers once they are there, in
// one transaction on the state, so that what is found is as it was found.
import type { Allocation } from '../../ledger/index.js'
import type { Database } from '../open.js'
import type { AddressQuery, ChangeQuery, ChangeRow, Found, HostQuery, Occupant } from '../reads.js'
import { AddressSearch } from './address-search.js'
import { BringUp } from './bring-up.js'
import { Chain } from './chain.js'
import { ChangeSearch } from './change-search.js'
import { DaySearch } from './day-search.js'
import { openFinderDatabase, removeFinderFile } from './finder-database.js'
import type { Tick } from './found-ids.js'
import { HostSearch } from './host-search.js'
import type { Answers, FinderRequest, Question, Reply } from './messages.js'
import { OccupantRows } from './occupant-rows.js'
import { RegionDaySearch } from './region-day-search.js'

/** A question is given up after this long. */
export const QUESTION_MS_MAX = 10_000
const PAGE_MAX = 1000

type Tables = {
  readonly db: Database
  readonly bringUp: BringUp
  readonly addresses: AddressSearch
  readonly changes: ChangeSearch
  readonly days: DaySearch
  readonly hosts: HostSearch
  readonly regionDays: RegionDaySearch
}

export class FinderEngine {
  readonly #state: Database
  readonly #path: string | null
  readonly #rows: OccupantRows
  readonly #chain: Chain
  #tables: Tables | null = null

  /**
   * @param state is only read; stays open when the engine is closed
   * @param path of the finder's file; null: in memory
   */
  constructor(state: Database, path: string | null) {
    this.#state = state
    this.#path = path
    this.#rows = new OccupantRows(state)
    this.#chain = new Chain(state)
  }

  /** @throws what the disk says: the tables are thrown away then, and made anew by the next call. */
  call({ question, givenUp }: FinderRequest): Reply {
    const until = performance.now() + QUESTION_MS_MAX
    const tick = () => {
      if (Atomics.load(givenUp, 0) !== 0) throw new Error('The question was given up.')
      if (performance.now() > until) throw new Error('The question took too long to answer.')
    }
    try {
      return this.#onState(() => this.#step(question, tick))
    } catch (error) {
      if (isOfSqlite(error)) this.#throwAway()
      throw error
    }
  }

  close(): void {
    this.#tables?.db.close()
    this.#tables = null
  }

  /** In memory there is one connection, and a call is one turn. */
  #onState<T>(work: () => T): T {
    return this.#state.memory ? work() : this.#state.transaction(work)()
  }

  #step(question: Question | null, tick: Tick): Reply {
    const tables = this.#ready()
    const { bringUp } = tables
    if (!bringUp.standing().isCurrent) bringUp.advance()
    const { isCurrent, percent } = bringUp.standing()
    const isTidy = question !== null || !isCurrent || !bringUp.tidy()
    const answer = question !== null && isCurrent ? this.#answer(tables, question, tick) : null
    return { answer, isCurrent, isTidy, percent }
  }

  #ready(): Tables {
    this.#tables ??= this.#open()
    if (this.#tables.bringUp.fits()) return this.#tables
    this.#throwAway()
    this.#tables = this.#open()
    return this.#tables
  }

  #open(): Tables {
    const db = openFinderDatabase(this.#path)
    return {
      db,
      bringUp: new BringUp(db, { state: this.#state, rows: this.#rows }),
      addresses: new AddressSearch(db),
      changes: new ChangeSearch(db),
      days: new DaySearch(db),
      hosts: new HostSearch(db),
      regionDays: new RegionDaySearch(db),
    }
  }

  #throwAway(): void {
    this.close()
    if (this.#path !== null) removeFinderFile(this.#path)
  }

  #answer(tables: Tables, question: Question, tick: Tick): Answers[Question['type']] {
    switch (question.type) {
      case 'addresses':
        return this.#occupants(tables, question.query, tick)
      case 'changes':
        return this.#changes(tables, question.query, tick)
      case 'days':
        return tables.days.find(question.query)
      case 'hosts':
        return this.#hosts(tables, question.query, tick)
      case 'regionDays':
        return tables.regionDays.find(question.query)
    }
  }

  #occupants({ addresses, bringUp }: Tables, query: AddressQuery, tick: Tick): Found<Occupant> {
    const bounded = { ...query, limit: Math.min(query.limit, PAGE_MAX) }
    const { ids, ...found } = addresses.find(bounded, bringUp.gone(), tick)
    const references = ids.map(id => addresses.reference(id))
    const rows = references.map(([kind, ref]) => this.#rows.occupant(kind, ref))
    return { ...found, rows: rows.filter(row => row !== null) }
  }

  #hosts({ hosts, addresses, bringUp }: Tables, query: HostQuery, tick: Tick): Found<Allocation> {
    const bounded = { ...query, limit: Math.min(query.limit, PAGE_MAX) }
    const { ids, ...found } = hosts.find(bounded, bringUp.gone(), tick)
    const rows = ids.map(id => this.#rows.allocation(addresses.reference(id)[1]))
    return { ...found, rows: rows.filter(row => row !== null) }
  }

  #changes({ changes }: Tables, query: ChangeQuery, tick: Tick): Found<ChangeRow> {
    const { anchorPosition, changeCount } = this.#chain.ends()
    const bounded = { ...query, limit: Math.min(query.limit, PAGE_MAX) }
    const kept = { after: anchorPosition, count: changeCount }
    const { ids, ...found } = changes.find(bounded, kept, tick)
    const rows = ids.map(position => this.#chain.at(position))
    return { ...found, rows: rows.filter(row => row !== null) }
  }
}

function isOfSqlite(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown }
  return typeof code === 'string' && code.startsWith('SQLITE')
}
