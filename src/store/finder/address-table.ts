// Writes occupants into the finder's tables: each is replaced whole, found by what it is and its id in the state.
import { assert } from '../../lib/index.js'
import type { Database, Statement } from '../open.js'
import { FACT_DEVICE, FACT_OWNER, FACT_TAG, FactCodes, factsText } from './fact-codes.js'
import type { IndexedOccupant } from './occupant.js'
import { CODE_SPARE, ipv4Id, ipv6Id, keyOf, lastIdOf, spanClass } from './places.js'
import { indexedText } from './words.js'

/** Of a hostname or MAC that is none (finder-database.ts). */
const ABSENT = new Uint8Array(0)
/** As columns have them. */
type Words = {
  readonly hostname: string | Uint8Array
  readonly description: string
  readonly mac: string | Uint8Array
}
type Row = Words & {
  readonly id: number
  readonly networkId: number
  readonly status: number
  readonly facts: string
}

export class AddressTable {
  readonly #insert: Statement
  readonly #update: Statement
  readonly #delete: Statement<[number]>
  readonly #isTaken: Statement<[number], number>
  readonly #insertWords: Statement
  readonly #deleteWords: Statement<[number]>
  readonly #insertFacts: Statement<[number, string]>
  readonly #deleteFacts: Statement<[number]>
  readonly #insertSpan: Statement
  readonly #deleteSpan: Statement<[number]>
  readonly #count: Statement<[number, number, number]>
  readonly #page: Statement<
    [number, number],
    Words & { readonly id: number; readonly facts: string }
  >
  readonly #db: Database
  readonly #facts: FactCodes
  #byRef: Statement<[number, number], Row> | null = null
  #ofNetwork: Statement<[number, number], [number, number]> | null = null

