// Rows of shares. A token is one share's: a second row with it throws.
import type { Share } from '../../ledger/index.js'
import { resourceTypes } from '../codec/name-codes.js'
import type { Database, Statement } from '../open.js'
import { putRowSql } from './put-row.js'

export const SHARE_COLUMNS = `id, token, resource_type, resource_id, description, user_id, username,
  view_count, last_viewed_ms, created_ms, expires_ms, revision`

export type ShareRaw = [
  id: number,
  token: string,
  resourceType: number,
  resourceId: number,
  description: string | null,
  userId: number,
  username: string,
  viewCount: number,
  lastViewedMs: number | null,
  createdMs: number,
  expiresMs: number,
  revision: number,
]

export class ShareRows {
  readonly #put: Statement<ShareRaw>
  readonly #delete: Statement<[number]>
  readonly #share: Statement<[number], ShareRaw>
  readonly #byToken: Statement<[string], ShareRaw>
  readonly #ofUser: Statement<[number], ShareRaw>
  readonly #count: Statement<[number], number>

  constructor(db: Database) {
    const select = <P extends unknown[]>(rest: string) =>
      db.prepare<P, ShareRaw>(`SELECT ${SHARE_COLUMNS} FROM shares ${rest}`).raw() as Statement<
        P,
        ShareRaw
      >
    this.#put = db.prepare(putRowSql('shares', SHARE_COLUMNS))
    this.#delete = db.prepare('DELETE FROM shares WHERE id = ?')
    this.#share = select('WHERE id = ?')
    this.#byToken = select('WHERE token = ?')
    this.#ofUser = select('INDEXED BY shares_by_user WHERE user_id = ? ORDER BY id DESC')
    this.#count = db
      .prepare('SELECT count(*) FROM shares INDEXED BY shares_by_user WHERE user_id = ?')
      .pluck() as Statement<[number], number>
  }

  share(id: number): Share | null {
    return shareOrNull(this.#share.get(id))
  }

  byToken(token: string): Share | null {
    return shareOrNull(this.#byToken.get(token))
  }

  /** Newest first. */
  ofUser(userId: number): Share[] {
    return this.#ofUser.all(userId).map(shareOf)
  }

  count(userId: number): number {
    return this.#count.get(userId) ?? 0
  }

  save(share: Share): void {
    this.#put.run(...shareToRaw(share))
  }

  delete(id: number): void {
    this.#delete.run(id)
  }
}

export function shareOf(raw: ShareRaw): Share {
  return {
    id: raw[0],
    token: raw[1],
    resourceType: resourceTypes.nameOf(raw[2]),
    resourceId: raw[3],
    description: raw[4],
    userId: raw[5],
    username: raw[6],
    viewCount: raw[7],
    lastViewedMs: raw[8],
    createdMs: raw[9],
    expiresMs: raw[10],
    revision: raw[11],
  }
}

function shareOrNull(raw: ShareRaw | undefined): Share | null {
  return raw === undefined ? null : shareOf(raw)
}

function shareToRaw(share: Share): ShareRaw {
  const { id, token, resourceId, description, userId, username, viewCount, lastViewedMs } = share
  const what = [id, token, resourceTypes.codeOf(share.resourceType), resourceId] as const
  const whose = [description, userId, username, viewCount, lastViewedMs] as const
  return [...what, ...whose, share.createdMs, share.expiresMs, share.revision]
}
