// Schema 8: reservations that no network contains are found in their own space, whatever waits in others.

export const waiting0008 = `
CREATE INDEX reservations_waiting ON reservations (vrf_id, family, first) WHERE network_id = 0;
CREATE INDEX reservations_waiting_ranges ON reservations (vrf_id, family, first)
  WHERE network_id = 0 AND prefix_length IS NOT NULL;
`
