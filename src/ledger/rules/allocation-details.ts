// What is said of an allocation besides (document 004, 2): device, MAC addresses, custom fields, and why it was released.
import { parseMac } from '../address/mac-text.js'
import type { AllocationFacts } from '../commands.js'
import type { AllocationDetails } from '../entities.js'
import type { HostFacts } from '../regions/nouns.js'
import { checkLine, checkText } from './checks.js'
import type { CommandContext } from './command-context.js'
import { checkCustomFields } from './custom-values.js'
import { type Decision, invalid } from './decision.js'

const FORMER_MACS_MAX = 8
/** Code points. */
const DEVICE_TYPE_CHARACTERS_MAX = 50
const LOCATION_CHARACTERS_MAX = 200
const OWNER_CHARACTERS_MAX = 100
const REASON_CHARACTERS_MAX = 500

type HostRule = {
  readonly field: string
  readonly charactersMax: number
  /** It may go on in another line. */
  readonly isText?: true
}
const hostRules: { readonly [Fact in keyof HostFacts]: HostRule } = {
  osType: { field: 'os_type', charactersMax: 100 },
  application: { field: 'application', charactersMax: 200 },
  costCenter: { field: 'cost_center', charactersMax: 100 },
  purpose: { field: 'purpose', charactersMax: 500 },
  notes: { field: 'notes', charactersMax: 2000, isText: true },
}
const hostFacts = Object.keys(hostRules) as readonly (keyof HostFacts)[]

const NO_HOST: HostFacts = {
  osType: null,
  application: null,
  costCenter: null,
  purpose: null,
  notes: null,
}

const NOTHING_SAID: AllocationDetails = {
  mac: null,
  formerMacs: [],
  deviceType: null,
  location: null,
  customFields: {},
  allocatedBy: null,
  releaseReason: null,
  host: null,
}

/** Checked, and the MAC address in its one spelling; what is empty of a host is null. */
export function readFacts(
  context: CommandContext,
  facts: AllocationFacts,
): { readonly facts: AllocationFacts } | { readonly refused: Decision } {
  const { deviceType, location, owner, customFields } = facts
  const refused =
    checkWords('device_type', deviceType, DEVICE_TYPE_CHARACTERS_MAX) ??
    checkWords('location', location, LOCATION_CHARACTERS_MAX) ??
    checkWords('assigned_to', owner, OWNER_CHARACTERS_MAX) ??
    (customFields === undefined ? null : checkCustomFields(context, 'ip', customFields)) ??
    (facts.host === undefined ? null : checkHost(facts.host))
  if (refused !== null) return { refused }
  const host = facts.host === undefined ? {} : { host: withoutEmpty(facts.host) }
  if (facts.mac === undefined || facts.mac === null) return { facts: { ...facts, ...host } }
  const mac = parseMac(facts.mac)
  if (mac !== null) return { facts: { ...facts, ...host, mac } }
  return { refused: invalid('mac_address', facts.mac, 'must be 12 hexadecimal digits') }
}

function checkWords(
  field: string,
  text: string | null | undefined,
  charactersMax: number,
): Decision | null {
  return text === undefined || text === null ? null : checkLine(field, text, charactersMax)
}

function checkHost(host: Partial<HostFacts>): Decision | null {
  for (const fact of hostFacts) {
    const text = host[fact] ?? ''
    const { field, charactersMax, isText } = hostRules[fact]
    const check = isText ? checkText : checkLine
    const refused = text === '' ? null : check(field, text, charactersMax)
    if (refused !== null) return refused
  }
  return null
}

/** Only what was said. */
function withoutEmpty(host: Partial<HostFacts>): Partial<HostFacts> {
  const said = hostFacts.filter(fact => host[fact] !== undefined)
  return Object.fromEntries(said.map(fact => [fact, host[fact] === '' ? null : host[fact]]))
}

export function checkReason(reason: string): Decision | null {
  return checkText('reason', reason, REASON_CHARACTERS_MAX)
}

/** Of an allocation that begins. @param facts as read */
export function newDetails(context: CommandContext, facts: AllocationFacts): AllocationDetails {
  const allocatedBy = context.origin.userId ?? null
  return { ...withFacts(NOTHING_SAID, facts), allocatedBy }
}

/** null while there is nothing to say: the owner is none of the details. @param set as read; what is left out stays */
export function changedDetails(
  old: AllocationDetails | null,
  set: AllocationFacts,
): AllocationDetails | null {
  const { mac, deviceType, location, customFields, host } = set
  const said = [mac, deviceType, location, customFields, host].some(fact => fact !== undefined)
  return said ? withFacts(old ?? NOTHING_SAID, set) : old
}

export function releasedDetails(old: AllocationDetails | null, reason: string): AllocationDetails {
  return { ...(old ?? NOTHING_SAID), releaseReason: reason }
}

function withFacts(old: AllocationDetails, set: AllocationFacts): AllocationDetails {
  const { deviceType, location, customFields } = set
  return {
    ...old,
    ...(set.mac === undefined ? {} : macsAfter(old, set.mac)),
    deviceType: deviceType === undefined ? old.deviceType : deviceType,
    location: location === undefined ? old.location : location,
    customFields: customFields === undefined ? old.customFields : customFields,
    host: set.host === undefined ? old.host : hostAfter(old.host, set.host),
  }
}

/** In a fixed order; null while there is nothing of the kind. */
function hostAfter(old: HostFacts | null, set: Partial<HostFacts>): HostFacts | null {
  const host: HostFacts = { ...NO_HOST, ...old, ...set }
  return hostFacts.some(fact => host[fact] !== null) ? host : null
}

/** A MAC said twice settles which one it is, and so does null: that there is none. */
function macsAfter(
  { mac: old, formerMacs }: AllocationDetails,
  mac: string | null,
): Pick<AllocationDetails, 'mac' | 'formerMacs'> {
  if (mac === null || mac === old) return { mac, formerMacs: [] }
  const former = old === null ? formerMacs : [old, ...formerMacs]
  const others = former.filter(other => other !== mac)
  return { mac, formerMacs: others.slice(0, FORMER_MACS_MAX) }
}
