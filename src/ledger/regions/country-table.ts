// The countries in memory: few, and asked for by X with every region that is shown.
import { defaultCountries } from './default-countries.js'
import type { Country } from './nouns.js'
import { OCTET_VALUES } from './region-cidr.js'

export class CountryTable {
  private byId = new Map<number, Country>()
  /** null: of no country. */
  private byX: (Country | null)[] = []
  /** Whether the countries have rows; the default ones have none. */
  private edited = false

  constructor() {
    this.load(null)
  }

  get isEdited(): boolean {
    return this.edited
  }

  get size(): number {
    return this.byId.size
  }

  /** @param countries null: nobody has edited the table */
  load(countries: readonly Country[] | null): void {
    this.edited = countries !== null
    this.byId = new Map((countries ?? defaultCountries).map(country => [country.id, country]))
    this.index()
  }

  /** In id order. */
  all(): readonly Country[] {
    return [...this.byId.values()].sort((a, b) => a.id - b.id)
  }

  /** O(1). */
  ofX(x: number): Country | null {
    return this.byX[x] ?? null
  }

  /** By its code, or by its name whatever the case of its letters. */
  find(codeOrName: string): Country | null {
    const name = codeOrName.toLowerCase()
    const countries = [...this.byId.values()]
    return (
      countries.find(({ code }) => code === codeOrName) ??
      countries.find(country => country.name.toLowerCase() === name) ??
      null
    )
  }

  /** The default rows have rows of their own from now on. */
  markEdited(): void {
    this.edited = true
  }

  /** Adds or replaces; its X are no other's. */
  put(country: Country): void {
    this.byId.set(country.id, country)
    this.index()
  }

  delete(id: number): void {
    this.byId.delete(id)
    this.index()
  }

  private index(): void {
    this.byX = Array.from({ length: OCTET_VALUES }, () => null)
    for (const country of this.byId.values()) {
      this.byX.fill(country, country.xFirst, country.xLast + 1)
    }
  }
}
