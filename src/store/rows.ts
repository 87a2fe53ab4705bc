// LedgerRows on SQLite. What the ledger writes is in the open transaction at once, except what counts once a batch
// (sequences, applied index, sessions): that waits in memory for `flush`.
import type {
  Alert,
  Allocation,
  ApiToken,
  Change,
  ClusterIdentity,
  CustomField,
  Deletion,
  IdempotencyRecord,
  LedgerRows,
  LoginFailures,
  Network,
  NumberClaim,
  NumberPool,
  Outcome,
  PruneSlice,
  Reservation,
  Revocation,
  Sequence,
  Settings,
  SigningKey,
  Tag,
  User,
  Vrf,
} from '../ledger/index.js'
import type { Database, Statement } from './open.js'
import { SqliteAlertRows } from './tables/alert-rows.js'
import { SqliteCatalogueRows } from './tables/catalogue-rows.js'
import { ChangeRows } from './tables/change-rows.js'
import { ClaimRows } from './tables/claim-rows.js'
import { DeletionRows } from './tables/deletion-rows.js'
import { IdempotencyRows } from './tables/idempotency-rows.js'
import { SqliteIdentityRows } from './tables/identity-rows.js'
import { SqliteJobRows } from './tables/job-rows.js'
import { NounRows } from './tables/noun-rows.js'
import { NumberRows } from './tables/number-rows.js'
import { SqlitePersonalRows } from './tables/personal-rows.js'
import { SqliteRegionRows } from './tables/region-rows.js'
import { SqliteReservationRows } from './tables/reservation-rows.js'
import { SessionRows } from './tables/session-rows.js'
import { readState, type State, StateWriter } from './tables/state-row.js'
import { SqliteWebhookRows } from './tables/webhook-rows.js'

export class SqliteRows implements LedgerRows {
  readonly state: State
  readonly personal: SqlitePersonalRows
  readonly webhooks: SqliteWebhookRows
  readonly jobs: SqliteJobRows
  readonly regions: SqliteRegionRows
  readonly #nouns: NounRows
  readonly #claims: ClaimRows
  readonly #numbers: NumberRows
  readonly #deletions: DeletionRows
  readonly #identity: SqliteIdentityRows
  readonly #catalogue: SqliteCatalogueRows
  readonly #reservations: SqliteReservationRows
  readonly #alerts: SqliteAlertRows
  readonly #changes: ChangeRows
  readonly #sessions: SessionRows
  readonly #idempotency: IdempotencyRows
  readonly #stateWriter: StateWriter
  readonly #savepoint: Readonly<Record<'begin' | 'keep' | 'undo', Statement>>

