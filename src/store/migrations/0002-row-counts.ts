// Schema 2: how many rows of history and of idempotency records there are, so that their limits cost no count.

export const rowCounts0002 = `
ALTER TABLE state ADD COLUMN change_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE state ADD COLUMN idempotency_count INTEGER NOT NULL DEFAULT 0;
UPDATE state SET change_count = (SELECT count(*) FROM changes),
  idempotency_count = (SELECT count(*) FROM idempotency);
`
