// What is sent to a webhook: the body that document 001, 10 shows, the headers, and the signature over exactly these bytes.
import { createHmac } from 'node:crypto'
import type { Change, ToldCapacity, ToldEvent, ToldHost, ToldRegion } from '../../ledger/index.js'
import { programVersion, uuidIn } from '../../lib/index.js'

export type TellingContext = {
  /** UUID of the cluster that the ledger's numbers are of. */
  readonly idSpace: string
  /** ISO code of the country that has that X; null: none has. */
  readonly countryOfX: (x: number) => string | null
}

/** The same of a Change whoever makes it; a country is as the table has it when it is made. */
export function bodyOf(change: Change, told: ToldEvent, context: TellingContext): Buffer {
  const { userId } = change.origin
  const body = {
    event_type: told.event,
    timestamp: `${new Date(change.timeMs).toISOString().slice(0, 'YYYY-MM-DDThh:mm:ss'.length)}Z`,
    user_id: userId === undefined ? 'system' : `user_${userId}`,
    data: dataOf(told.data, context),
  }
  return Buffer.from(JSON.stringify(body))
}

/** @param secret as its owner knows it, prefix and all */
export function headersOf(
  body: Buffer,
  about: {
    readonly event: string
    readonly secret: string
    readonly deliveryId: string
    readonly attempt: number
  },
): Readonly<Record<string, string>> {
  return {
    'Content-Type': 'application/json',
    'Content-Length': String(body.length),
    'User-Agent': `ipam/${programVersion}`,
    'X-IPAM-Event': about.event,
    'X-IPAM-Signature': `sha256=${createHmac('sha256', about.secret).update(body).digest('hex')}`,
    'X-IPAM-Delivery': about.deliveryId,
    'X-IPAM-Attempt': String(about.attempt),
  }
}

function dataOf(data: ToldEvent['data'], context: TellingContext): object {
  switch (data.kind) {
    case 'region':
      return regionData(data, context)
    case 'host':
      return hostData(data, context)
    case 'capacity':
      return capacityData(data, context)
  }
}

function regionData({ id, name, cidr, x, status }: ToldRegion, context: TellingContext): object {
  return {
    region_id: uuidIn(context.idSpace, 'region', id),
    region_name: name,
    cidr,
    country_code: context.countryOfX(x),
    status,
  }
}

function hostData(
  { id, regionId, hostname, ipAddress }: ToldHost,
  context: TellingContext,
): object {
  return {
    host_id: uuidIn(context.idSpace, 'host', id),
    region_id: uuidIn(context.idSpace, 'region', regionId),
    hostname,
    ip_address: ipAddress,
  }
}

function capacityData(capacity: ToldCapacity, context: TellingContext): object {
  const { regionId, cidr, x, utilization, severity, message } = capacity
  const uuid = uuidIn(context.idSpace, 'region', regionId)
  return {
    ...{ resource_type: 'region', resource_id: uuid },
    ...{ region_id: uuid, cidr, country_code: context.countryOfX(x) },
    ...{ utilization, severity, message },
  }
}