  constructor(db: Database) {
    this.#db = db
    this.#facts = new FactCodes(db)
    this.#insert = db.prepare('INSERT INTO occupants VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
    this.#update = db.prepare(
      `UPDATE occupants SET network_id = ?, status = ?, hostname = ?, description = ?, mac = ?,
         taken_ms = ?, host = ?, facts = ? WHERE id = ?`,
    )
    this.#delete = db.prepare('DELETE FROM occupants WHERE id = ?')
    this.#isTaken = db.prepare('SELECT count(*) FROM occupants WHERE id = ?').pluck() as Statement<
      [number],
      number
    >
    this.#insertWords = db.prepare('INSERT INTO words (rowid, text) VALUES (?, ?)')
    this.#deleteWords = db.prepare('DELETE FROM words WHERE rowid = ?')
    this.#insertFacts = db.prepare('INSERT INTO facts_of (rowid, facts) VALUES (?, ?)')
    this.#deleteFacts = db.prepare('DELETE FROM facts_of WHERE rowid = ?')
    this.#insertSpan = db.prepare('INSERT INTO spans VALUES (?, ?, ?, ?)')
    this.#deleteSpan = db.prepare('DELETE FROM spans WHERE id = ?')
    this.#page = db.prepare(
      'SELECT id, hostname, description, mac, facts FROM occupants WHERE id > ? ORDER BY id LIMIT ?',
    )
    this.#count = db.prepare(
      `INSERT INTO counts VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET count = count + excluded.count`,
    )
  }

  /** One that is not there yet, without its words and facts: `addWords` is for after the last of them. */
  add(occupant: IndexedOccupant): void {
    this.#insertRow(this.#freeId(occupant), occupant)
  }

  /** Words and facts of occupants of ids above `afterId`, at most `limit` of them. @returns the last id; null when there was none */
  addWords(afterId: number, limit: number): number | null {
    const rows = this.#page.all(afterId, limit)
    for (const row of rows) {
      this.#writeWords(row.id, row)
      this.#writeFacts(row.id, row.facts)
    }
    return rows.at(-1)?.id ?? null
  }

  /** What was at that kind and id becomes `occupant`; null: nothing. In id order where there are many. */
  replace(kind: number, ref: number, occupant: IndexedOccupant | null): void {
    const old = this.#rowOf(kind, ref)
    if (occupant === null) {
      if (old !== null) this.#remove(old)
    } else if (old === null) {
      const id = this.#freeId(occupant)
      this.#writeFacts(id, this.#insertRow(id, occupant))
      this.#writeWords(id, wordsOf(occupant))
    } else if (this.#isAt(old.id, occupant)) {
      this.#change(old, occupant)
    } else {
      // A gateway went to another address.
      this.#remove(old)
      this.replace(kind, ref, occupant)
    }
  }

  /** Takes away occupants of a network, at most `limit`. @returns whether there were fewer */
  removeOf(networkId: number, limit: number): boolean {
    this.#ofNetwork ??= this.#db
      .prepare('SELECT kind, ref FROM occupants WHERE network_id = ? LIMIT ?')
      .raw() as Statement<[number, number], [number, number]>
    const rows = this.#ofNetwork.all(networkId, limit)
    for (const [kind, ref] of rows) this.replace(kind, ref, null)
    return rows.length < limit
  }

  #rowOf(kind: number, ref: number): Row | null {
    this.#byRef ??= this.#db.prepare(
      `SELECT id, network_id AS networkId, status, hostname, description, mac, facts
       FROM occupants INDEXED BY occupants_by_ref WHERE kind = ? AND ref = ?`,
    )
    return this.#byRef.get(kind, ref) ?? null
  }

  #isAt(id: number, { family, first, kind, ref }: IndexedOccupant): boolean {
    if (family === 6) return kind !== 2 && id === ipv6Id(kind, ref)
    return id >= ipv4Id(first, 0) && id <= lastIdOf(first)
  }

  /** Equal blocks may be nested: the second one's code is the first that is spare. */
  #freeId({ family, first, code, kind, ref }: IndexedOccupant): number {
    if (family === 6) return ipv6Id(kind, ref)
    let id = ipv4Id(first, code)
    if (this.#isTaken.get(id) === 0) return id
    id = ipv4Id(first, CODE_SPARE)
    while (this.#isTaken.get(id) !== 0) id++
    assert(id <= lastIdOf(first), 'an address has few occupants')
    return id
  }

  /** @returns its facts */
  #insertRow(id: number, occupant: IndexedOccupant): string {
    const { kind, ref, family, first, last, networkId, status, takenMs } = occupant
    const address = family === 4 ? null : keyOf(6, first)
    const { hostname, description, mac } = wordsOf(occupant)
    const what = [id, kind, ref, networkId, status, address]
    const facts = this.#factsOf(occupant)
    this.#insert.run(...what, hostname, description, mac, takenMs, hostMark(occupant), facts)
    this.#countIn(networkId, status, 1)
    if (first !== last) {
      const ends = [keyOf(family, first), keyOf(family, last)]
      this.#insertSpan.run(id, spanClass(family, first, last), ...ends)
    }
    return facts
  }

  #change(old: Row, occupant: IndexedOccupant): void {
    const { networkId, status, takenMs } = occupant
    const words = wordsOf(occupant)
    const { hostname, description, mac } = words
    const facts = this.#factsOf(occupant)
    const { id } = old
    const host = hostMark(occupant)
    this.#update.run(networkId, status, hostname, description, mac, takenMs, host, facts, id)
    this.#countIn(old.networkId, old.status, -1)
    this.#countIn(networkId, status, 1)
    if (facts !== old.facts) {
      this.#deleteFacts.run(id)
      this.#writeFacts(id, facts)
    }
    if (textOfRow(old) === textOfRow(words)) return
    this.#deleteWords.run(id)
    this.#writeWords(id, words)
  }

  #remove({ id, networkId, status }: Row): void {
    this.#delete.run(id)
    this.#deleteWords.run(id)
    this.#deleteFacts.run(id)
    this.#deleteSpan.run(id)
    this.#countIn(networkId, status, -1)
  }

  #writeWords(id: number, words: Words): void {
    this.#insertWords.run(id, textOfRow(words))
  }

  #writeFacts(id: number, facts: string): void {
    if (facts !== '') this.#insertFacts.run(id, facts)
  }

  #factsOf({ deviceType, owner, tags }: IndexedOccupant): string {
    const codes = searchTags(tags).map(tag => this.#facts.codeOf(FACT_TAG, tag))
    if (deviceType !== null) codes.push(this.#facts.codeOf(FACT_DEVICE, deviceType))
    if (owner !== null) codes.push(this.#facts.codeOf(FACT_OWNER, owner))
    return factsText(codes)
  }

  #countIn(networkId: number, status: number, by: number): void {
    this.#count.run(networkId, status, by)
    this.#count.run(0, status, by)
  }
}

function hostMark({ isHost }: IndexedOccupant): number | null {
  return isHost ? 1 : null
}

function wordsOf({ hostname, description, mac }: IndexedOccupant): Words {
  return { hostname: hostname ?? ABSENT, description, mac: mac ?? ABSENT }
}

function textOfRow({ hostname, description, mac }: Words): string {
  const text = (column: string | Uint8Array) => (typeof column === 'string' ? column : null)
  return indexedText(text(hostname), description, text(mac))
}

/** A tag with a value is found by its key as well. */
function searchTags(tags: readonly string[]): readonly string[] {
  const found = new Set(tags)
  for (const tag of tags) {
    const end = tag.indexOf('=')
    if (end !== -1) found.add(tag.slice(0, end))
  }
  return [...found]
}
