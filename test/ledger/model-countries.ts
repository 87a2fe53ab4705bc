// Countries as they must be decided, the slow and obvious way. The tests say only names, continents and X that may be said.
import {
  type Command,
  type Country,
  defaultCountries,
  type Result,
} from '../../src/ledger/index.js'
import { type Now, refuse } from './model-refused.js'

type Of<Type extends Command['type']> = Extract<Command, { type: Type }>

export class ModelCountries {
  /** In id order. */
  countries: readonly Country[] = defaultCountries
  private lastId = defaultCountries.length

  constructor(private readonly now: Now) {}

  ofX(x: number): Country | null {
    return this.countries.find(({ xFirst, xLast }) => xFirst <= x && x <= xLast) ?? null
  }

  create({ type: _, ...facts }: Of<'country.create'>): Result {
    const { code } = facts
    if (this.find(code) !== undefined) refuse({ code: 'country-exists', country: code })
    this.checkOthers(facts, this.countries)
    const { timeMs: createdMs, revision } = this.now
    this.lastId += 1
    const country = { id: this.lastId, ...facts, createdMs, updatedMs: createdMs, revision }
    this.countries = [...this.countries, country]
    return { type: 'country', country }
  }

  update({ code, ifRevision, set }: Of<'country.update'>): Result {
    const old = this.found(code, ifRevision)
    const { timeMs: updatedMs, revision } = this.now
    const country: Country = { ...old, ...set, updatedMs, revision }
    this.checkOthers(
      country,
      this.countries.filter(({ id }) => id !== old.id),
    )
    this.countries = this.countries.map(one => (one.id === old.id ? country : one))
    return { type: 'country', country }
  }

  delete({ code, ifRevision }: Of<'country.delete'>): Result {
    const old = this.found(code, ifRevision)
    this.countries = this.countries.filter(({ id }) => id !== old.id)
    return { type: 'none' }
  }

  named(codeOrName: string): Country {
    return this.find(codeOrName) ?? refuse({ code: 'country-not-found', country: codeOrName })
  }

  private found(code: string, expected: number | null): Country {
    const country = this.named(code)
    const { revision: actual } = country
    if (expected === null || expected === actual) return country
    return refuse({ code: 'revision-mismatch', expected, actual })
  }

  private find(codeOrName: string): Country | undefined {
    const isNamed = ({ name }: Country) => name.toLowerCase() === codeOrName.toLowerCase()
    return this.countries.find(({ code }) => code === codeOrName) ?? this.countries.find(isNamed)
  }

  /** No other one has its name or some of its X. */
  private checkOthers(
    { name, xFirst, xLast }: Pick<Country, 'name' | 'xFirst' | 'xLast'>,
    others: readonly Country[],
  ): void {
    const namesake = others.find(other => other.name.toLowerCase() === name.toLowerCase())
    if (namesake !== undefined) refuse({ code: 'country-exists', country: namesake.code })
    const taker = others.find(other => other.xFirst <= xLast && xFirst <= other.xLast)
    if (taker === undefined) return
    const { code: country, xFirst: first, xLast: last } = taker
    refuse({ code: 'country-range-taken', country, xFirst: first, xLast: last })
  }
}
