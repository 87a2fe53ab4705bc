// The countries that are there while nobody has edited the table (CONTRACT.md, D-3); 0 and 228 to 255 are of none.
import type { Country } from './nouns.js'

type Line = readonly [code: string, name: string, continent: string, xFirst: number, xLast: number]

const lines: readonly Line[] = [
  ['US', 'United States', 'North America', 1, 31],
  ['CA', 'Canada', 'North America', 32, 47],
  ['BR', 'Brazil', 'South America', 48, 63],
  ['CL', 'Chile', 'South America', 64, 71],
  ['GB', 'United Kingdom', 'Europe', 72, 87],
  ['ES', 'Spain', 'Europe', 88, 97],
  ['PL', 'Poland', 'Europe', 98, 107],
  ['SE', 'Sweden', 'Europe', 108, 117],
  ['FI', 'Finland', 'Europe', 118, 127],
  ['ZA', 'South Africa', 'Africa', 128, 147],
  ['IN', 'India', 'Asia', 148, 177],
  ['SG', 'Singapore', 'Asia', 178, 187],
  ['JP', 'Japan', 'Asia', 188, 197],
  ['KR', 'South Korea', 'Asia', 198, 207],
  ['AU', 'Australia', 'Oceania', 208, 227],
]

/** In id order, from 1 on; as old as time, since nobody made them. */
export const defaultCountries: readonly Country[] = lines.map(
  ([code, name, continent, xFirst, xLast], at) => {
    const age = { createdMs: 0, updatedMs: 0, revision: 0 }
    return { id: at + 1, code, name, continent, xFirst, xLast, ...age }
  },
)
