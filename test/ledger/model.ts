// What the ledger must answer, decided the slow and obvious way. Written from LEDGER.md, apart from the rules.
import type { Command, Outcome, Refusal, Request, Result } from '../../src/ledger/index.js'
import { ModelClaims } from './model-claims.js'
import { ModelConversions } from './model-conversions.js'
import { ModelCountries } from './model-countries.js'
import { expire } from './model-expiry.js'
import { ModelHosts } from './model-hosts.js'
import { ModelMembers } from './model-members.js'
import { ModelNumbers } from './model-numbers.js'
import { ModelPools } from './model-pools.js'
import { resolved } from './model-references.js'
import { type Now, Refused, refuse } from './model-refused.js'
import { ModelRegions } from './model-regions.js'
import { ModelReservations } from './model-reservations.js'
import type { ModelSpace } from './model-space.js'
import { ModelSubnets } from './model-subnets.js'
import { ModelTags } from './model-tags.js'
import { ModelUsers } from './model-users.js'

type Of<Type extends Command['type']> = Extract<Command, { type: Type }>

export class Model {
  readonly members = new ModelMembers()
  private readonly now: Now = { revision: 0, timeMs: 0, actor: '', userId: null, isAdmin: false }
  private readonly claims = new ModelClaims(this.now)
  readonly pools = new ModelPools(this.claims, this.now)
  readonly numbers = new ModelNumbers(this.now)
  private readonly subnets = new ModelSubnets(this.claims, this.now)
  readonly reservations = new ModelReservations(this.claims, this.now)
  readonly users = new ModelUsers(this.now)
  readonly countries = new ModelCountries(this.now)
  readonly hosts = new ModelHosts(this.claims, this.now)
  readonly regions = new ModelRegions(this.claims, this, this.now)
  private readonly conversions = new ModelConversions(this.claims, this, this.now)
  readonly tags = new ModelTags(this.claims, this, this.now)
  /** Every answer ever given, by node, start and sequence. */
  private readonly answers = new Map<string, Outcome>()
  private readonly sessions = new Map<number, { start: number; awaitedFrom: number }>()
  private readonly keys = new Map<string, { requestHash: string; outcome: Outcome }>()

  get space(): ModelSpace {
    return this.claims.space
  }

  /** @param told what a command that the model does not know was decided; whether it may be asked, and what a retry is answered, the model knows */
  execute(
    request: Request,
    revision: number,
    timeMs: number,
    told: Outcome | null = null,
  ): Outcome {
    const { origin, principal } = request
    const userId = principal?.userId ?? origin.userId ?? null
    const isAdmin = this.users.isAdmin(userId)
    Object.assign(this.now, { revision, timeMs, actor: origin.actor, userId, isAdmin })
    const { nodeId, start } = request.session
    const name = `${nodeId}/${start}/${request.sequence}`
    const session = this.sessions.get(nodeId)
    if (session !== undefined && start < session.start)
      return this.refused({ code: 'stale-request' })
    const newer = session === undefined || start > session.start
    const mark = newer ? 0 : session.awaitedFrom
    if (request.sequence < mark) return this.refused({ code: 'stale-request' })
    const known = this.answers.get(name)
    if (known !== undefined) return known
    const awaitedFrom = Math.max(mark, request.awaitedFrom)
    this.sessions.set(nodeId, { start, awaitedFrom })
    if (request.sequence < awaitedFrom) return this.refused({ code: 'stale-request' })
    const outcome = this.keyed(request, told)
    this.answers.set(name, outcome)
    return outcome
  }

  private keyed(request: Request, told: Outcome | null): Outcome {
    const { idempotency, command, principal } = request
    const refusal = this.users.refusal(principal)
    if (refusal !== null) return this.refused(refusal)
    const record = idempotency === null ? undefined : this.keys.get(idempotency.scopeHash)
    if (record !== undefined) {
      if (record.requestHash !== idempotency?.requestHash)
        return this.refused({ code: 'idempotency-key-reused' })
      return { ...record.outcome, revision: this.now.revision }
    }
    const outcome = told ?? this.outcome(() => this.decide(command))
    if (idempotency !== null) {
      this.keys.set(idempotency.scopeHash, { requestHash: idempotency.requestHash, outcome })
    }
    return outcome
  }

  private outcome(decide: () => Result): Outcome {
    const revisions = { revision: this.now.revision, originalRevision: this.now.revision }
    try {
      return { ...revisions, ok: true, result: decide() }
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      return { ...revisions, ok: false, refusal: error.refusal }
    }
  }

  private refused(refusal: Refusal): Outcome {
    return this.outcome(() => refuse(refusal))
  }

