// Rows of countries, few and read whole when the node opens, and of comments; and names of hosts in the rows of claims.
import type { Comment, Country, HostName, RegionRows } from '../../ledger/index.js'
import { resourceTypes } from '../codec/name-codes.js'
import type { Database, Statement } from '../open.js'
import { putRowSql } from './put-row.js'

export const COUNTRY_COLUMNS =
  'id, code, name, continent, x_first, x_last, created_ms, updated_ms, revision'
export const COMMENT_COLUMNS = 'id, resource_type, resource_id, user_id, author, text, created_ms'

type CountryRaw = [
  id: number,
  code: string,
  name: string,
  continent: string,
  xFirst: number,
  xLast: number,
  createdMs: number,
  updatedMs: number,
  revision: number,
]
export type CommentRaw = [
  id: number,
  resourceType: number,
  resourceId: number,
  userId: number | null,
  author: string,
  text: string,
  createdMs: number,
]

/** In id order. */
export function readCountries(db: Database): Country[] {
  const select = db.prepare<[], CountryRaw>(`SELECT ${COUNTRY_COLUMNS} FROM countries ORDER BY id`)
  return select.raw().all().map(countryOf)
}

function countryOf(raw: CountryRaw): Country {
  const [id, code, name, continent, xFirst, xLast, createdMs, updatedMs, revision] = raw
  return { id, code, name, continent, xFirst, xLast, createdMs, updatedMs, revision }
}

export function commentOf(raw: CommentRaw): Comment {
  const [id, type, resourceId, userId, author, text, createdMs] = raw
  const resourceType = resourceTypes.nameOf(type)
  if (resourceType === 'country') throw new Error(`Comment ${id} is damaged: it is of a country.`)
  return { id, resourceType, resourceId, userId, author, text, createdMs }
}

export class SqliteRegionRows implements RegionRows {
  readonly #putCountry: Statement<CountryRaw>
  readonly #deleteCountry: Statement<[number]>
  readonly #insertComment: Statement<CommentRaw>
  readonly #commentCount: Statement<[number, number], number>
  readonly #hostNames: Statement<[number], [number, string]>

  constructor(db: Database) {
    this.#putCountry = db.prepare(putRowSql('countries', COUNTRY_COLUMNS))
    this.#deleteCountry = db.prepare('DELETE FROM countries WHERE id = ?')
    this.#insertComment = db.prepare(
      `INSERT INTO comments (${COMMENT_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)`,
    )
    this.#commentCount = db
      .prepare<[number, number], number>(
        `SELECT count(*) FROM comments INDEXED BY comments_by_resource
         WHERE resource_type = ? AND resource_id = ?`,
      )
      .pluck() as Statement<[number, number], number>
    this.#hostNames = db
      .prepare<[number], [number, string]>(
        `SELECT id, hostname FROM claims INDEXED BY claims_by_address
         WHERE network_id = ? AND status = 0 AND kind <> 2 AND hostname IS NOT NULL ORDER BY first`,
      )
      .raw() as Statement<[number], [number, string]>
  }

  saveCountry(country: Country): void {
    const { id, code, name, continent, xFirst, xLast, createdMs, updatedMs, revision } = country
    this.#putCountry.run(id, code, name, continent, xFirst, xLast, createdMs, updatedMs, revision)
  }

  deleteCountry(id: number): void {
    this.#deleteCountry.run(id)
  }

  insertComment({ id, resourceType, resourceId, ...said }: Comment): void {
    const type = resourceTypes.codeOf(resourceType)
    const { userId, author, text, createdMs } = said
    this.#insertComment.run(id, type, resourceId, userId, author, text, createdMs)
  }

  commentCount(resourceType: Comment['resourceType'], resourceId: number): number {
    return this.#commentCount.get(resourceTypes.codeOf(resourceType), resourceId) ?? 0
  }

  hostNames(networkId: number): HostName[] {
    return this.#hostNames.all(networkId).map(([id, hostname]) => ({ id, hostname }))
  }
}
