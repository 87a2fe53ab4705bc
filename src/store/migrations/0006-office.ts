// Schema 6: what an office network team keeps besides: facets of networks, details of allocations, reservations, alerts.
// Codes: status of a reservation 0 active, 1 expired, 2 converted, 3 cancelled; kind of alert 0 utilization, 1 expiry,
// 2 conflict; severity 0 low, 1 medium, 2 high, 3 critical.

/** What active and past reservations have in common. */
const reservationColumns = `
  id INTEGER PRIMARY KEY,
  uid TEXT NOT NULL,
  network_id INTEGER NOT NULL,
  vrf_id INTEGER NOT NULL,
  family INTEGER NOT NULL,
  first BLOB NOT NULL,
  reason TEXT,
  holder TEXT NOT NULL,
  holder_id INTEGER,
  created_ms INTEGER NOT NULL,
  expires_ms INTEGER,
  revision INTEGER NOT NULL`

export const office0006 = `
ALTER TABLE state ADD COLUMN last_reservation_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE state ADD COLUMN last_alert_id INTEGER NOT NULL DEFAULT 0;

-- The subnet facet. custom_fields: JSON object, there in every facet; all of it null when the network has none.
ALTER TABLE networks ADD COLUMN subnet_custom_fields TEXT;
ALTER TABLE networks ADD COLUMN subnet_gateway BLOB;
ALTER TABLE networks ADD COLUMN subnet_vlan_id INTEGER;
ALTER TABLE networks ADD COLUMN subnet_location TEXT;
ALTER TABLE networks ADD COLUMN subnet_created_by INTEGER;

-- details: JSON [device type, location, custom fields, allocated by, release reason], there in all details; former_macs:
-- JSON list, null when it is empty; all of it null when there are no details.
ALTER TABLE claims ADD COLUMN mac TEXT;
ALTER TABLE claims ADD COLUMN former_macs TEXT;
ALTER TABLE claims ADD COLUMN details TEXT;
ALTER TABLE past_allocations ADD COLUMN mac TEXT;
ALTER TABLE past_allocations ADD COLUMN former_macs TEXT;
ALTER TABLE past_allocations ADD COLUMN details TEXT;
CREATE INDEX claims_in_conflict ON claims (status) WHERE status = 0 AND former_macs IS NOT NULL;

-- Those that are active: what takes up space.
CREATE TABLE reservations (${reservationColumns}
) STRICT;
CREATE INDEX reservations_by_address ON reservations (network_id, first);
CREATE INDEX reservations_by_expiry ON reservations (expires_ms) WHERE expires_ms IS NOT NULL;

-- Those that are over.
CREATE TABLE past_reservations (${reservationColumns},
  status INTEGER NOT NULL,
  ended_ms INTEGER NOT NULL,
  allocation_id INTEGER,
  cancel_reason TEXT
) STRICT;

CREATE TABLE alerts (
  id INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  severity INTEGER NOT NULL,
  network_id INTEGER NOT NULL,
  allocation_id INTEGER,
  subject TEXT NOT NULL,
  figure INTEGER NOT NULL,
  raised_ms INTEGER NOT NULL,
  resolved_ms INTEGER,
  mails INTEGER NOT NULL,
  mailed INTEGER NOT NULL,
  revision INTEGER NOT NULL
) STRICT;
-- Two nulls are not equal to an index that is unique: no allocation is 0 here.
CREATE UNIQUE INDEX alerts_open ON alerts (kind, network_id, ifnull(allocation_id, 0)) WHERE resolved_ms IS NULL;
CREATE INDEX alerts_open_by_id ON alerts (id) WHERE resolved_ms IS NULL;
CREATE INDEX alerts_by_network ON alerts (network_id) WHERE resolved_ms IS NULL AND allocation_id IS NULL;
CREATE INDEX alerts_by_allocation ON alerts (allocation_id) WHERE resolved_ms IS NULL AND allocation_id IS NOT NULL;
CREATE INDEX alerts_by_end ON alerts (resolved_ms) WHERE resolved_ms IS NOT NULL;
CREATE INDEX alerts_to_mail ON alerts (id) WHERE mailed < mails;
`