  private decide(command: Command): Result {
    const { claims } = this
    switch (command.type) {
      case 'genesis':
        this.members.found(command.members)
        return { type: 'none' }
      case 'member.add':
      case 'member.update':
      case 'member.remove':
      case 'member.keep':
      case 'member.forget': {
        const refusal = this.members.decide(command)
        return refusal === null ? { type: 'none' } : refuse(refusal)
      }
      case 'network.create':
        return { type: 'network', network: claims.createNetwork(command) }
      case 'network.update':
        return { type: 'network', network: claims.updateNetwork(command) }
      case 'network.delete':
        return claims.deleteNetwork(command)
      case 'allocation.create':
        return { type: 'allocation', allocation: claims.createAllocation(command) }
      case 'allocation.release':
        return { type: 'allocation', allocation: claims.release(command) }
      case 'allocation.update':
        return { type: 'allocation', allocation: claims.update(command) }
      case 'allocation.renew':
        return { type: 'allocation', allocation: claims.renew(command) }
      case 'bulk':
        return this.bulk(command)
      case 'transaction':
        return { type: 'transaction', results: this.steps(command.steps) }
      case 'subnet.create':
        return { type: 'network', network: this.subnets.create(command) }
      case 'subnet.update':
        return { type: 'network', network: this.subnets.update(command) }
      case 'reservation.create':
        return { type: 'reservation', reservation: this.reservations.create(command) }
      case 'reservation.cancel':
        return { type: 'reservation', reservation: this.reservations.cancel(command) }
      case 'reservation.place':
        return { type: 'reservation', reservation: this.reservations.place(command) }
      case 'reservation.convert':
        return this.conversions.convert(command)
      case 'reservation.dismiss':
        return { type: 'reservation', reservation: this.reservations.dismiss(command) }
      case 'expire':
        return expire(claims, command)
      case 'sweep':
        return { type: 'slice', rows: 0, more: false }
      default:
        return this.decidePools(command)
    }
  }

  private decidePools(command: Command): Result {
    const { numbers, pools } = this
    switch (command.type) {
      case 'pool.create':
        return pools.create(command)
      case 'pool.update':
        return pools.update(command)
      case 'pool.delete':
        return pools.delete(command)
      case 'block.allocate':
        return pools.allocate(command)
      case 'block.release':
        return pools.release(command)
      case 'number-pool.create':
        return numbers.create(command)
      case 'number-pool.update':
        return numbers.update(command)
      case 'number-pool.delete':
        return numbers.delete(command)
      case 'number.allocate':
        return numbers.allocate(command)
      case 'number.release':
        return numbers.release(command)
      default:
        return this.decideUsers(command)
    }
  }

  private decideUsers(command: Command): Result {
    const { users } = this
    switch (command.type) {
      case 'user.bootstrap':
        return users.bootstrap(command)
      case 'user.create':
        return users.create(command)
      case 'user.update':
        return users.update(command)
      case 'user.delete':
        return users.delete(command)
      default:
        return this.decideRegions(command)
    }
  }

  private decideRegions(command: Command): Result {
    const { countries, hosts, regions, tags } = this
    switch (command.type) {
      case 'country.create':
        return countries.create(command)
      case 'country.update':
        return countries.update(command)
      case 'country.delete':
        return countries.delete(command)
      case 'region.create':
        return regions.create(command)
      case 'region.update':
        return regions.update(command)
      case 'region.retire':
        return regions.retire(command)
      case 'hosts.create':
        return hosts.create(command)
      case 'host.update':
        return hosts.update(command)
      case 'tags.apply':
        return tags.apply(command)
      case 'job.create':
        return tags.create(command)
      case 'job.advance':
        return tags.advance(command)
      default:
        throw new Error(`the model does not know ${command.type}`)
    }
  }

  private bulk(command: Of<'bulk'>): Result {
    const allocations = this.steps(command.steps).flatMap(result =>
      result.type === 'allocation' ? [result.allocation] : [],
    )
    return { type: 'bulk', allocations }
  }

  /** All or none. */
  private steps(steps: Of<'transaction'>['steps']): Result[] {
    const goBack = [this.claims.save(), this.numbers.save(), this.pools.save()]
    const results: Result[] = []
    for (const [step, one] of steps.entries()) {
      const outcome = this.outcome(() => this.decide(resolved(one, results)))
      if (!outcome.ok) {
        for (const restore of goBack) restore()
        return refuse({ code: 'step-refused', step, refusal: outcome.refusal })
      }
      results.push(outcome.result)
    }
    return results
  }
}