  constructor(db: Database) {
    this.state = readState(db)
    this.webhooks = new SqliteWebhookRows(db)
    this.jobs = new SqliteJobRows(db)
    this.personal = new SqlitePersonalRows(db, { webhooks: this.webhooks, jobs: this.jobs })
    this.regions = new SqliteRegionRows(db)
    this.#nouns = new NounRows(db)
    this.#claims = new ClaimRows(db)
    this.#numbers = new NumberRows(db)
    this.#deletions = new DeletionRows(db)
    this.#identity = new SqliteIdentityRows(db)
    this.#catalogue = new SqliteCatalogueRows(db)
    this.#reservations = new SqliteReservationRows(db)
    this.#alerts = new SqliteAlertRows(db)
    this.#changes = new ChangeRows(db, this.state)
    this.#sessions = new SessionRows(db)
    this.#idempotency = new IdempotencyRows(db, this.state)
    this.#stateWriter = new StateWriter(db)
    this.#savepoint = {
      begin: db.prepare('SAVEPOINT steps'),
      keep: db.prepare('RELEASE steps'),
      undo: db.prepare('ROLLBACK TO steps'),
    }
  }

  /** Ends a batch: everything that waited in memory is in the transaction then. */
  flush(): void {
    this.#sessions.flush(this.state.appliedIndex)
    this.#stateWriter.write(this.state)
  }

  nextId(sequence: Sequence): number {
    return ++this.state.sequences[sequence]
  }

  saveVrf(vrf: Vrf): void {
    this.#nouns.saveVrf(vrf)
  }

  deleteVrf(id: number): void {
    this.#nouns.deleteVrf(id)
  }

  saveNetwork(network: Network): void {
    this.#nouns.saveNetwork(network)
  }

  deleteNetwork(id: number): void {
    this.#nouns.deleteNetwork(id)
  }

  allocation(id: number): Allocation | null {
    return this.#claims.allocation(id)
  }

  insertAllocation(allocation: Allocation): void {
    this.#claims.insert(allocation)
  }

  updateAllocation(allocation: Allocation): void {
    this.#claims.update(allocation)
  }

  claimsIn(networkId: number, first: bigint, last: bigint, limit: number): Allocation[] {
    return this.#claims.claimsIn(networkId, first, last, limit)
  }

  liveBlocks(networkId: number, limit: number): Allocation[] {
    return this.#claims.liveBlocks(networkId, limit)
  }

  highestClaim(networkId: number): Allocation | null {
    return this.#claims.highestClaim(networkId)
  }

  expiredClaims(timeMs: number, limit: number): Allocation[] {
    return this.#claims.expiredClaims(timeMs, limit)
  }

  endedHolds(timeMs: number, limit: number): Allocation[] {
    return this.#claims.endedHolds(timeMs, limit)
  }

  saveNumberPool(pool: NumberPool): void {
    this.#numbers.savePool(pool)
  }

  deleteNumberPool(id: number): void {
    this.#numbers.deletePool(id)
  }

  numberClaim(poolId: number, value: number): NumberClaim | null {
    return this.#numbers.claim(poolId, value)
  }

  insertNumberClaim(claim: NumberClaim): void {
    this.#numbers.insert(claim)
  }

  updateNumberClaim(claim: NumberClaim): void {
    this.#numbers.update(claim)
  }

  numberClaims(poolId: number, limit: number): NumberClaim[] {
    return this.#numbers.claims(poolId, limit)
  }

  saveDeletion(deletion: Deletion): void {
    this.#deletions.save(deletion)
  }

  endDeletion(deletion: Deletion): void {
    this.#deletions.end(deletion)
  }

  deletions(limit: number): Deletion[] {
    return this.#deletions.deletions(limit)
  }

  saveUser(user: User): void {
    this.#identity.saveUser(user)
  }

  deleteUser(id: number): void {
    this.#identity.deleteUser(id)
  }

  saveApiToken(token: ApiToken): void {
    this.#identity.saveApiToken(token)
  }

  deleteApiToken(id: number): void {
    this.#identity.deleteApiToken(id)
  }

  saveSigningKey(key: SigningKey): void {
    this.#identity.saveSigningKey(key)
  }

  deleteSigningKey(id: string): void {
    this.#identity.deleteSigningKey(id)
  }

  saveRevocation(revocation: Revocation): void {
    this.#identity.saveRevocation(revocation)
  }

  deleteRevocation(tokenId: string): void {
    this.#identity.deleteRevocation(tokenId)
  }

  saveLoginFailures(failures: LoginFailures): void {
    this.#identity.saveLoginFailures(failures)
  }

  deleteLoginFailures(key: string): void {
    this.#identity.deleteLoginFailures(key)
  }

  saveTag(tag: Tag): void {
    this.#catalogue.saveTag(tag)
  }

  deleteTag(id: number): void {
    this.#catalogue.deleteTag(id)
  }

  saveCustomField(field: CustomField): void {
    this.#catalogue.saveCustomField(field)
  }

  deleteCustomField(id: number): void {
    this.#catalogue.deleteCustomField(id)
  }

  saveSettings(settings: Settings): void {
    this.#catalogue.saveSettings(settings)
  }

  reservation(id: number): Reservation | null {
    return this.#reservations.reservation(id)
  }

  insertReservation(reservation: Reservation): void {
    this.#reservations.insertReservation(reservation)
  }

  updateReservation(reservation: Reservation): void {
    this.#reservations.updateReservation(reservation)
  }

  reservationsIn(networkId: number, first: bigint, last: bigint, limit: number): Reservation[] {
    return this.#reservations.reservationsIn(networkId, first, last, limit)
  }

  reservationsOutside(
    site: Parameters<LedgerRows['reservationsOutside']>[0],
    limit: number,
  ): Reservation[] {
    return this.#reservations.reservationsOutside(site, limit)
  }

  dueReservations(timeMs: number, limit: number): Reservation[] {
    return this.#reservations.dueReservations(timeMs, limit)
  }

  alert(id: number): Alert | null {
    return this.#alerts.alert(id)
  }

  openAlertsAbout(
    subject: { readonly networkId: number } | { readonly allocationId: number },
  ): Alert[] {
    return this.#alerts.openAlertsAbout(subject)
  }

  saveAlert(alert: Alert): void {
    this.#alerts.saveAlert(alert)
  }

  forgetAlerts(beforeMs: number, limit: number): number {
    return this.#alerts.forgetAlerts(beforeMs, limit)
  }

  addChange(change: Change): void {
    this.#changes.add(change)
  }

  saveOutcome(nodeId: number, start: number, sequence: number, outcome: Outcome): void {
    this.#sessions.saveOutcome(nodeId, start, sequence, outcome)
  }

  saveSession(nodeId: number, start: number, awaitedFrom: number): void {
    this.#sessions.saveSession(nodeId, start, awaitedFrom)
  }

  idempotencyRecord(scopeHash: string): IdempotencyRecord | null {
    return this.#idempotency.record(scopeHash)
  }

  saveIdempotencyRecord(record: IdempotencyRecord): void {
    this.#idempotency.save(record)
  }

  changeCount(): number {
    return this.state.changeCount
  }

  idempotencyCount(): number {
    return this.state.idempotencyCount
  }

  pruneChanges(slice: PruneSlice): number {
    return this.#changes.prune(slice)
  }

  pruneIdempotency(slice: PruneSlice): number {
    return this.#idempotency.prune(slice)
  }

  saveCluster(identity: ClusterIdentity): void {
    this.state.cluster = identity
  }

  atomically(run: () => boolean): void {
    const { sequences, ...others } = this.state
    const numbers = { ...sequences }
    const undoSessions = this.#sessions.mark()
    this.#savepoint.begin.run()
    if (!run()) {
      this.#savepoint.undo.run()
      undoSessions()
      Object.assign(this.state, others)
      Object.assign(sequences, numbers)
    }
    this.#savepoint.keep.run()
  }
}
