// The VRFs in memory: few, asked for by id and by name on every network.create.
import type { Vrf } from '../entities.js'

export class VrfTable {
  private readonly byId = new Map<number, Vrf>()
  private readonly byName = new Map<string, Vrf>()

  get(id: number): Vrf | null {
    return this.byId.get(id) ?? null
  }

  named(name: string): Vrf | null {
    return this.byName.get(name) ?? null
  }

  /** Adds or replaces; the name may be another one than before. */
  put(vrf: Vrf): void {
    this.delete(vrf.id)
    this.byId.set(vrf.id, vrf)
    this.byName.set(vrf.name, vrf)
  }

  delete(id: number): void {
    const old = this.byId.get(id)
    if (old === undefined) return
    this.byId.delete(id)
    this.byName.delete(old.name)
  }

  /** In id order. */
  all(): readonly Vrf[] {
    return [...this.byId.values()].sort((a, b) => a.id - b.id)
  }
}
