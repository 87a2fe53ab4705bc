// What rows of the office surface and their images in history must have in common, in the images' words.
import {
  type Alert,
  type AllocationDetails,
  formatAddress,
  formatCidr,
  isSingleAddress,
  type Network,
  type Reservation,
} from '../../ledger/index.js'
import type { Database } from '../open.js'
import { ALERT_COLUMNS, type AlertRaw, alertOf } from '../tables/alert-rows.js'
import { SqliteReservationRows } from '../tables/reservation-rows.js'
import type { Facts, KindOfRow } from './row-facts.js'

/** All of them are undefined without a facet. */
export function subnetFacts({ family, subnet }: Network): Facts {
  const gateway = subnet?.gateway
  return {
    gateway: typeof gateway === 'bigint' ? formatAddress(family, gateway) : gateway,
    vlan_id: subnet?.vlanId,
    location: subnet?.location,
    custom_fields: subnet?.customFields,
    created_by: subnet?.createdBy,
  }
}

/** All of them are undefined without details. */
export function detailsFacts(details: AllocationDetails | null): Facts {
  return {
    mac_address: details?.mac,
    former_macs: details?.formerMacs,
    device_type: details?.deviceType,
    location: details?.location,
    custom_fields: details?.customFields,
    allocated_by: details?.allocatedBy,
    release_reason: details?.releaseReason,
  }
}

export function reservationRows(db: Database): KindOfRow {
  const rows = new SqliteReservationRows(db)
  return {
    facts: id => {
      const reservation = rows.reservation(id)
      return reservation === null ? null : reservationFacts(reservation)
    },
    count: () => countOf(db, 'reservations') + countOf(db, 'past_reservations'),
  }
}

function reservationFacts(reservation: Reservation): Facts {
  const { uid, reason, holder, status, revision, family, first } = reservation
  return {
    uid,
    network_id: reservation.networkId,
    ip: formatAddress(family, first),
    reason,
    holder,
    holder_id: reservation.holderId,
    status,
    allocation_id: reservation.allocationId,
    cancel_reason: reservation.cancelReason,
    revision,
    cidr: isSingleAddress(reservation) ? undefined : formatCidr(reservation),
    made_network_id: reservation.madeNetworkId ?? undefined,
    hidden: reservation.isHidden ? true : undefined,
  }
}

export function alertRows(db: Database): KindOfRow {
  const select = db
    .prepare<[number], AlertRaw>(`SELECT ${ALERT_COLUMNS} FROM alerts WHERE id = ?`)
    .raw()
  return {
    facts: id => {
      const raw = select.get(id) as unknown as AlertRaw | undefined
      return raw === undefined ? null : alertFacts(alertOf(raw))
    },
    count: () => countOf(db, 'alerts'),
    mayBeGone: image => image.resolved_at !== null,
  }
}

function alertFacts({ kind, severity, subject, figure, mails, mailed, revision, ...alert }: Alert) {
  const about = { network_id: alert.networkId, allocation_id: alert.allocationId, subject }
  return { kind, severity, ...about, figure, mails, mailed, revision }
}

function countOf(db: Database, table: string): number {
  return db.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number
}
